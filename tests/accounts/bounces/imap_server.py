"""A mailbox on this machine that speaks as much IMAP as reading new mail takes."""

import re
import socketserver
import threading
from contextlib import contextmanager


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, said = line.partition(" ")
            if self.answer(said):
                self.say(f"{tag} OK done")
            else:
                self.say(f"{tag} NO not so")
            if said == "LOGOUT":
                return

    def answer(self, said):
        verb = re.match(r"UID \w+|\w+", said)[0]
        number = int(next(iter(re.findall(r"UID \w+ (\d+)", said)), 0))
        answers = {
            "CAPABILITY": lambda: self.say("* CAPABILITY IMAP4rev1"),
            "LOGIN": lambda: said == 'LOGIN desk "s p"',
            "SELECT": lambda: self.say(f"* {len(self.server.box)} EXISTS"),
            "UID SEARCH": self.unseen,
            "UID FETCH": lambda: self.fetch(number),
            "UID STORE": lambda: self.server.seen.add(number),
        }
        return answers.get(verb, lambda: None)() is not False

    def unseen(self):
        new = (str(uid) for uid in self.server.box if uid not in self.server.seen)
        self.say("* SEARCH " + " ".join(new))

    def fetch(self, uid):
        content = self.server.box[uid].encode()
        self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}")
        self.wfile.write(content)
        self.say(")")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def imap_box(*mails):
    """The server; its `seen` are the numbers of the mails that were read."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        server.box, server.seen = dict(enumerate(mails, start=1)), set()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
