"""A month of work at a desk, on a clock of its own: what may never happen is counted at the end.

    python -m bench.month [--days 31] [--seed 1] [--patients 60]

Patients ask, book by phone, cancel, move, stay away, join the waitlist, answer offers or let them run out;
clinicians decide that somebody is to come, and take leave; staff work through the board. Every half hour the
jobs of the worker run. Needs the services (`make services`); works in a database of its own.
"""

from __future__ import annotations

import argparse
import os
import time as clock
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.actions import send_due_notices  # noqa: E402
from accounts.models import Membership, Notice  # noqa: E402
from patients.models import Patient, VisitRequest  # noqa: E402
from scheduling import slots  # noqa: E402
from scheduling.calls.actions import note_call  # noqa: E402
from scheduling.calls.selectors import calls_about_visits  # noqa: E402
from scheduling.hours.actions import OffAlready, add_exception, add_hours  # noqa: E402
from scheduling.hours.settling import CANCEL, MOVE, OFFER, Plan, Unseen, settle  # noqa: E402
from scheduling.models import (  # noqa: E402
    AvailabilityException,
    Consultation,
    VisitReminder,
    VisitType,
    WaitlistEntry,
)
from scheduling.queries import TO_COME  # noqa: E402
from scheduling.reminders.actions.send import post_visit_reminders  # noqa: E402
from scheduling.visits.actions.attendance import mark_arrived, mark_done, mark_no_show  # noqa: E402
from scheduling.visits.actions.book import book, book_held, hold_for_call  # noqa: E402
from scheduling.visits.actions.change import cancel, reschedule  # noqa: E402
from scheduling.visits.actions.choice import offer_times  # noqa: E402
from scheduling.visits.actions.locks import MovedOn, Refused  # noqa: E402
from scheduling.visits.actions.offer import accept_offer  # noqa: E402
from scheduling.waitlist.actions.answering import (  # noqa: E402
    InLineAlready,
    accept_offered,
    join_waitlist,
)
from scheduling.waitlist.actions.offering import offer_free_times  # noqa: E402
from tests import factories  # noqa: E402
from tests.conftest import publish  # noqa: E402
from tests.scheduling.race import doubles  # noqa: E402
from tests.scheduling.visit_types.kinds import a_visit_type  # noqa: E402

BEGINS = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)  # Monday, half past eight in New York
DAY, STEP = timedelta(days=1), timedelta(minutes=30)
STEPS = 20  # of a day: until half past six
REFUSALS = (Refused, MovedOn, OffAlready, InLineAlready, Unseen)


@dataclass
class Desk:
    """One clinic, its people, and what was done so far."""

    random: Random
    patients: list[Patient]
    clinicians: list[Membership]
    sam: Membership
    kinds: list[VisitType]
    now: datetime = BEGINS
    did: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> dict[str, Any]:
        return {"by": self.sam.user, "now": self.now}

    def live(self, days: int) -> None:
        """Weekends too: nobody works then, the jobs do."""
        for day in range(days):
            for step in range(STEPS):
                self.now = BEGINS + day * DAY + step * STEP
                self._jobs()
                if self.now.weekday() < 5:
                    self._work()

    def _jobs(self) -> None:
        post_visit_reminders(now=self.now)
        offer_free_times(now=self.now)
        self.did["mails"] += send_due_notices(now=self.now)

    def _work(self) -> None:
        self._try("seen", self.see)
        for act, share in ACTS.items():
            if self.random.random() < share:
                self._try(act, getattr(self, act))

    def _try(self, name: str, act: Any) -> None:
        try:
            if act() is not None:
                self.did[name] += 1
        except REFUSALS as refused:
            self.did[f"{name}: {type(refused).__name__}"] += 1

    def ahead(self) -> Consultation | None:
        rows = Consultation.objects.filter(state__in=TO_COME, period__startswith__gt=self.now)
        related = ("patient__clinic", "patient__user", "visit_type")
        found = list(rows.select_related(*related).order_by("pk"))
        return self.random.choice(found) if found else None

    def see(self) -> bool | None:
        """Whoever has a visit now is here, or is not."""
        over = Consultation.objects.filter(state__in=TO_COME, period__startswith__lte=self.now)
        for visit in over.select_related("patient__clinic", "visit_type").order_by("pk"):
            if self.random.random() < 0.12:
                mark_no_show(visit=visit, reason="no_word", **self.said)
                continue
            mark_arrived(visit=visit, **self.said)
            visit.refresh_from_db()
            mark_done(visit=visit, **self.said)
        return None

    def ask(self) -> bool:
        """A clinician decides that somebody is to come."""
        episode = self.random.choice(self.patients).episodes.get()
        due_on = self.now.date() + timedelta(days=self.random.randint(1, 14))
        asked = {"purpose": "review", "due_on": due_on, "requested_at": self.now}
        by = self.clinicians[0].user
        VisitRequest.objects.create(episode=episode, requested_by=by, **asked)
        return True

    def answer_request(self) -> bool | None:
        held = Consultation.objects.filter(state="held", held_until__gt=self.now)
        waiting = VisitRequest.objects.waiting().exclude(consultations__in=held)
        wanted = waiting.select_related(
            "episode__patient__clinic", "episode__patient__user"
        ).first()
        if wanted is None:
            return None
        kind = self.random.choice(self.kinds)
        best = slots.best_for(wanted, now=self.now, kind=kind)
        if not best:
            return None
        if self.random.random() < 0.4:
            patient = wanted.episode.patient
            offer_times(patient=patient, slots=best, request=wanted, kind=kind, **self.said)
        else:
            book(request=wanted, slot=best[0], kind=kind, **self.said)
        return True

    def phone(self) -> bool | None:
        return self._book_by_phone(
            self.random.choice(self.patients), self.random.choice(self.kinds)
        )

    def rebook(self) -> bool | None:
        lost = (
            Consultation.objects.to_rebook().select_related("patient__clinic", "visit_type").first()
        )
        return lost and self._book_by_phone(lost.patient, lost.visit_type)

    def _book_by_phone(self, patient: Patient, kind: VisitType | None) -> bool | None:
        due_on = self.now.date() + timedelta(days=self.random.randint(1, 10))
        best = slots.propose(patient, due_on=due_on, now=self.now, kind=kind)
        if not best:
            return None
        held = hold_for_call(patient=patient, kind=kind, slot=best[-1], **self.said)
        book_held(held=held, **self.said)
        return True

    def cancel(self) -> Consultation | None:
        visit = self.ahead()
        return visit and cancel(visit=visit, reason="patient_asked", **self.said)

    def move(self) -> Consultation | None:
        visit = self.ahead()
        found = visit and slots.next_free(
            visit.slot, visit.patient, now=self.now, kind=visit.visit_type
        )
        return reschedule(visit=visit, slot=found[-1], **self.said) if visit and found else None

    def accept(self) -> Consultation | None:
        """Half of what is offered is answered; the rest runs out."""
        offers = Consultation.objects.offers().filter(held_until__gt=self.now, waitlist_offer=None)
        related = (
            "patient__clinic",
            "patient__user",
            "visit_type",
            "visit_request__episode__patient__clinic",
        )
        offer = offers.select_related(*related).first()
        return offer and accept_offer(visit=offer, **self.said)

    def join(self) -> WaitlistEntry:
        patient, kind = self.random.choice(self.patients), self.random.choice(self.kinds)
        reach = self.random.choice(["email", "phone"])
        return join_waitlist(
            patient=patient, visit_type=kind, reach=reach, notice_hours=4, **self.said
        )

    def take_kept(self) -> Consultation | None:
        kept = WaitlistEntry.objects.filter(offers__answered_at=None, closed_at=None).first()
        offer = kept and kept.offers.unanswered().first()
        return offer and accept_offered(offer=offer, **self.said)

    def call(self) -> bool | None:
        causes = calls_about_visits(self.sam, self.now)
        rows = [row for cause in causes for row in cause.rows]
        if not rows:
            return None
        outcome = self.random.choice(["reached", "no_answer", "left_message"])
        row = rows[0]
        note_call(patient=row.patient, outcome=outcome, visit=row.visit, **self.said)
        return True

    def leave(self) -> bool:
        member = self.random.choice(self.clinicians)
        first = self.now.date() + timedelta(days=self.random.randint(1, 6))
        days = {"date": first, "last_on": first + timedelta(days=self.random.randint(0, 2))}
        planned = AvailabilityException(membership=member, kind="off", **days)
        others = [one for one in self.clinicians if one != member]
        plan = Plan(self.random.choice([MOVE, OFFER, CANCEL]), self.random.choice(others), OFFER)

        def hit() -> list[Consultation]:
            return slots.hits(self.sam, [planned], now=self.now)[None]

        def save() -> list[Consultation]:
            add_exception(membership=member, kind="off", **days)
            return hit()

        settle(save=save, seen=hit(), of=[member], plan=plan, **self.said)
        return True


# How often in each half hour.
ACTS = {
    "ask": 0.5, "answer_request": 0.8, "phone": 0.35, "rebook": 0.5, "cancel": 0.25, "move": 0.2,
    "accept": 0.35, "join": 0.15, "take_kept": 0.2, "call": 0.5, "leave": 0.02,
}  # fmt: skip


def opened(seed: int, patients: int) -> Desk:
    publish()
    clinic = factories.ClinicFactory(name="Northside", now=BEGINS)
    sam = factories.StaffFactory(clinic=clinic, role="scheduler", now=BEGINS).membership_as()
    people = [factories.StaffFactory(clinic=clinic, now=BEGINS) for _one in range(4)]
    for number, user in enumerate(people):
        add_hours(
            membership=user.membership_as(), room=f"Room {number % 3}", weekdays=range(5),
            starts=wall(9), ends=wall(15), slot_minutes=30, from_on=date(2026, 3, 2),
        )  # fmt: skip
    usual = {"credentials": [], "anyone": True, "level": None, "ahead_days": 60}
    kinds = [
        a_visit_type(clinic, name="Review", purpose="follow_up", minutes=30, **usual),
        a_visit_type(clinic, name="Therapy", purpose="therapy", minutes=60, **usual),
    ]
    records = [
        factories.PatientFactory(clinic=clinic, by=people[0], name=f"Patient {number}", now=BEGINS)
        for number in range(patients)
    ]
    for record in records:
        factories.EpisodeFactory(patient=record, by=people[0], now=BEGINS)
    members = [user.membership_as() for user in people]
    return Desk(Random(seed), records, members, sam, kinds)  # noqa: S311


def lost_requests(now: datetime) -> list[VisitRequest]:
    """Closed without a visit that stands: nobody would find a time for these."""
    stands = Consultation.objects.not_cancelled().exclude(state="held")
    closed = VisitRequest.objects.filter(closed_at__isnull=False)
    return list(closed.exclude(consultations__in=stands))


def lost_visits(now: datetime) -> list[Consultation]:
    """Cancelled or missed, wanted again, without another visit since, and on no list of the board."""
    ended = Consultation.objects.filter(state__in=["cancelled", "no_show"], visit_request=None)
    on_lists = set(Consultation.objects.to_rebook().values_list("pk", flat=True))

    def has_another(visit: Consultation) -> bool:
        since = visit.cancelled_at or visit.no_show_at
        later = Consultation.objects.filter(patient=visit.patient, booked_at__gt=since)
        return later.exclude(state__in=["cancelled", "held"]).exists()

    return [
        visit
        for visit in ended
        if visit.rebook_by and visit.pk not in on_lists and not has_another(visit)
    ]


def wrong_reminders() -> list[VisitReminder]:
    """Sent for a visit that was not to come at that time when it left."""
    sent = VisitReminder.objects.filter(notice__sent_at__isnull=False).select_related("notice")
    return [reminder for reminder in sent if not was_to_come(reminder)]


def was_to_come(reminder: VisitReminder) -> bool:
    """By its stamps, which are of the month's clock. In each half hour the jobs run before anybody works, so
    what happened at the very moment came after."""
    left, visit = reminder.notice.sent_at, reminder.visit
    off = [visit.cancelled_at, visit.no_show_at, visit.arrived_at]
    still = not any(moment and moment < left for moment in off)
    moved_since = visit.starts != reminder.starts_at and visit.booked_at and visit.booked_at < left
    return still and not moved_since and left < reminder.starts_at


def in_time_off(now: datetime) -> list[Consultation]:
    """Visits to come in the absence of their clinician, which nobody decided to leave there."""
    coming = Consultation.objects.ahead(now).select_related("patient__clinic")
    return [visit for visit in coming if slots.is_away(visit.patient.clinic, visit.slot)]


def report(desk: Desk, took: float) -> bool:
    states = Counter(Consultation.objects.values_list("state", flat=True))
    print(f"{sum(desk.did.values())} acts in {took:.0f} s:", dict(sorted(desk.did.items())))
    print("visits:", dict(states), "mails:", Notice.objects.exclude(sent_at=None).count())
    never = {
        "lost requests": len(lost_requests(desk.now)),
        "lost visits": len(lost_visits(desk.now)),
        "doubles": doubles(),
        "reminders of visits that were not to be": len(wrong_reminders()),
        "visits in time off": len(in_time_off(desk.now)),
    }
    print("   ".join(f"{name} {count}" for name, count in never.items()))
    return not any(never.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patients", type=int, default=60)
    given = parser.parse_args()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    connection.settings_dict["TEST"]["NAME"] = "bench_month"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        began, desk = clock.perf_counter(), opened(given.seed, given.patients)
        desk.live(given.days)
        fine = report(desk, clock.perf_counter() - began)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
