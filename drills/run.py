"""One drill: people and work, load, the fault, recovery, and the count afterwards."""

import threading
import time
from dataclasses import dataclass

from django.db import OperationalError, connection

from accounts.models import Clinic
from drills import people
from drills.clock import CHANGES
from drills.faults import ASKS_FOR_WORK, FAULTS, Scene
from drills.house import House, wait_until
from drills.ledger import Ledger, jobs_are_done, reckon
from drills.load import PAUSE, Load, readyz
from drills.relay import Relay

PEOPLE, REVIEWS, LETTERS = 20, 6, 12
PATIENCE = 150  # seconds until everything that was promised has been done


@dataclass(frozen=True)
class Result:
    """Of one drill. Times in seconds."""

    what: str
    ledger: Ledger
    silence: float  # the longest time in which no log was saved
    slowest: float  # the slowest answer to one try while the fault lasted
    jobs: float  # from the fault's end until all reviews and messages were done
    statuses: dict[int, int]  # of the tries to save
    said: set[str]  # by /readyz


class Watcher:
    """A context that asks `/readyz` each second, as an operator's watch does, and keeps what it said."""

    def __init__(self, house: House) -> None:
        self.house, self.said = house, set[str]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(1):
            began, found = time.monotonic(), readyz(self.house.address)
            self.said.add(_in_words(found))
            if time.monotonic() - began > 10:
                self.said.add("slow")


def _in_words(found: dict[str, object]) -> str:
    if not found:
        return "no answer"
    if not found["ready"]:
        return "not ready"
    return "degraded" if found["degraded"] else "ready"


def run(what: str, house: House, clinic: Clinic, relay: Relay) -> Result:
    slowly = what in CHANGES  # two minutes of load, and twenty logs a person
    phones = [people.phone(clinic) for _ in range(PEOPLE)]
    episodes = people.levelled(clinic, REVIEWS)
    addresses: list[str] = []

    def give_work() -> None:
        addresses.extend(people.letters(clinic, LETTERS))
        people.let_go(episodes)

    relay.messages.clear()
    with Load(house.address, phones, 0.6 if slowly else PAUSE) as load, Watcher(house) as watcher:
        wait_until(lambda: len(load.acknowledged()) > 10, 60, "the load")
        if what not in ASKS_FOR_WORK:
            give_work()
        began = time.monotonic()
        FAULTS[what](Scene(house, load, relay, episodes, give_work))
        over = time.monotonic()
        slowest_until = max(over, began + 5)
        done = wait_until(lambda: _settled(load, over, episodes, addresses, relay), PATIENCE, what)
    ledger = reckon(load, episodes, addresses, relay)
    slowest = load.slowest(began, slowest_until)
    seen = load.seen(began)
    return Result(what, ledger, load.silence(began), slowest, done, seen, watcher.said)


def _settled(
    load: Load, over: float, episodes: list[int], addresses: list[str], relay: Relay
) -> bool:
    """People save again, and the jobs have caught up. The database may be away meanwhile."""
    later = [write for write in load.acknowledged() if write.acknowledged > over]
    try:
        return len(later) > 10 and jobs_are_done(episodes, addresses, relay)
    except OperationalError:
        connection.close()
        return False
