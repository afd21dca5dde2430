"""The mail server of the drills: from one message on it can be told to say nothing to anybody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from tests.scheduling.reminders.sink import Sink


class Relay(Sink):
    turn = threading.Lock()

    def handle_error(self, *_about: object) -> None:
        """A worker that was killed in the middle of a sentence is what these drills are about."""

    def keep(self, data: bytes) -> None:
        with self.turn:
            self.messages.append(message_from_bytes(data, policy=default))
            is_mute = 0 < self.silent_at <= len(self.messages)
        if is_mute:
            self.goes_on.wait(120)


@contextmanager
def relay() -> Iterator[Relay]:
    server = Relay()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.goes_on.set()
        server.shutdown()
        server.server_close()
