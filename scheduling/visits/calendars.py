"""A visit as a calendar file. It says “Clinic visit”, when and where: calendars are shared and synced.

The same event in mails and downloads: a UID for good, a rising SEQUENCE, the patient as ATTENDEE. With
METHOD:PUBLISH and nobody invited Outlook adds a second event at each change.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress

from accounts.languages import spoken
from scheduling.models import Consultation

ALARM_BEFORE = timedelta(hours=2)


def visit_file(visit: Consultation, *, now: datetime) -> bytes:
    """The file for this state of the visit, in the patient's language; CANCEL at the end."""
    method = method_of(visit)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Spinecare//Visits//EN")
    calendar.add("method", method)
    with translation.override(spoken(visit.patient.language)):
        calendar.add_component(_event(visit, now, is_cancelled=method == "CANCEL"))
    return bytes(calendar.to_ical())


def method_of(visit: Consultation) -> str:
    return "CANCEL" if visit.state == visit.State.CANCELLED else "REQUEST"


def _event(visit: Consultation, now: datetime, *, is_cancelled: bool) -> Event:
    event = Event()
    event.add("uid", str(visit.uid))
    event.add("sequence", visit.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", visit.starts)
    event.add("dtend", visit.ends)
    event.add("summary", _("Clinic visit"))
    if place := _place(visit):
        event.add("location", place)
    event.add("description", _description(visit))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", settings.SITE_URL + reverse("visits"))
    event.add("organizer", vCalAddress(f"mailto:{_sender()}"))
    event.add("attendee", _attendee(visit))
    if not is_cancelled:
        event.add_component(_alarm())
    return event


def _place(visit: Consultation) -> str:
    """The clinic's address, and not its name, which may say what one goes there for; of a visit by phone or
    video, how it is held."""
    kind = visit.visit_type
    if kind is not None and not kind.needs_room:
        return str(kind.get_mode_display())
    return visit.patient.clinic.address


def _description(visit: Consultation) -> str:
    """What to bring, where the clinic has said so, and how to change it."""
    kind, clinic = visit.visit_type, visit.patient.clinic
    bring = kind.to_bring if kind else ""
    words = _("To change or cancel it, sign in, or call %(phone)s.") % {"phone": clinic.phone}
    return "\n".join(filter(None, [bring and f"{_('Please bring:')} {bring}", words]))


def _attendee(visit: Consultation) -> vCalAddress:
    """Whoever the mail is to: mail programs match it with the address that they read for."""
    attendee = vCalAddress(f"mailto:{visit.patient.mail_address}")
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    return attendee


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Clinic visit"))
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def _sender() -> str:
    """The address that the clinic's e-mail comes from; iTIP wants an organizer in every file."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
