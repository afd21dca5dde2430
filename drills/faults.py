"""What is broken on purpose. Each fault is a function of the scene that returns when it is over.

Work (six reviews, twelve messages) lies ready: a fault calls `scene.give_work()` where its moment matters,
the others find it given.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from django.db import connection

from drills import clock
from drills.house import House, frozen, wait_until
from drills.load import Load
from drills.relay import Relay
from patients.models import ReviewDue

FREEZE = 15.0  # seconds


@dataclass
class Scene:
    house: House
    load: Load
    relay: Relay
    episodes: list[int]
    give_work: Callable[[], None]


Fault = Callable[[Scene], None]
FAULTS: dict[str, Fault] = {}
ASKS_FOR_WORK = set()


def fault(what: str, *, asks_for_work: bool = False) -> Callable[[Fault], Fault]:
    def note(function: Fault) -> Fault:
        FAULTS[what] = function
        if asks_for_work:
            ASKS_FOR_WORK.add(what)
        return function

    return note


def first(process: psutil.Process) -> psutil.Process:
    return wait_for_child(process)[0]


def wait_for_child(process: psutil.Process) -> list[psutil.Process]:
    wait_until(process.children, 30, "a child")
    return process.children()


def family(scene: Scene, name: str) -> psutil.Process:
    return psutil.Process(scene.house.processes[name].pid)


@fault("nothing")
def nothing(_scene: Scene) -> None:
    """To compare with."""
    time.sleep(3)


@fault("kill -9 a web child")
def web_child(scene: Scene) -> None:
    first(family(scene, "web")).kill()


@fault("kill -9 the web parent")
def web_parent(scene: Scene) -> None:
    family(scene, "web").kill()


@fault("kill -9 the worker in mid-sweep", asks_for_work=True)
def worker_in_sweep(scene: Scene) -> None:
    """It has claimed and assessed all six when it comes to the row that is locked here."""
    with last_person_locked(scene):
        scene.house.kill("worker")


@fault("kill -9 a worker's child in mid-sweep", asks_for_work=True)
def worker_child(scene: Scene) -> None:
    """Both children: which of them has the sweep is not to be seen from here."""
    with last_person_locked(scene):
        for child in family(scene, "worker").children():
            child.kill()


@fault("kill -9 the worker in mid-mail", asks_for_work=True)
def worker_in_mail(scene: Scene) -> None:
    """The relay has the third message and has not said so when the worker ends."""
    with mute(scene.relay, after=3):
        scene.give_work()
        wait_until(lambda: len(scene.relay.messages) >= 3, 60, "the third message")
        scene.house.kill("worker")


@fault("kill -9 beat")
def beat(scene: Scene) -> None:
    scene.house.kill("beat")


@fault("kill -9 PostgreSQL")
def postgres(scene: Scene) -> None:
    scene.house.server("PostgreSQL").kill()


@fault("kill -9 one database session")
def one_session(scene: Scene) -> None:
    """PostgreSQL then ends all of them and recovers, because shared memory may be spoilt."""
    ours = connection.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
    children = scene.house.server("PostgreSQL").children()
    session = next(c for c in children if c.pid != ours and "spinecare" in "".join(c.cmdline()))
    session.kill()


@fault("kill -9 Redis")
def redis(scene: Scene) -> None:
    scene.house.server("Redis").kill()


@fault("Redis frozen for 15 s")
def frozen_redis(scene: Scene) -> None:
    with frozen(scene.house.server("Redis")):
        time.sleep(FREEZE)


@fault("PostgreSQL frozen for 30 s")
def frozen_postgres(scene: Scene) -> None:
    with frozen(scene.house.server("PostgreSQL")):
        time.sleep(2 * FREEZE)


@fault("disk full for 15 s")
def full_disk(scene: Scene) -> None:
    """Everything of the house lies on one small disk, and something else fills it."""
    filler = scene.house.base / "filler"
    with filler.open("wb") as out, _ignoring_the_end():
        while True:
            out.write(b"\0" * 2**16)
            out.flush()
    until = time.monotonic() + FREEZE
    while time.monotonic() < until:
        _fill(filler)
        time.sleep(0.2)
    filler.unlink()


@fault("two beats", asks_for_work=True)
def two_beats(scene: Scene) -> None:
    command = [*scene.house.commands["beat"][:-1], str(scene.house.base / "beat-schedule-2")]
    second = scene.house.another("beat-2", command)
    try:
        time.sleep(3)
        scene.give_work()
        time.sleep(FREEZE)
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        second.wait()


@fault("a mail server that hangs for 30 s")
def hanging_mail(scene: Scene) -> None:
    """Reviews go on beside it: the flags are there before the relay speaks again."""
    with mute(scene.relay, after=len(scene.relay.messages) + 1):
        wait_until(
            lambda: not ReviewDue.objects.filter(trial__episode__in=scene.episodes).exists(),
            2 * FREEZE,
            "the reviews beside a mute relay",
        )
        time.sleep(FREEZE)


for change in clock.CHANGES:

    @fault(change)
    def clock_changes(_scene: Scene) -> None:
        clock.wait_for_the_change()


@contextmanager
def last_person_locked(scene: Scene):  # type: ignore[no-untyped-def]
    """Work is given, and the sweep has come as far as the last of its people, which is locked here."""
    with psycopg.connect(scene.house.url("spinecare")) as session:
        lock = "SELECT FROM patients_episode WHERE id = %s FOR UPDATE"
        session.execute(lock, [max(scene.episodes)])
        scene.give_work()
        wait_until(_somebody_waits, 60, "the sweep")
        yield


@contextmanager
def mute(relay: Relay, after: int):  # type: ignore[no-untyped-def]
    """The relay answers nothing from this message on."""
    relay.goes_on.clear()
    relay.silent_at = after
    try:
        yield
    finally:
        relay.silent_at = 0
        relay.goes_on.set()


@contextmanager
def _ignoring_the_end():  # type: ignore[no-untyped-def]
    try:
        yield
    except OSError:
        return


def _fill(filler: Path) -> None:
    with _ignoring_the_end(), filler.open("ab") as out:
        out.write(b"\0" * 2**12)
        out.flush()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
