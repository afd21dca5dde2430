"""Booking under attack: 64 clients on shifted, half-overlapping times, against a bare floor.

    python -m bench.bookings [--clients 64] [--waves 6]

The floor is what PostgreSQL and a driver need for the same promise: lock clinician and room, insert
into a bare table with the same three constraints, commit. Same clients, same times, same run, two
processes as in production. "desk" is what the desk and its patients do besides: times offered and taken,
booked by oneself, in series, from the waitlist, and leave; an attempt there is up to four actions. Only the ratios mean something on another machine. Needs the services
(`make services`); works in a database of its own, made for the run and dropped again.
"""

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as wall
from functools import partial
from multiprocessing import get_context
from random import Random
from threading import Barrier

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
django.setup()

import psycopg  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Clinic, Membership, User  # noqa: E402
from patients.models import VisitRequest  # noqa: E402
from scheduling.hours import actions  # noqa: E402
from scheduling.models import Room, VisitType  # noqa: E402
from tests import factories  # noqa: E402
from tests.conftest import publish  # noqa: E402
from tests.scheduling.desk_race import DeskRace  # noqa: E402
from tests.scheduling.race import DAY, LENGTH, SHIFT, STARTS, Race, Tally, deadlocks, doubles  # noqa: E402
from tests.scheduling.visit_types.kinds import a_visit_type  # noqa: E402

PROCESSES = 2
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
OPENING = datetime(2026, 3, 3, 14, tzinfo=UTC)
FLOOR = """
    DROP TABLE IF EXISTS floor_visit, floor_clinician, floor_room;
    CREATE TABLE floor_clinician (id bigint PRIMARY KEY);
    CREATE TABLE floor_room (id bigint PRIMARY KEY);
    CREATE TABLE floor_visit (
        id bigserial PRIMARY KEY, clinician bigint, patient bigint, room bigint, period tstzrange,
        EXCLUDE USING gist (int8range(clinician, clinician, '[]') WITH &&, period WITH &&),
        EXCLUDE USING gist (int8range(patient, patient, '[]') WITH &&, period WITH &&),
        EXCLUDE USING gist (int8range(room, room, '[]') WITH &&, period WITH &&)
    );
"""


@dataclass(frozen=True)
class Scene:
    """A clinic of four clinicians and two rooms, and a request for each client."""

    clinicians: list[int]
    rooms: list[int]
    requests: list[VisitRequest]
    by: User
    kind: VisitType


def scene(clients: int) -> Scene:
    publish()
    clinic = factories.ClinicFactory(now=NOW)
    staff = [factories.StaffFactory(clinic=clinic, now=NOW) for _one in range(4)]
    for number, user in enumerate(staff):
        actions.add_hours(
            membership=user.membership_as(Membership.Role.CLINICIAN),
            room=f"Room {number % 2}",
            weekdays=range(5),
            starts=wall(9),
            ends=wall(17),
            slot_minutes=30,
            from_on=date(2026, 3, 2),
        )
    return Scene(
        clinicians=[user.membership_as().pk for user in staff],
        rooms=list(Room.objects.of(clinic).values_list("pk", flat=True)),
        requests=[request(clinic, staff[0]) for _client in range(clients)],
        by=staff[0],
        kind=a_visit_type(
            clinic, name="Review", minutes=30, credentials=[], anyone=True, ahead_days=90
        ),
    )


def request(clinic: Clinic, by: User) -> VisitRequest:
    patient = factories.PatientFactory(clinic=clinic, by=by, joined=False, now=NOW)
    episode = factories.EpisodeFactory(patient=patient, by=by, now=NOW)
    asked = {"purpose": "review", "due_on": date(2026, 3, 9), "requested_at": NOW}
    made = VisitRequest.objects.create(episode=episode, requested_by=by, **asked)
    return VisitRequest.objects.select_related("episode__patient__clinic").get(pk=made.pk)


def our_clients(at: Scene, waves: int, requests: list[VisitRequest], start: float) -> Tally:
    race = Race(
        requests=requests,
        clinicians=at.clinicians,
        rooms=at.rooms,
        by=at.by,
        now=NOW,
        opening=OPENING,
        waves=waves,
    )
    time.sleep(max(0.0, start - time.time()))
    return race.run()


def desk_clients(at: Scene, waves: int, requests: list[VisitRequest], start: float) -> Tally:
    race = DeskRace(
        requests=requests,
        clinicians=at.clinicians,
        rooms=at.rooms,
        by=at.by,
        now=NOW,
        opening=OPENING + 40 * DAY,  # where the race before took nothing
        waves=waves,
        kind=at.kind,
    )
    time.sleep(max(0.0, start - time.time()))
    return race.run()


def floor_clients(at: Scene, waves: int, requests: list[VisitRequest], start: float) -> Tally:
    barrier = Barrier(len(requests))
    conninfo = connection.get_connection_params() | {"autocommit": False}
    for unknown in ("context", "cursor_factory", "prepare_threshold"):
        conninfo.pop(unknown, None)

    def client(request: VisitRequest) -> Tally:
        tally, random = Tally(), Random(request.pk)  # noqa: S311
        with psycopg.connect(**conninfo) as session:
            for wave in range(waves):
                starts = OPENING + wave * DAY + SHIFT * random.randrange(STARTS)
                barrier.wait()
                began = time.perf_counter()
                tally.outcomes[floor_attempt(session, at, request.pk, starts, random)] += 1
                tally.seconds.append(time.perf_counter() - began)
        return tally

    time.sleep(max(0.0, start - time.time()))
    return together(client, requests)


def together(client: Callable[[VisitRequest], Tally], requests: list[VisitRequest]) -> Tally:
    total = Tally()
    with ThreadPoolExecutor(len(requests)) as pool:
        for tally in pool.map(client, requests):
            total.add(tally)
    return total


def floor_attempt(
    session: psycopg.Connection, at: Scene, patient: int, starts: datetime, random: Random
) -> str:
    clinician, room = random.choice(at.clinicians), random.choice(at.rooms)
    try:
        session.execute("SELECT FROM floor_clinician WHERE id = %s FOR NO KEY UPDATE", [clinician])
        session.execute("SELECT FROM floor_room WHERE id = %s FOR NO KEY UPDATE", [room])
        session.execute(
            "INSERT INTO floor_visit (clinician, patient, room, period)"
            " VALUES (%s, %s, %s, tstzrange(%s, %s))",
            [clinician, patient, room, starts, starts + LENGTH],
        )
        session.commit()
    except psycopg.errors.ExclusionViolation:
        session.rollback()
        return "refused"
    return "booked"


def attack(clients: Callable[..., Tally], requests: list[VisitRequest]) -> tuple[Tally, float]:
    """All clients at once, in two processes; what they met and how long the whole took."""
    connection.close()
    total, start = Tally(), time.time() + 1
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        shares = [requests[share::PROCESSES] for share in range(PROCESSES)]
        for tally in pool.map(clients, shares, [start] * PROCESSES):
            total.add(tally)
    return total, time.time() - start


def line(name: str, tally: Tally, took: float) -> str:
    median, p95, longest = (1000 * at_share(tally, share) for share in (0.5, 0.95, 1.0))
    met = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items()))
    return (
        f"{name:6} {len(tally.seconds) / took:6.0f} attempts/s   median {median:6.1f} ms"
        f"   p95 {p95:6.1f} ms   longest {longest:6.1f} ms   ({met})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--waves", type=int, default=6)
    given = parser.parse_args()
    connection.settings_dict["TEST"]["NAME"] = "bench_bookings"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure(given.clients, given.waves)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(clients: int, waves: int) -> None:
    at = scene(clients)
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)
        cursor.execute("INSERT INTO floor_clinician SELECT unnest(%s::bigint[])", [at.clinicians])
        cursor.execute("INSERT INTO floor_room SELECT unnest(%s::bigint[])", [at.rooms])
    seen = deadlocks()
    floor = attack(partial(floor_clients, at, waves), at.requests)
    ours = attack(partial(our_clients, at, waves), at.requests)
    print(f"{clients} clients, {waves} waves, {STARTS} starts {SHIFT} apart")
    print(line("floor", *floor))
    print(line("ours", *ours))
    desk = attack(partial(desk_clients, at, waves), at.requests)
    print(line("desk", *desk))
    for name, share in (("median", 0.5), ("p95", 0.95), ("longest", 1.0)):
        print(
            f"{name:8} ours is {at_share(ours[0], share) / at_share(floor[0], share):5.1f} x the floor"
        )
    time.sleep(1)  # PostgreSQL counts a deadlock a moment after it broke it
    print(f"doubles {doubles()}   deadlocks {deadlocks() - seen}", end="   ")
    slow = [second for tally in (ours[0], desk[0]) for second in tally.seconds if second > 1]
    print(f"over a second {len(slow)}")


def at_share(tally: Tally, share: float) -> float:
    """The attempt that this share of the attempts did not outlast, in seconds."""
    ordered = sorted(tally.seconds)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


if __name__ == "__main__":
    main()
