"""Reminders: when a log is due, at Maria's hour and in her zone, once a day, and never for ever."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from accounts.actions import send_due_notices
from accounts.models import Notice
from accounts.resume_form import seal
from pathway.management.commands.publish_protocol import translations_of
from pathway.publish import publish_protocol
from patients import tasks
from patients.logs.actions.reminders import off_token, remind_of_logs, set_reminder_hour
from patients.models import LogReminder, Patient
from patients.models.reminder import USUAL_HOUR
from patients.record.actions.language import choose_language
from patients.record.actions.register import use_protocol
from tests.conftest import SOURCE
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn

SIX_PM = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # in New York
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def early(episode, dr_kim):
    """Maria in week two of a step: a log is due each day."""
    return TrialFactory(episode=episode, by=dr_kim, days_ago=10)


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def posted():
    return Notice.objects.filter(kind=Notice.Kind.LOG_REMINDER)


class TestWhen:
    def test_at_the_usual_hour_once(self, early, maria):
        assert maria.reminder_hour == USUAL_HOUR
        assert remind_of_logs(now=SIX_PM - timedelta(minutes=1)) == 0
        assert remind_of_logs(now=SIX_PM) == 1
        assert remind_of_logs(now=SIX_PM + timedelta(minutes=15)) == 0
        assert posted().get().email == maria.user.email
        assert str(LogReminder.objects.get()) == "Maria Ortiz: 2026-03-02"

    def test_late_after_an_outage_but_not_in_the_night(self, early):
        assert remind_of_logs(now=SIX_PM + timedelta(hours=3)) == 0
        assert remind_of_logs(now=SIX_PM + timedelta(hours=2)) == 1

    def test_an_outage_over_midnight_is_let_go(self, early, maria):
        set_reminder_hour(patient=maria, hour=23, now=SIX_PM)

        assert remind_of_logs(now=SIX_PM + timedelta(hours=6, minutes=30)) == 0

    def test_at_her_own_hour_in_her_own_zone(self, early, maria):
        Patient.objects.update(time_zone="Asia/Kathmandu", reminder_hour=7)

        assert remind_of_logs(now=datetime(2026, 3, 3, 1, 0, tzinfo=UTC)) == 0
        assert remind_of_logs(now=datetime(2026, 3, 3, 1, 15, tzinfo=UTC)) == 1
        assert LogReminder.objects.get().local_date == date(2026, 3, 3)

    def test_not_when_she_has_logged(self, early, episode):
        LogFactory(episode=episode)

        assert remind_of_logs(now=SIX_PM) == 0

    def test_not_when_nothing_is_due(self, trial, episode, now):
        keep_diary(episode, [5] * 13, now.date() - DAY)

        assert remind_of_logs(now=SIX_PM) == 0
        assert remind_of_logs(now=SIX_PM + 6 * DAY) == 1

    def test_not_without_a_step_or_without_an_account(self, episode, northside, dr_kim):
        ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", joined=False)
        Patient.objects.filter(pk=ben.pk).update(reminder_hour=USUAL_HOUR)
        TrialFactory(episode=EpisodeFactory(patient=ben, by=dr_kim), by=dr_kim, days_ago=10)

        assert remind_of_logs(now=SIX_PM) == 0

    def test_one_for_two_complaints(self, early, maria, dr_kim):
        neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        TrialFactory(episode=neck, by=dr_kim, days_ago=10)

        assert remind_of_logs(now=SIX_PM) == 1

    def test_after_three_without_an_answer_they_stop_until_she_logs(self, early, episode):
        told = [remind_of_logs(now=SIX_PM + day * DAY) for day in range(5)]
        LogFactory(episode=episode, now=SIX_PM + 5 * DAY)

        assert told == [1, 1, 1, 0, 0]
        assert remind_of_logs(now=SIX_PM + 6 * DAY) == 1

    def test_everybody_in_a_fixed_number_of_queries(
        self, early, northside, dr_kim, django_assert_max_num_queries
    ):
        for number in range(3):
            patient = PatientFactory(clinic=northside, by=dr_kim, name=f"Person {number}")
            TrialFactory(episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim, days_ago=10)
        Patient.objects.update(reminder_hour=3)
        with django_assert_max_num_queries(13):
            assert remind_of_logs(now=SIX_PM - timedelta(hours=15)) == 4

    def test_the_task_does_the_same(self, early, now):
        Patient.objects.update(reminder_hour=9)

        tasks.remind_of_logs()

        assert posted().count() == 1


class TestTheMessage:
    @pytest.fixture
    def message(self, early):
        Notice.objects.all().delete()
        remind_of_logs(now=SIX_PM)
        send_due_notices(now=SIX_PM)
        return mail.outbox[-1]

    def test_it_says_that_something_waits_and_nothing_else(self, message):
        words = (message.subject + message.body).lower()
        assert "http://127.0.0.1:8000/log/" in words
        for word in ("pain", "maria", "ortiz", "therapy", "symptom", "neck", "sciatica"):
            assert word not in words

    def test_one_click_turns_it_off(self, message):
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = message.extra_headers["List-Unsubscribe"].strip("<>")
        assert link in message.body

        answer = Client(enforce_csrf_checks=True).post(
            link.removeprefix("http://127.0.0.1:8000"), {"List-Unsubscribe": "One-Click"}
        )

        assert answer.status_code == 200
        assert remind_of_logs(now=SIX_PM + DAY) == 0

    def test_the_links_are_forgotten_once_sent(self, message):
        assert (posted().get().path, posted().get().off_path) == ("", "")

    def test_other_messages_have_no_such_header(self, northside, maria):
        Notice.objects.exclude(kind=Notice.Kind.INVITATION).delete()
        send_due_notices(now=SIX_PM)

        assert "List-Unsubscribe" not in mail.outbox[-1].extra_headers


class TestTheLinkOfAMessage:
    def test_opened_it_asks_first_so_that_previews_change_nothing(self, client, maria):
        page = text(client.get(f"/reminders/off/{off_token(maria)}/"))

        maria.refresh_from_db()
        assert "Turn reminders off?" in page
        assert maria.reminders_off_at is None
        assert "Maria" not in page

    def test_its_button_turns_them_off_without_signing_in(self, client, maria, now):
        page = text(client.post(f"/reminders/off/{off_token(maria)}/"))
        client.post(f"/reminders/off/{off_token(maria)}/")

        maria.refresh_from_db()
        assert "Reminders are off" in page
        assert (maria.reminders_off_at, maria.reminder_hour) == (now, USUAL_HOUR)

    def test_it_speaks_the_language_of_the_message(self, client, maria):
        choose_language(user=maria.user, language="es")
        link = f"/reminders/off/{off_token(maria)}/"

        assert "¿Desactivar los recordatorios?" in text(client.get(link))
        client.post("/language/", {"language": "en", "next": link})
        assert "Turn reminders off?" in text(client.get(link))

    @pytest.mark.parametrize("token", ["1", "1:forged", "nobody"])
    def test_a_forged_one_does_nothing(self, client, maria, token):
        answer = client.post(f"/reminders/off/{token}/")

        maria.refresh_from_db()
        assert answer.status_code == 410
        assert "This link does not work" in text(answer)
        assert maria.reminders_off_at is None


def another_protocol(clinic, by, now, number):
    """The clinic's protocol from now on: the same, but reminders stop after this many."""
    old, new = (f'key = "unanswered_reminders"\nuse = "setting"\nvalue = {n}' for n in (3, number))
    source, spoken = SOURCE.read_text(), translations_of(SOURCE)
    assert old in source
    published = publish_protocol(source=source.replace(old, new), translations=spoken, now=now)
    later = now - timedelta(seconds=1)
    use_protocol(clinic=clinic, protocol=published.protocol, by=by, now=later)


class TestHerPage:
    def test_it_says_after_how_many_we_stop(self, phone, trial):
        assert "If you do not log after 3 reminders in a row, we stop." in text(
            phone.get("/reminders/")
        )

    @pytest.mark.parametrize(
        ("number", "words"),
        [(2, "after 2 reminders in a row"), (1, "If you do not log after one reminder, we stop.")],
    )
    def test_before_care_as_the_clinics_protocol_has_it(
        self, phone, maria, dr_kim, now, number, words
    ):
        another_protocol(maria.clinic, dr_kim, now, number)
        assert words in text(phone.get("/reminders/"))

    def test_a_step_keeps_the_number_that_it_began_under(self, phone, trial, maria, dr_kim, now):
        another_protocol(maria.clinic, dr_kim, now, 2)
        assert "after 3 reminders in a row" in text(phone.get("/reminders/"))

    def test_in_spanish(self, phone, maria):
        choose_language(user=maria.user, language="es")
        assert "Después de 3 recordatorios seguidos sin registro" in text(phone.get("/reminders/"))

    def test_her_choice_waits_while_she_signs_in_again(self, phone, maria):
        asked = {"hour": "7", "sealed": seal(maria)}
        phone.logout()
        assert "/account/login/" in phone.post("/reminders/", asked).url
        phone.force_login(maria.user)

        page = text(phone.get("/reminders/"))

        assert "Your answers are still here. Press Save to go on." in page
        assert '<option value="7" selected>' in page

    def test_she_chooses_the_hour(self, phone, maria):
        page = phone.post("/reminders/", {"hour": "7"}, follow=True)

        maria.refresh_from_db()
        assert maria.reminder_hour == 7
        assert 'value="7" selected' in text(page)

    def test_she_turns_them_off_and_on(self, phone, maria, early, now):
        phone.post("/reminders/", {"hour": ""})
        maria.refresh_from_db()
        assert (maria.reminder_hour, maria.reminders_off_at) == (None, now)
        assert "Pause reminders" not in text(phone.get("/reminders/"))

        phone.post("/reminders/", {"hour": "18"})
        assert remind_of_logs(now=SIX_PM) == 1

    @pytest.mark.parametrize("hour", ["24", "-1", "noon"])
    def test_an_hour_is_one_of_the_day(self, phone, maria, hour):
        assert phone.post("/reminders/", {"hour": hour}).status_code == 422

    def test_a_pause_ends_by_itself(self, phone, early):
        page = text(phone.post("/reminders/pause/", {"days": "3"}, follow=True))

        assert "No reminders before Thursday, March 5." in page
        assert [remind_of_logs(now=SIX_PM + day * DAY) for day in range(4)] == [0, 0, 0, 1]

    def test_or_when_she_says_so(self, phone, early):
        phone.post("/reminders/pause/", {"days": "7"})
        page = text(phone.post("/reminders/pause/", {"days": "0"}, follow=True))

        assert "No reminders before" not in page
        assert remind_of_logs(now=SIX_PM) == 1

    def test_another_pause_is_no_pause(self, phone, maria):
        phone.post("/reminders/pause/", {"days": "400"})

        maria.refresh_from_db()
        assert maria.reminders_snoozed_until is None

    def test_home_leads_there(self, phone, trial):
        assert 'href="/reminders/"' in text(phone.get("/home/"))


def test_one_reminder_a_day_is_the_databases_word(maria, now):
    LogReminder.objects.create(patient=maria, local_date=now.date(), posted_at=now)
    with pytest.raises(IntegrityError, match="one_log_reminder_a_day"), transaction.atomic():
        LogReminder.objects.create(patient=maria, local_date=now.date(), posted_at=now)
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        LogReminder.objects.all().delete()


def test_an_hour_beyond_the_day_is_refused(maria):
    with (
        pytest.raises(IntegrityError, match="patient_reminder_hour_of_a_day"),
        transaction.atomic(),
    ):
        Patient.objects.filter(pk=maria.pk).update(reminder_hour=24)
