"""What a relay says of a mail that it could not deliver (RFC 3464), in whatever words its text is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage, Message
from email.utils import getaddresses

from accounts.return_address import notice_of

# Where the address that the report came to may stand, by server.
SENT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
HEADERS_OF_OURS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")


@dataclass(frozen=True)
class Report:
    """Delivery failed for good. `notice` is the row that the return address names, if it does; else the
    mail's own name and its recipient, lower case, say which it was."""

    notice: int | None
    message_id: str
    recipient: str


# What Python's parser raises at a head that nobody should write.
UNREADABLE = (ValueError, LookupError, AttributeError, TypeError)


def report_of(message: EmailMessage) -> Report | None:
    """None for whatever tells of no failure: a delay, an answer by a machine, a letter, nonsense."""
    try:
        return _report_of(message)
    except UNREADABLE:
        return None  # one broken mail does not keep those after it from being read


def _report_of(message: EmailMessage) -> Report | None:
    if message.get_content_type() != "multipart/report":
        return None
    statuses = [
        part for part in message.walk() if part.get_content_type() == "message/delivery-status"
    ]
    failed = next((each for part in statuses for each in _failed(part)), None)
    if failed is None:
        return None
    ours = _ours(message)
    recipient = str(failed["Final-Recipient"] or failed["Original-Recipient"] or "")
    return Report(
        notice=_named(message, ours),
        message_id=str(ours["Message-ID"] or "").strip() if ours else "",
        recipient=recipient.partition(";")[2].strip().strip("<>").lower(),
    )


def _failed(status: Message) -> Iterator[Message]:
    """One group of lines for each recipient, after one about the mail."""
    groups = status.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message) and str(group["Action"]).strip().lower() == "failed":
            yield group


def _ours(message: EmailMessage) -> Message | None:
    """The head of the mail that came back."""
    for part in message.walk():
        if part.get_content_type() not in HEADERS_OF_OURS:
            continue
        payload = part.get_payload()
        if isinstance(payload, list) and payload and isinstance(payload[0], Message):
            return payload[0]
        return _head(part)
    return None


def _head(part: Message) -> Message:
    return message_from_string(str(part.get_payload()))


def _named(message: EmailMessage, ours: Message | None) -> int | None:
    said = [value for name in SENT_TO for value in message.get_all(name, [])]
    said += [ours["Return-Path"]] if ours and ours["Return-Path"] else []
    addresses = (address for _name, address in getaddresses([str(each) for each in said]))
    return next((pk for pk in map(notice_of, addresses) if pk is not None), None)
