"""10,000 people in line: what a run of the job costs, and the desk's page.

    python -m bench.line [--people 10000]

Needs the services (`make services`); works in a database of its own.
"""

from __future__ import annotations

import argparse
import os
import time as clock
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
django.setup()

import time_machine  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import Clinic, User  # noqa: E402
from patients.models import Patient  # noqa: E402
from scheduling.hours.actions import add_hours  # noqa: E402
from scheduling.models import VisitType, WaitlistEntry, WaitlistOffer  # noqa: E402
from scheduling.waitlist.actions.offering import offer_free_times  # noqa: E402
from tests import factories  # noqa: E402
from tests.conftest import publish  # noqa: E402
from tests.scheduling.visit_types.kinds import a_visit_type  # noqa: E402

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


def in_line(clinic: Clinic, kind: VisitType, by: User, people: int) -> None:
    """Half by phone, half by e-mail; each wants one weekday."""
    shared = {"clinic": clinic, "birth_date": date(1970, 1, 1), "time_zone": clinic.time_zone}
    shared |= {"registered_at": NOW, "registered_by": by}
    rows = (Patient(name=f"P {n}", number=f"L{n}", **shared) for n in range(people))
    patients = Patient.objects.bulk_create(rows, batch_size=2000)
    WaitlistEntry.objects.bulk_create(
        (
            WaitlistEntry(
                patient=patient, visit_type=kind, weekdays=[n % 5], notice_hours=4,
                reach=("phone", "email")[n % 2], added_at=NOW - timedelta(minutes=n), added_by=by,
            )
            for n, patient in enumerate(patients)
        ),
        batch_size=2000,
    )  # fmt: skip


def timed(name: str, act: Any) -> None:
    reset_queries()
    began, before = clock.perf_counter(), clock.process_time()
    said = act()
    took, cpu = clock.perf_counter() - began, clock.process_time() - before
    print(f"{name:44} {took:6.2f} s   {cpu:6.2f} s of processor   {said}")


def measure(people: int) -> None:
    publish()
    clinic = factories.ClinicFactory(now=NOW)
    staff = [factories.StaffFactory(clinic=clinic, now=NOW) for _one in range(4)]
    for number, user in enumerate(staff):
        add_hours(
            membership=user.membership_as(), room=f"Room {number}", weekdays=range(5),
            starts=wall(9), ends=wall(17), slot_minutes=30, from_on=date(2026, 3, 2),
        )  # fmt: skip
    kind = a_visit_type(clinic, name="Review", minutes=30, credentials=[], anyone=True, level=None)
    sam = factories.StaffFactory(clinic=clinic, role="scheduler", now=NOW)
    in_line(clinic, kind, staff[0], people)
    print(f"{people} in line, four clinicians with four weeks free")
    timed("first run: everything free is offered", lambda: f"{offer_free_times(now=NOW)} offered")
    later = NOW + timedelta(minutes=1)
    timed("the next run, nothing free", lambda: f"{offer_free_times(now=later)} offered")
    desk = Client()
    desk.force_login(sam)
    with time_machine.travel(later, tick=False):
        timed("the waitlist's page", lambda: desk.get(reverse("waitlist")).status_code)
    held = WaitlistOffer.objects.unanswered().count()
    print(f"{held} times are held, each for one: {held == len(set(_times()))}")


def _times() -> list[str]:
    return list(WaitlistOffer.objects.unanswered().values_list("slot_key", flat=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    given = parser.parse_args()
    connection.settings_dict["TEST"]["NAME"] = "bench_line"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            measure(given.people)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
