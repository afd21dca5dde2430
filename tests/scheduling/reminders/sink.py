"""A mail server on this machine that keeps what it was given, and can be told to fall silent."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default


class Sink(socketserver.ThreadingTCPServer):
    """`silent_at`: the message after which it answers no more, as a relay that hangs."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, silent_at=0, refuses=""):
        super().__init__(("127.0.0.1", 0), Session)
        self.silent_at, self.refuses = silent_at, refuses
        self.messages = []
        self.goes_on = threading.Event()

    @property
    def port(self):
        return self.server_address[1]

    def keep(self, data):
        self.messages.append(message_from_bytes(data, policy=default))
        if len(self.messages) == self.silent_at:
            self.goes_on.wait(60)

    def names_by_recipient(self):
        """Message-IDs in the order in which they came, by whom they are to."""
        found = {}
        for message in self.messages:
            found.setdefault(message["To"], []).append(message["Message-ID"])
        return found


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self.server.keep(self._data())
            self._say(self._answer(word, line))
            if word == b"QUIT":
                return

    def _answer(self, word, line):
        refused = self.server.refuses
        if word == b"RCPT" and refused and refused.encode() in line:
            return "550 no such mailbox"
        return "221 bye" if word == b"QUIT" else "250 fine"

    def _data(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def sink(silent_at=0, refuses=""):
    server = Sink(silent_at, refuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.goes_on.set()
        server.shutdown()
        server.server_close()
