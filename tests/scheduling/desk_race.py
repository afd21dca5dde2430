"""64 clients who do at one moment what a desk and its patients do: offer times and take one, book oneself,
book a series, answer from the waitlist, enter leave. Used by the test and the bench."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import Membership
from scheduling import slots
from scheduling.hours.actions import OffAlready, add_exception
from scheduling.hours.settling import CANCEL, MOVE, Plan, Unseen, settle
from scheduling.models import AvailabilityException, Consultation, WaitlistEntry
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
        except (Refused, MovedOn, HasOne, OffAlready, InLineAlready, Unseen) as refused:
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
        """An hour off in the middle of it all: whoever is in it goes to a colleague or is cancelled."""
        people = Membership.objects.select_related("clinic", "user")
        member, other = (people.get(pk=pk) for pk in random.sample(self.clinicians, 2))
        zone, start = member.clinic.zone, slot.starts
        hour = {
            "starts": start.astimezone(zone).time(),
            "ends": (start + HOUR).astimezone(zone).time(),
        }
        planned = AvailabilityException(
            membership=member, kind="off", date=start.date(), last_on=start.date(), **hour
        )

        def hit():
            return slots.hits(member, [planned], now=self.now)[None]

        def save():
            add_exception(membership=member, kind="off", date=start.date(), **hour)
            return hit()

        plan = Plan(how=random.choice([MOVE, CANCEL]), colleague=other, otherwise=CANCEL)
        settle(save=save, seen=hit(), of=[member], plan=plan, **self.said)


def in_leave(now):
    """Visits to come, and offered times, in time off of their clinician. Staff's own holds of ten minutes
    may lie there: they cannot be booked."""
    off = AvailabilityException.objects.filter(kind="off").select_related("membership__clinic")
    standing = Consultation.objects.ahead_or_offered(now).select_related("patient__clinic")
    return [
        visit
        for change in off
        for visit in standing.filter(clinician=change.membership)
        if slots.is_away(change.membership.clinic, visit.slot)
    ]
