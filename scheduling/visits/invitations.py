"""Mails about a visit carry it as a calendar event: booked, moved and cancelled are one event.

The file is made when the mail leaves, so that a mail that was held up says how the visit stands now.
"""

from __future__ import annotations

import re
from datetime import datetime

from accounts.last_look import Enclosure, Hold, goes_with, looks_after
from accounts.models import Notice
from scheduling.models import Consultation
from scheduling.visits.calendars import method_of, visit_file

KEY = re.compile(r"visit:(?P<uid>[0-9a-f-]{36}):(?P<sequence>\d+)")


def _visit(notice: Notice) -> Consultation | None:
    named = KEY.fullmatch(notice.key)
    related = ("patient__clinic", "patient__user", "visit_type", "room")
    rows = Consultation.objects.select_related(*related)
    return rows.filter(uid=named["uid"]).first() if named else None


@looks_after(Notice.Kind.VISIT_CANCELLED)
@looks_after(Notice.Kind.VISIT_BOOKED)
def is_the_newest(notice: Notice, now: datetime) -> Hold | None:
    """A mail about a visit that has changed once more is not sent: the later one says how it stands."""
    visit, named = _visit(notice), KEY.fullmatch(notice.key)
    if visit is None or named is None:
        return None
    return Hold() if visit.sequence > int(named["sequence"]) else None


@goes_with(Notice.Kind.VISIT_CANCELLED)
@goes_with(Notice.Kind.VISIT_BOOKED)
def invitation(notice: Notice, now: datetime) -> list[Enclosure]:
    """Mail programs act on one event a message: others of a series are files to open."""
    visit = _visit(notice)
    if visit is None:
        return []
    others = Consultation.objects.of_series(visit).filter(sequence=0).exclude(pk=visit.pk)
    related = others.select_related("patient__clinic", "patient__user", "visit_type", "room")
    together = related if notice.kind == Notice.Kind.VISIT_BOOKED and not visit.sequence else ()
    files = [_enclosure(visit, now, "visit.ics", beside=True)]
    files += [
        _enclosure(one, now, f"visit-{number}.ics") for number, one in enumerate(together, start=2)
    ]
    return files


def _enclosure(visit: Consultation, now: datetime, name: str, *, beside: bool = False) -> Enclosure:
    mimetype = f"text/calendar; method={method_of(visit)}"
    return Enclosure(name, visit_file(visit, now=now), mimetype, beside)
