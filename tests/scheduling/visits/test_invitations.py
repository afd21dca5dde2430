"""The mail about a visit is an invitation: booking, moving and cancelling leave one event in a calendar."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from icalendar import Calendar

from accounts.actions import send_due_notices
from accounts.models import Notice
from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.series import book_all
from scheduling.visits.actions.undo import undo_step
from tests.scheduling.conftest import TUESDAY
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def inbox(now):
    """What has arrived since last asked, as a mail program reads it."""
    Notice.objects.all().update(sent_at=now)
    mail.outbox.clear()

    def arrived():
        send_due_notices(now=now)
        found = [
            message_from_bytes(one.message().as_bytes(), policy=default) for one in mail.outbox
        ]
        mail.outbox.clear()
        return found

    return arrived


def calendar_part(message):
    """What Outlook, Gmail and Apple act on: the calendar form of the text."""
    (alternative,) = (
        part for part in message.walk() if part.get_content_type() == "multipart/alternative"
    )
    plain, calendar = alternative.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    return calendar


def event_in(message):
    part = calendar_part(message)
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == part.get_param("method")
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


class ACalendar:
    """A calendar program, as far as it matters: it keeps one event a UID and takes higher numbers only."""

    def __init__(self):
        self.events = {}

    def take(self, message):
        method, event = event_in(message)
        known = self.events.get(event["UID"])
        assert known is None or event["SEQUENCE"] > known["SEQUENCE"]
        if method == "CANCEL":
            assert known is not None
        self.events[event["UID"]] = event

    @property
    def shown(self):
        return [one.start for one in self.events.values() if one["STATUS"] == "CONFIRMED"]


def test_booked_moved_cancelled_and_brought_back_are_one_event(
    inbox, visit, nine, half_past_nine, sam, now
):
    calendar = ACalendar()
    Notice.objects.filter(kind="visit_booked").update(sent_at=None, path="/visits/")
    (booked,) = inbox()
    calendar.take(booked)
    assert calendar.shown == [nine.starts]
    moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    calendar.take(*inbox())
    assert calendar.shown == [half_past_nine.starts]
    cancelled = cancel(visit=moved, reason="other", by=sam, now=now)
    calendar.take(*inbox())
    assert calendar.shown == []
    undo_step(visit=cancelled, seen="cancelled", by=sam, now=now)
    calendar.take(*inbox())
    assert calendar.shown == [half_past_nine.starts]
    assert len(calendar.events) == 1


def test_the_parts_of_the_mail(inbox, visit, half_past_nine, sam, now):
    reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    (message,) = inbox()
    assert message.get_content_type() == "multipart/mixed"
    inline = calendar_part(message)
    assert inline.get_content_charset() == "utf-8"
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("visit.ics", "text/calendar")
    assert file.get_param("method") == "REQUEST"
    ours = file.get_content()
    ours = ours if isinstance(ours, str) else ours.decode()
    assert Calendar.from_ical(ours) == Calendar.from_ical(inline.get_content())


def test_who_invites_whom_where_and_what_to_bring(
    inbox, visit, northside, half_past_nine, sam, now, settings
):
    settings.DEFAULT_FROM_EMAIL = "Northside <visits@northside.example>"
    northside.address = "12 Elm Street, Albany"
    northside.save(update_fields=["address"])
    visit.visit_type = a_visit_type(
        northside, name="Review", bring={"en": "A list of your medicines", "es": "Una lista"}
    )
    visit.save(update_fields=["visit_type"])
    reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    (message,) = inbox()
    _method, event = event_in(message)
    assert event["ORGANIZER"] == "mailto:visits@northside.example"
    assert message["From"].addresses[0].addr_spec == "visits@northside.example"
    assert event["ATTENDEE"] == f"mailto:{message['To'].addresses[0].addr_spec}"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["LOCATION"] == "12 Elm Street, Albany"
    assert "Please bring: A list of your medicines" in event["DESCRIPTION"]
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(hours=2)
    assert event.start.utcoffset() == timedelta()


def test_in_the_patients_language(inbox, bens_request, nine, sam, now):
    patient = bens_request.episode.patient
    held = hold_for_call(patient=patient, kind=None, slot=nine, by=sam, now=now)
    book_held(held=held, by=sam, now=now)
    (message,) = inbox()
    assert event_in(message)[1]["SUMMARY"] == "Cita en la clínica"


def test_nothing_of_health_beside_the_time(inbox, visit, half_past_nine, sam, now):
    reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    (message,) = inbox()
    text = event_in(message)[1].to_ical().decode().lower()
    for word in ("maria", "kim", "spine", "pain", "reassess", "room 4"):
        assert word not in text


def test_a_mail_that_was_overtaken_is_not_sent(
    inbox, visit, nine, half_past_nine, slot_at, sam, now
):
    """Moved twice before the sender came: one mail, and it says where the visit is now."""
    moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    reschedule(visit=moved, slot=slot_at(10), by=sam, now=now)
    (message,) = inbox()
    assert event_in(message)[1].start == slot_at(10).starts


def test_of_a_series_one_mail_holds_them_all(inbox, maria, slot_at, sam, now):
    held = hold_for_call(patient=maria, kind=None, slot=slot_at(9), by=sam, now=now)
    times = [slot_at(9, 0, TUESDAY + number * WEEK) for number in range(3)]
    book_all(held=held, slots=times, by=sam, now=now)
    (message,) = inbox()
    assert event_in(message)[1].start == times[0].starts
    files = [Calendar.from_ical(_text(file)) for file in message.iter_attachments()]
    starts = [file.walk("VEVENT")[0].start for file in files]
    assert starts == [slot.starts for slot in times]


def _text(file):
    content = file.get_content()
    return content if isinstance(content, str) else content.decode()
