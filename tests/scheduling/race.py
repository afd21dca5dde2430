"""64 clients who want times that half overlap, at one moment. Used by the test and the bench."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from threading import Barrier, BrokenBarrierError

from django.db import connection

from scheduling.models import Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import book, book_held, hold, hold_for_call
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import MovedOn, Refused
from scheduling.visits.actions.undo import undo_step

CLIENTS = 64
LENGTH, SHIFT = timedelta(minutes=30), timedelta(minutes=15)
STARTS = 24  # shifted starts of a day to choose from: far fewer places than clients
DAY = timedelta(days=1)


@dataclass
class Tally:
    """What the clients met; seconds are those of single attempts."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.outcomes += other.outcomes
        self.seconds += other.seconds


@dataclass(frozen=True)
class Race:
    """Every client books for a request of its own; clinicians and rooms are mixed on purpose, so
    that the rooms clash too. In wave after wave all start at once, each wave on a fresh day, where
    nothing is plainly taken yet; who has a visit by then moves or cancels it."""

    requests: list
    clinicians: list[int]
    rooms: list[int]
    by: object
    now: object
    opening: object
    waves: int = 6

    def run(self) -> Tally:
        barrier = Barrier(len(self.requests))
        total = Tally()
        with ThreadPoolExecutor(len(self.requests)) as pool:
            clients = [
                pool.submit(self._client, barrier, request, Random(seed))  # noqa: S311
                for seed, request in enumerate(self.requests)
            ]
            for client in clients:
                total.add(client.result())
        return total

    def _client(self, barrier, request, random):
        tally = Tally()
        try:
            connection.ensure_connection()
            visit = None
            for wave in range(self.waves):
                slot = self._slot(random, self.opening + wave * DAY)
                barrier.wait()
                visit = self._attempt(tally, request, visit, slot, random)
        except BrokenBarrierError:
            pass  # another client met a fault, which is the one to hear of
        except BaseException:
            barrier.abort()
            raise
        finally:
            connection.close()
        return tally

    def _attempt(self, tally, request, visit, slot, random):
        asked = {"by": self.by, "now": self.now}
        began = time.perf_counter()
        try:
            if visit and random.random() < 0.3:
                cancel(visit=visit, reason="other", **asked)
                name, visit = "cancelled", None
            elif visit:
                visit = reschedule(visit=visit, slot=slot, **asked)
                name = "moved"
            elif random.random() < 0.3:
                hold(request=request, slot=slot, **asked)
                name = "held"
            else:
                visit = book(request=request, slot=slot, **asked)
                name = "booked"
        except (Refused, MovedOn) as refused:
            name = type(refused).__name__
        tally.outcomes[name] += 1
        tally.seconds.append(time.perf_counter() - began)
        return visit

    def _slot(self, random, opening):
        starts = opening + SHIFT * random.randrange(STARTS)
        clinician, room = random.choice(self.clinicians), random.choice(self.rooms)
        return Slot(starts, starts + LENGTH, clinician, room)


class PhoneRace(Race):
    """The same for patients who call: no request, minutes before and after, some visits by phone in no
    room; and what was cancelled is brought back while others take its time."""

    def _attempt(self, tally, request, visit, slot, random):
        asked = {"by": self.by, "now": self.now}
        began = time.perf_counter()
        try:
            if visit is None:
                patient = request.episode.patient
                held = hold_for_call(patient=patient, kind=None, slot=slot, **asked)
                visit = book_held(held=held, **asked)
                name = "booked"
            elif random.random() < 0.5:
                visit = reschedule(visit=visit, slot=slot, **asked)
                name = "moved"
            else:
                cancelled = cancel(visit=visit, reason="other", **asked)
                visit = None
                undo_step(visit=cancelled, seen="cancelled", **asked)
                name, visit = "brought back", cancelled
        except (Refused, MovedOn) as refused:
            name = type(refused).__name__
        tally.outcomes[name] += 1
        tally.seconds.append(time.perf_counter() - began)
        return visit

    def _slot(self, random, opening):
        plain = super()._slot(random, opening)
        room = None if random.random() < 0.2 else plain.room
        return replace(plain, room=room, before=10, after=5)


def at_once(acts):
    """Each in a thread of its own, all beginning together; what each met."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            barrier.wait()
            act()
        except (Refused, MovedOn) as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(run, act) for act in acts]]


def at(slot: Slot, later: timedelta) -> Slot:
    """The same so much later."""
    return replace(slot, starts=slot.starts + later, ends=slot.ends + later)


def doubles() -> int:
    """Pairs of standing holds and visits that overlap for a patient, or in what they block of a clinician or a
    room."""
    table = Consultation._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT count(*) FROM {table} one JOIN {table} other ON one.id < other.id
            AND one.state NOT IN ('cancelled', 'no_show')
            AND other.state NOT IN ('cancelled', 'no_show')
            AND (one.blocked && other.blocked AND (one.clinician_id = other.clinician_id
                                                   OR one.room_id = other.room_id)
                 OR one.period && other.period AND one.patient_id = other.patient_id)
        """)  # noqa: S608
        return cursor.fetchone()[0]


def deadlocks() -> int:
    """Deadlocks that PostgreSQL has seen in this database so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]
