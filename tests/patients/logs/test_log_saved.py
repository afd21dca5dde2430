"""What Maria sees after a log; changing it and taking it back until her midnight."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from patients.models import Patient, SymptomLog
from tests.factories import EpisodeFactory, LogFactory, PatientFactory
from tests.pages import drawn


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


@pytest.fixture
def log(trial, episode):
    return LogFactory(episode=episode, average_pain=4, interference=0, programme="some")


def url(page, log):
    return reverse(page, args=[log.pk])


def text(response):
    return drawn(response)


def test_the_saved_page_says_what_was_saved_and_what_happens_next(phone, log):
    page = text(phone.get(url("log_saved", log)))

    assert "Pain 4" in page
    assert "Got in the way 0" in page
    assert "Exercises: some" in page
    assert "One higher score does not mean you are getting worse." in page
    assert "Your care team will look at your progress on Monday, March 30." in page
    assert "There is nothing more to do today." in page
    assert "(You can change today's answers until midnight.)" in page


def test_a_change_starts_from_the_answers_and_keeps_the_day(phone, log):
    form = phone.get(url("log_change", log)).context["form"]
    sent = {"average_pain": "6", "interference": "2", "note": "evening"}

    page = phone.post(url("log_change", log), sent, follow=True)

    log.refresh_from_db()
    assert (form["average_pain"].value(), form["interference"].value()) == (4, 0)
    assert (log.average_pain, log.interference, log.programme, log.note) == (6, 2, "", "evening")
    assert log.local_date == date(2026, 3, 2)
    assert page.redirect_chain == [(url("log_saved", log), 302)]


def test_a_change_that_is_not_whole_keeps_the_log_as_it_was(phone, log):
    page = phone.post(url("log_change", log), {"interference": "2"})

    log.refresh_from_db()
    assert page.status_code == 422
    assert "Choose a number from 0 to 10" in text(page)
    assert log.average_pain == 4


def test_a_log_is_taken_back_and_put_back(phone, log):
    taken = phone.post(url("log_undo", log), follow=True)
    standing_then = SymptomLog.objects.not_withdrawn().count()
    back = phone.post(url("log_restore", log), follow=True)

    assert "Withdrawn" in text(taken)
    assert "Put it back" in text(taken)
    assert standing_then == 0
    assert "is saved." in text(back)
    assert SymptomLog.objects.not_withdrawn().count() == 1


def test_what_was_said_before_a_change_stays_in_sight(phone, log):
    before = text(phone.get(url("log_saved", log)))
    phone.post(url("log_change", log), {"average_pain": "6", "flare": "on"})
    phone.post(url("log_undo", log))
    phone.post(url("log_restore", log))

    page = text(phone.get(url("log_saved", log)))

    assert "What you said before" not in before
    history = page[page.index("What you said before") :]
    assert "Withdrawn" in history
    assert history.index("Pain 6") < history.index("Pain 4")
    assert "Exercises: some" in history


@pytest.mark.parametrize("page", ["log_undo", "log_restore"])
def test_coming_back_from_sign_in_only_shows_the_log(phone, log, page):
    shown = phone.get(url(page, log), follow=True)

    assert shown.redirect_chain == [(url("log_saved", log), 302)]
    assert SymptomLog.objects.not_withdrawn().count() == 1


class TestAfterMidnight:
    @pytest.fixture
    def log(self, trial, episode):
        made = LogFactory(episode=episode, average_pain=4)
        with time_machine.travel(made.logged_at + timedelta(hours=15, minutes=1), tick=False):
            yield made  # 00:01 in New York

    @pytest.mark.parametrize("page", ["log_undo", "log_restore", "log_change"])
    def test_it_is_kept_as_it_is(self, phone, log, page):
        answer = phone.post(url(page, log), {"average_pain": "1"})

        log.refresh_from_db()
        assert answer.status_code == 409
        assert "You can change a log until midnight of the day you made it." in text(answer)
        assert (log.average_pain, log.withdrawn_at) == (4, None)

    def test_the_saved_page_offers_no_change(self, phone, log):
        page = text(phone.get(url("log_saved", log)))

        assert "Withdraw this log" not in page
        assert url("log_change", log) not in page

    def test_a_taken_back_log_cannot_be_put_back(self, phone, log):
        SymptomLog.objects.update(withdrawn_at=log.logged_at)

        page = text(phone.get(url("log_saved", log)))

        assert "Withdrawn" in page
        assert "Put it back" not in page

    def test_her_own_midnight_counts_not_the_clinics(self, phone, log, maria):
        Patient.objects.filter(pk=maria.pk).update(time_zone="America/Los_Angeles")

        assert phone.post(url("log_undo", log)).status_code == 302


def test_another_patients_log_does_not_exist(sign_in, log, northside, dr_kim, stella):
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")
    EpisodeFactory(patient=ben, by=dr_kim)
    for stranger in (ben, stella):
        for page in ("log_saved", "log_change", "log_undo", "log_restore"):
            assert sign_in(stranger.user).post(url(page, log)).status_code in (404, 405)
            assert sign_in(stranger.user).get(url(page, log)).status_code == 404
    assert SymptomLog.objects.not_withdrawn().count() == 1


def test_a_clinician_who_is_a_patient_too_has_only_her_own_logs_here(
    sign_in, log, dr_kim, northside
):
    own = PatientFactory(clinic=northside, by=dr_kim, name="Dr. Kim herself", joined=False)
    Patient.objects.filter(pk=own.pk).update(user=dr_kim)

    assert sign_in(dr_kim).get(url("log_saved", log)).status_code == 404


def test_staff_are_sent_away(sign_in, log, dr_kim, sam, ada):
    for person in (dr_kim, sam, ada):
        assert sign_in(person).get(url("log_saved", log)).status_code == 403
