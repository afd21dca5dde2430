"""Patients who save logs all the time and note what was acknowledged.

What is not acknowledged is sent again with the same name, as the page's script does.
"""

import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from drills.people import Phone

PATIENCE = 30  # seconds of one try
PAUSE = 0.1
OF_A_DAY = 18  # a person may save twenty


@dataclass
class Write:
    """One form, sent until it is acknowledged."""

    name: str
    episode: int
    tries: list[tuple[float, float, int]] = field(default_factory=list)  # began, seconds, status
    acknowledged: float = 0.0


class Load:
    """A context: `phones` take turns, three at a time, until it is left."""

    def __init__(self, address: str, phones: list[Phone], pause: float) -> None:
        self.address, self.pause = address, pause
        self.writes: list[Write] = []
        self._turns = itertools.chain.from_iterable(itertools.repeat(p, OF_A_DAY) for p in phones)
        self._lock, self._over = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._go_on, daemon=True) for _ in range(3)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(self.pause):
            with self._lock:
                phone = next(self._turns, None)
                if phone is None:
                    return  # everybody has saved what they may in a day
                write = Write(str(uuid4()), phone.episode)
                self.writes.append(write)
            self._send_until_heard(write, phone)

    def _send_until_heard(self, write: Write, phone: Phone) -> None:
        deadline = time.monotonic() + 120
        while not write.acknowledged and time.monotonic() < deadline:
            began = time.monotonic()
            status = self._try(write, phone)
            write.tries.append((began, time.monotonic() - began, status))
            if status == http.HTTPStatus.OK:
                write.acknowledged = time.monotonic()
            elif self._over.wait(0.2) and len(write.tries) > 3:
                return

    def _try(self, write: Write, phone: Phone) -> int:
        """The status; 0 where there was no answer, 1 where the answer does not say "saved"."""
        form = {"average_pain": "4", "note": write.name, "submission_id": write.name}
        status, said = ask(self.address, "/log/", phone.headers, urlencode(form))
        return status if status != http.HTTPStatus.OK or write.name in said else 1

    def acknowledged(self) -> list[Write]:
        return [write for write in self.writes if write.acknowledged]

    def slowest(self, since: float, until: float) -> float:
        """Seconds of the longest try that began in between."""
        tried = [t for write in self.writes for t in write.tries if since <= t[0] <= until]
        return max((seconds for _began, seconds, _status in tried), default=0.0)

    def silence(self, since: float) -> float:
        """The longest time in which nothing was acknowledged, in seconds."""
        heard = sorted(w.acknowledged for w in self.acknowledged() if w.acknowledged > since)
        steps = itertools.pairwise([since, *heard])
        return max((later - earlier for earlier, later in steps), default=0.0)

    def seen(self, since: float) -> dict[int, int]:
        """How often each status was met."""
        met: dict[int, int] = {}
        for write in list(self.writes):
            for began, _seconds, status in write.tries:
                if began >= since:
                    met[status] = met.get(status, 0) + 1
        return met


def ask(
    address: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str]:
    """Status and text of one answer; 0 where none came."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE)
    sent = {"Host": "drill.example", "X-Forwarded-Proto": "https", "Spinecare-Script": "1"}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("POST" if body else "GET", path, body, sent | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def readyz(address: str) -> dict[str, object]:
    """What the product says of itself; empty where it does not answer."""
    _status, said = ask(address, "/readyz", {})
    try:
        found: dict[str, object] = json.loads(said)
    except ValueError:
        return {}
    return found
