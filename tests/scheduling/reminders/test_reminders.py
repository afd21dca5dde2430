"""Maria is reminded of her visit in time, never in the night, never of one that is not to be."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.actions import send_due_notices
from accounts.models import Notice
from scheduling.calls.actions import note_call
from scheduling.calls.selectors import calls_about_visits
from scheduling.models import Consultation, VisitReminder
from scheduling.reminders.actions.send import post_visit_reminders
from scheduling.visits.actions.attendance import mark_arrived, mark_confirmed
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.undo import undo_step
from spinecare.retention import delete_expired
from tests.pages import drawn
from tests.patients.carers.kept import a_carer
from tests.scheduling.conftest import new_york
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db

# Booked on Monday at nine for Tuesday at nine; the reminder of two hours before falls into the night.
MONDAY_AT_TEN = new_york(10) - timedelta(days=1)
HOURS = timedelta(hours=1)
EIGHT = new_york(8)


@pytest.fixture
def at_eleven(visit, slot_at, sam, now):
    """Maria's visit on Friday at 10:30, in good time for all three."""
    friday = new_york(10, 30).date() + timedelta(days=3)
    return reschedule(visit=visit, slot=slot_at(10, 30, friday), by=sam, now=now)


@pytest.fixture
def outbox(visit):
    Notice.objects.all().update(sent_at=visit.booked_at)
    mail.outbox.clear()
    return mail.outbox


def run(at):
    post_visit_reminders(now=at)
    send_due_notices(now=at)


def reminders():
    rows = VisitReminder.objects.order_by("posted_at", "-hours_before")
    return [(row.hours_before, row.outcome) for row in rows]


def link_in(message):
    return re.search(r"/my-visit/\S+", message.body).group()


class TestInTime:
    def test_three_days_a_day_and_two_hours_before(self, at_eleven, outbox):
        starts = at_eleven.starts
        for hours in (73, 72, 71, 25, 24, 23, 3, 2, 1.5):
            run(starts - hours * HOURS)
        assert reminders() == [(72, "Sent"), (24, "Sent"), (2, "Sent")]
        assert [message.to for message in outbox] == 3 * [[at_eleven.patient.user.email]]

    def test_as_the_visit_type_says(self, at_eleven, northside, outbox):
        kind = a_visit_type(northside, name="Short talk")
        kind.remind_hours = [24]
        kind.save(update_fields=["remind_hours"])
        Consultation.objects.update(visit_type=kind)
        for hours in (72, 24, 2):
            run(at_eleven.starts - hours * HOURS)
        assert reminders() == [(24, "Sent")]

    def test_a_type_without_reminders(self, at_eleven, northside, outbox):
        kind = a_visit_type(northside, name="Drop in")
        kind.remind_hours = []
        kind.save(update_fields=["remind_hours"])
        Consultation.objects.update(visit_type=kind)
        run(at_eleven.starts - 24 * HOURS)
        assert (reminders(), outbox) == ([], [])

    def test_never_in_the_night_by_the_patients_clock(self, at_eleven, maria, outbox):
        """Half past ten in New York is night in Honolulu, where Maria is on holiday."""
        maria.time_zone = "Pacific/Honolulu"
        maria.save(update_fields=["time_zone"])
        run(at_eleven.starts - 24 * HOURS)  # half past four there
        assert outbox == []
        run(at_eleven.starts - 20 * HOURS)
        assert reminders()[-1] == (24, "Sent")

    def test_a_mail_that_waited_into_the_night_leaves_in_the_morning(self, at_eleven, outbox):
        thursday_evening = new_york(8, 59) + timedelta(days=2, hours=12)
        post_visit_reminders(now=thursday_evening)
        assert send_due_notices(now=thursday_evening + 4 * HOURS) == 0
        assert send_due_notices(now=thursday_evening + 11 * HOURS) == 0
        assert send_due_notices(now=thursday_evening + 12 * HOURS) == 1

    def test_after_an_outage_one_message_and_not_three(self, at_eleven, outbox):
        run(at_eleven.starts - 2 * HOURS)
        assert reminders() == [
            (72, "A later one was due already"),
            (24, "A later one was due already"),
            (2, "Sent"),
        ]
        assert len(outbox) == 1

    def test_two_sweeps_post_once(self, at_eleven, outbox):
        for _ in range(2):
            run(at_eleven.starts - 24 * HOURS)
        assert len(outbox) == 1

    def test_without_an_account_the_row_says_why_none_left(self, at_eleven, maria, outbox):
        maria.user = None
        maria.save(update_fields=["user"])
        run(at_eleven.starts - 24 * HOURS)
        assert reminders()[-1] == (24, "The patient has no account")
        assert outbox == []


class TestOfAVisitThatIsNotToBe:
    def test_cancelled_before(self, at_eleven, sam, now, outbox):
        cancel(visit=at_eleven, reason="other", by=sam, now=now)
        Notice.objects.filter(sent_at=None).update(sent_at=now)
        run(at_eleven.starts - 24 * HOURS)
        assert (reminders(), outbox) == ([], [])

    @pytest.mark.parametrize("change", ["cancelled", "moved", "begun"])
    def test_changed_between_posting_and_sending(self, at_eleven, slot_at, sam, outbox, change):
        at = at_eleven.starts - 24 * HOURS
        post_visit_reminders(now=at)
        if change == "cancelled":
            cancel(visit=at_eleven, reason="other", by=sam, now=at)
        elif change == "moved":
            day = at_eleven.starts.date() + timedelta(days=3)
            reschedule(visit=at_eleven, slot=slot_at(9, 0, day), by=sam, now=at)
        else:
            at = at_eleven.starts
        send_due_notices(now=at)
        kinds = Notice.objects.filter(sent_at=at).values_list("kind", flat=True)
        assert "visit_reminder" not in kinds
        assert reminders()[-1] == (24, str(VisitReminder.Dropped(change).label))

    def test_moved_it_is_reminded_of_anew(self, at_eleven, slot_at, sam, outbox):
        run(at_eleven.starts - 24 * HOURS)
        day = at_eleven.starts.date() + timedelta(days=3)
        at = at_eleven.starts - 23 * HOURS
        moved = reschedule(visit=at_eleven, slot=slot_at(9, 0, day), by=sam, now=at)
        run(moved.starts - 24 * HOURS)
        assert VisitReminder.objects.filter(starts_at=moved.starts, dropped="").count() == 1

    def test_cancelled_by_mistake_and_brought_back_it_is_not_said_twice(
        self, at_eleven, sam, outbox
    ):
        at = at_eleven.starts - 24 * HOURS
        run(at)
        cancelled = cancel(visit=at_eleven, reason="mistake", by=sam, now=at)
        undo_step(visit=cancelled, seen="cancelled", by=sam, now=at)
        run(at + HOURS)
        assert [hours for hours, _ in reminders()].count(24) == 1

    def test_who_is_here_needs_no_reminder(self, at_eleven, sam, outbox):
        at = at_eleven.starts - 2 * HOURS
        mark_arrived(visit=at_eleven, by=sam, now=at)
        run(at)
        assert outbox == []


class TestTheMail:
    def test_it_says_nothing_but_that_there_is_a_visit(self, at_eleven, outbox):
        run(at_eleven.starts - 24 * HOURS)
        (message,) = outbox
        text = message.subject + message.body
        for word in ("Maria", "Kim", "10:30", "March", "pain", "review", "Reassess"):
            assert word not in text

    def test_the_same_message_keeps_its_name(self, at_eleven, outbox):
        """A sender that died after the mail had left sends it again: mail programs show one."""
        at = at_eleven.starts - 24 * HOURS
        run(at)
        Notice.objects.filter(kind="visit_reminder").update(sent_at=None, path="/x/")
        send_due_notices(now=at)
        first, second = (message.extra_headers["Message-ID"] for message in outbox)
        assert first == second
        assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", first)


class TestTheLink:
    @pytest.fixture
    def link(self, at_eleven, outbox):
        run(at_eleven.starts - 24 * HOURS)
        with time_machine.travel(at_eleven.starts - 23 * HOURS, tick=False):
            yield link_in(outbox[-1])

    @pytest.fixture
    def client(self, maria, sign_in):
        """Maria's phone, signed in."""
        return sign_in(maria.user)

    def test_a_lost_phone_that_was_signed_out_answers_nothing(self, maria, link, at_eleven):
        """Its mail still opens, and so does the link in it."""
        phone = Client()
        for answer in (phone.get(link), phone.post(link, {"answer": "come"})):
            assert answer.url == f"/account/login/?next={quote(link)}"
        assert Consultation.objects.get(pk=at_eleven.pk).state == "booked"

    def test_somebody_else_who_is_signed_in_learns_nothing(self, sign_in, sam, stella, link):
        for other in (sam, stella.user):
            answer = sign_in(other).get(link)
            assert answer.status_code == 410
            assert "10:30" not in drawn(answer)

    def test_a_carer_answers_who_may_arrange_visits(self, maria, now, sign_in, link, at_eleven):
        helper = a_carer(maria, now, name="Lucia Lopez", may_book=True)
        reader = a_carer(maria, now, name="Rita Reader", may_see=True)
        assert sign_in(reader.user).post(link, {"answer": "come"}).status_code == 410
        sign_in(helper.user).post(link, {"answer": "come"})
        assert Consultation.objects.get(pk=at_eleven.pk).confirmed_by == helper.user

    def test_it_opens_where_she_is_signed_in_and_says_when_and_where_only(self, client, link):
        page = drawn(client.get(link))
        assert "Fri, Mar 6, 10:30 a.m." in page
        for word in ("Maria", "Kim", "Room 4", "review"):
            assert word not in page

    def test_looking_changes_nothing(self, client, link, at_eleven):
        client.get(link)
        client.head(link)
        assert Consultation.objects.get().state == "booked"

    def test_i_will_come(self, client, link, at_eleven):
        page = drawn(client.post(link, {"answer": "come"}, follow=True))
        assert "We know that you will come." in page
        row = Consultation.objects.get()
        assert (row.state, row.confirmed_by) == ("confirmed", at_eleven.patient.user)
        client.post(link, {"answer": "come"})
        assert Consultation.objects.get().confirmed_at == row.confirmed_at

    def test_i_need_another_time_asks_staff_to_call(self, client, link, sam, sign_in):
        page = drawn(client.post(link, {"answer": "another"}, follow=True))
        assert "Until then your visit stays as it is." in page
        assert Consultation.objects.get().state == "booked"
        board = drawn(sign_in(sam).get(reverse("board")))
        assert "Asked for another time (1)" in board
        assert "Asks for another time" in board

    def test_reached_or_moved_they_leave_the_list(self, client, link, at_eleven, sam):
        client.post(link, {"answer": "another"})
        at = at_eleven.starts - 22 * HOURS
        member = sam.membership_as("scheduler")
        assert [cause.key for cause in calls_about_visits(member, at)] == ["another"]
        said = {"patient": at_eleven.patient, "by": sam, "visit": at_eleven}
        note_call(outcome="no_answer", now=at, **said)
        assert calls_about_visits(member, at)
        note_call(outcome="reached", now=at, **said)
        assert calls_about_visits(member, at) == []

    def test_i_will_come_after_all(self, client, link, at_eleven, sam):
        client.post(link, {"answer": "another"})
        client.post(link, {"answer": "come"})
        assert Consultation.objects.get().change_asked_at is None
        assert calls_about_visits(sam.membership_as("scheduler"), at_eleven.starts) == []

    @pytest.mark.parametrize("end", ["cancelled", "moved", "begun", "forged", "another's"])
    def test_it_dies_with_the_visit(self, client, link, at_eleven, slot_at, sam, end):
        at = at_eleven.starts - 22 * HOURS
        if end == "cancelled":
            cancel(visit=at_eleven, reason="other", by=sam, now=at)
        elif end == "moved":
            day = at_eleven.starts.date() + timedelta(days=3)
            reschedule(visit=at_eleven, slot=slot_at(9, 0, day), by=sam, now=at)
        elif end == "forged":
            link = link[:-3] + "xx/"
        elif end == "another's":
            link = reverse("visit_link", args=["none"])
        with time_machine.travel(at_eleven.starts if end == "begun" else at, tick=False):
            for response in (client.get(link), client.post(link, {"answer": "come"})):
                assert response.status_code == 410
        assert Consultation.objects.get().state != "confirmed"

    def test_marias_language(self, client, link, maria):
        maria.language = "es"
        maria.save(update_fields=["language"])
        assert "Su cita" in drawn(client.get(link))


class TestWhatDidNotArrive:
    def test_an_address_that_is_refused_is_not_tried_again_and_staff_call(
        self, at_eleven, outbox, settings, sam, sign_in
    ):
        settings.EMAIL_BACKEND = "tests.scheduling.reminders.refusing.NoSuchMailbox"
        at = at_eleven.starts - 24 * HOURS
        run(at)
        assert reminders()[-1] == (24, "The address was refused")
        assert Notice.objects.get(kind="visit_reminder").tries == 1
        with time_machine.travel(at, tick=False):
            page = drawn(sign_in(sam).get(reverse("board")))
        assert "An e-mail did not arrive (1)" in page

    def test_a_full_mailbox_is_tried_again(self, at_eleven, outbox, settings):
        settings.EMAIL_BACKEND = "tests.scheduling.reminders.refusing.FullMailbox"
        at = at_eleven.starts - 24 * HOURS
        run(at)
        assert reminders()[-1] == (24, "Waits to be sent")
        for turn in range(1, 6):
            send_due_notices(now=at + turn * timedelta(minutes=6))
        assert reminders()[-1] == (24, "It could not be sent")

    def test_once_they_were_reached_or_the_visit_is_over_nobody_calls(
        self, at_eleven, outbox, settings, sam
    ):
        settings.EMAIL_BACKEND = "tests.scheduling.reminders.refusing.NoSuchMailbox"
        at, member = at_eleven.starts - 24 * HOURS, sam.membership_as("scheduler")
        run(at)
        assert calls_about_visits(member, at)
        assert calls_about_visits(member, at_eleven.ends) == []
        said = {"patient": at_eleven.patient, "by": sam, "visit": at_eleven}
        note_call(outcome="reached", now=at, **said)
        assert calls_about_visits(member, at) == []


class TestConstraints:
    def test_one_reminder_a_time(self, visit, now):
        row = {"visit": visit, "starts_at": visit.starts, "hours_before": 2, "posted_at": now}
        VisitReminder.objects.create(dropped="overtaken", **row)
        with pytest.raises(IntegrityError, match="one_reminder_a_time"):
            VisitReminder.objects.create(dropped="overtaken", **row)

    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({}, "reminder_posted_or_dropped"),
            ({"dropped": "whim"}, "reminder_dropped_known"),
            (
                {"dropped": "moved", "starts_at": datetime.fromisoformat("0026-03-01T00:00Z")},
                "reminder_starts_at_in_bounds",
            ),
        ],
    )
    def test_nothing_else_is_kept(self, visit, now, wrong, constraint):
        row = {"visit": visit, "starts_at": visit.starts, "hours_before": 2, "posted_at": now}
        with pytest.raises(IntegrityError, match=constraint):
            VisitReminder.objects.create(**row | wrong)

    @pytest.mark.parametrize(
        "wrong", [{"failed_at": 1}, {"failure": "refused"}, {"failed_at": 1, "failure": "refused"}]
    )
    def test_what_failed_says_why_and_was_tried(self, northside, now, wrong):
        row = {name: now if name == "failed_at" else value for name, value in wrong.items()}
        with pytest.raises(IntegrityError, match="notice_failed_with_why"):
            Notice.objects.create(kind="visit_booked", key="k", clinic=northside, due_at=now, **row)

    def test_a_held_time_is_not_asked_about(self, held, now):
        with pytest.raises(IntegrityError, match="visit_change_asked_once_booked"):
            Consultation.objects.filter(pk=held.pk).update(change_asked_at=now)

    def test_reminders_of_a_type_are_among_those_we_know(self, northside):
        kind = a_visit_type(northside, name="Odd")
        kind.remind_hours = [13]
        with pytest.raises(IntegrityError, match="visit_type_reminders_possible"):
            kind.save()


def test_a_colleague_confirms_by_phone_and_the_reminders_go_on(at_eleven, sam, outbox):
    at = at_eleven.starts - 30 * HOURS
    mark_confirmed(visit=at_eleven, by=sam, now=at)
    run(at_eleven.starts - 24 * HOURS)
    assert reminders()[-1] == (24, "Sent")


def test_after_its_time_a_reminder_goes_with_its_message(at_eleven, outbox):
    run(at_eleven.starts - 24 * HOURS)
    delete_expired(now=at_eleven.starts + timedelta(days=401))
    assert not VisitReminder.objects.exists()
    assert not Notice.objects.exists()
