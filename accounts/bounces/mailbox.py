"""Where mail that comes back is fetched from: a Maildir on this machine, or a mailbox by IMAP."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from imaplib import IMAP4, IMAP4_SSL
from urllib.parse import SplitResult, unquote, urlsplit

HERE = {"127.0.0.1", "::1", "localhost"}
PATIENCE = 20  # seconds
MOST = 200  # of one run; the next goes on
Take = Callable[[EmailMessage], None]


class UnknownMailbox(Exception):
    """Neither `maildir:/path` nor `imaps://user:password@host/folder`."""


def read_each(address: str, take: Take) -> int:
    """Hand each new message to `take`, and mark it as read once that has returned. Returns how many.

    Raises UnknownMailbox, OSError, IMAP4.error.
    """
    where = urlsplit(address)
    if where.scheme == "maildir":
        return _maildir(where.path, take)
    # Passwords go over the network in TLS alone; a server on this machine may do without.
    if where.scheme == "imaps" or (where.scheme == "imap" and where.hostname in HERE):
        with _signed_in(where) as server:
            return _imap(server, take)
    raise UnknownMailbox(where.scheme)


def _maildir(path: str, take: Take) -> int:
    box = mailbox.Maildir(path, create=False)
    new = [key for key, message in box.iteritems() if message.get_subdir() == "new"][:MOST]
    for key in new:
        take(_read(box.get_bytes(key)))
        read = box[key]
        read.set_subdir("cur")
        read.add_flag("S")
        box[key] = read
    return len(new)


@contextmanager
def _signed_in(where: SplitResult) -> Iterator[IMAP4]:
    kind = IMAP4_SSL if where.scheme == "imaps" else IMAP4
    with kind(where.hostname or "", where.port or kind.port, timeout=PATIENCE) as server:
        server.login(unquote(where.username or ""), unquote(where.password or ""))
        server.select(unquote(where.path.strip("/")) or "INBOX")
        yield server


def _imap(server: IMAP4, take: Take) -> int:
    _said, found = server.uid("SEARCH", "UNSEEN")
    new = (found[0] or b"").split()[:MOST]
    for uid in new:
        _said, parts = server.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
        content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        take(_read(content))
        server.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)")
    return len(new)


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)
