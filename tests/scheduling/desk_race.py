"""64 clients who do at one moment what a desk and its patients do: offer times and take one, book oneself,
book a series, answer from the waitlist, enter leave. Used by the test and the bench."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import Membership
from scheduling.hours.actions import OffAlready, add_exception
from scheduling.models import WaitlistEntry
from scheduling.visits.actions.book import hold_for_call
from scheduling.visits.actions.book_own import HasOne, book_own
from scheduling.visits.actions.choice import offer_times
from scheduling.visits.actions.locks import MovedOn, Refused
from scheduling.visits.actions.offer import accept_offer
from scheduling.visits.actions.series import book_all
from scheduling.waitlist.actions.answering import (
    InLineAlready,
    accept_offered,
    join_waitlist,
    let_go,
)
from scheduling.waitlist.actions.offering import offer_time
from tests.scheduling.race import DAY, SHIFT, Race, at

HOUR, WEEK = timedelta(hours=1), 7 * DAY


@dataclass(frozen=True)
class DeskRace(Race):
    """As `Race`, with each of these acts at random; `kind` is what patients may book themselves."""

    kind: Any = None
    acts: tuple[str, ...] = field(default=("offer", "own", "series", "line", "leave"))

    def _attempt(self, tally, request, visit, slot, random):
        act = random.choice(self.acts)
        began = time.perf_counter()
        try:
            getattr(self, act)(request, slot, random)
            name = act
        except (Refused, MovedOn, HasOne, OffAlready, InLineAlready) as refused:
            name = type(refused).__name__
        tally.outcomes[name] += 1
        tally.seconds.append(time.perf_counter() - began)
        return

    @property
    def said(self):
        return {"by": self.by, "now": self.now}

    def offer(self, request, slot, random):
        patient = request.episode.patient
        times = [slot, at(slot, HOUR), at(slot, 2 * HOUR)]
        offered = offer_times(patient=patient, slots=times, request=request, **self.said)
        accept_offer(visit=random.choice(offered), **self.said)

    def own(self, request, slot, random):
        book_own(patient=request.episode.patient, kind=self.kind, slot=slot, **self.said)

    def series(self, request, slot, random):
        patient = request.episode.patient
        held = hold_for_call(patient=patient, kind=self.kind, slot=slot, **self.said)
        weeks = [at(slot, number * WEEK + random.choice([0, 1]) * SHIFT) for number in range(4)]
        book_all(held=held, slots=weeks, **self.said)

    def line(self, request, slot, random):
        patient = request.episode.patient
        wish = {"visit_type": self.kind, "reach": "phone", "notice_hours": 2}
        join_waitlist(patient=patient, **self.said, **wish)
        related = ("patient__clinic", "patient__user", "visit_type", "added_by", "visit")
        entry = WaitlistEntry.objects.open().select_related(*related).get(patient=patient)
        if not offer_time(entry=entry, slot=slot, now=self.now):
            return
        offer = entry.offers.unanswered().get()
        if random.random() < 0.5:
            accept_offered(offer=offer, **self.said)
        else:
            let_go(offer=offer, answer="let_go", now=self.now)

    def leave(self, request, slot, random):
        member = Membership.objects.get(pk=slot.clinician)
        add_exception(membership=member, kind="off", date=slot.starts.date() + 30 * DAY)
