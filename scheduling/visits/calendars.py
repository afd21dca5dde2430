"""A visit as a calendar file. It says “Clinic visit” and when: calendars are shared and synced."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from scheduling.models import Consultation


def visit_file(visit: Consultation, *, now: datetime) -> bytes:
    """The file for this state of the visit: same UID for good, rising SEQUENCE, CANCEL at the end."""
    is_cancelled = visit.state == visit.State.CANCELLED
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Spinecare//Visits//EN")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(_event(visit, "CANCELLED" if is_cancelled else "CONFIRMED", now))
    return bytes(calendar.to_ical())


def _event(visit: Consultation, status: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(visit.uid))
    event.add("sequence", visit.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", visit.starts)
    event.add("dtend", visit.ends)
    event.add("summary", _("Clinic visit"))
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("url", settings.SITE_URL + reverse("visits"))
    event.add("organizer", vCalAddress(f"mailto:{_sender()}"))
    return event


def _sender() -> str:
    """The address that the clinic's e-mail comes from; iTIP wants an organizer in every file."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
