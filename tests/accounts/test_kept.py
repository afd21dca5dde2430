"""The session ends while Maria fills in her log: nothing that she entered is lost, or read by others."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts import resume_form
from accounts.models import HeldForm
from accounts.tasks import forget_held_forms
from patients.models import SymptomLog

LOG = "/log/"
STILL_HERE = "Your answers are still here. Press Save to go on."


@pytest.fixture(autouse=True)
def nothing_counted():
    """How often somebody's answers were held is counted over tests."""
    cache.clear()


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


@pytest.fixture
def filled(phone):
    """The form as it stands in her browser, filled in, when her session ends."""
    form = phone.get(LOG).context["form"]
    hidden = {field.name: str(field.value()) for field in form.hidden_fields()}
    Session.objects.all().delete()
    return {**hidden, "average_pain": "4", "note": "stiff after work"}


def test_she_signs_in_finds_her_answers_and_saves_them_once(phone, filled, maria):
    sent_away = phone.post(LOG, filled)
    sign_in_page = phone.get(sent_away.url).content.decode()
    phone.force_login(maria.user)
    page = phone.get(LOG)
    again = {name: field.value() for name, field in _bound(page).items() if field.value()}
    phone.post(LOG, again)

    assert sent_away.url == "/account/login/?next=/log/"
    assert "For your privacy we signed you out. Sign in to go on." in sign_in_page
    assert STILL_HERE in page.content.decode()
    assert _bound(page)["note"].value() == "stiff after work"
    assert [log.average_pain for log in SymptomLog.objects.all()] == [4]
    assert STILL_HERE not in phone.get(LOG).content.decode()


def _bound(page):
    return {field.name: field for field in page.context["form"]}


def test_another_page_in_between_does_not_lose_them(phone, filled, maria):
    phone.post(LOG, filled)
    phone.force_login(maria.user)
    phone.get("/review/")

    assert STILL_HERE in phone.get(LOG).content.decode()


def test_a_month_of_silence_ends_the_session_but_not_the_words(phone, maria):
    """The product's own limit, not a lost session: SessionLimits signs her out in this request."""
    form = phone.get("/review/").context["form"]
    words = {"sealed": form["sealed"].value(), "reason": "Stairs are hard"}
    with time_machine.travel(timedelta(days=30, hours=2), tick=False):
        sent_away = phone.post("/review/", words)
        phone.force_login(maria.user)
        page = phone.get("/review/")

    assert sent_away.url == "/account/login/?next=/review/"
    assert "Your answers are still here. Press Send to go on." in page.content.decode()
    assert page.context["form"]["reason"].value() == "Stairs are hard"


def test_whoever_else_signs_in_on_her_phone_reads_nothing(phone, filled, stella, maria):
    phone.post(LOG, filled)
    phone.force_login(stella.user)
    request = phone.get("/home/").wsgi_request
    request.path = LOG

    assert resume_form.take(request) is None
    assert HeldForm.objects.get().user == maria.user


def test_after_an_hour_they_are_gone(phone, filled, maria, now):
    phone.post(LOG, filled)
    phone.force_login(maria.user)
    with time_machine.travel(timedelta(minutes=61), tick=False):
        assert STILL_HERE not in phone.get(LOG).content.decode()


def test_the_job_forgets_what_waited_an_hour_and_nothing_younger(phone, filled, maria, now):
    phone.post(LOG, filled)
    assert resume_form.forget(now=now + timedelta(minutes=59)) == 0
    assert resume_form.forget(now=now + timedelta(minutes=60)) == 1
    assert not HeldForm.objects.exists()


def test_the_task_forgets_by_its_own_clock(phone, filled, maria, now):
    phone.post(LOG, filled)
    assert str(HeldForm.objects.get()) == f"{maria.user}: {LOG}"
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        forget_held_forms()
    assert not HeldForm.objects.exists()


def test_what_is_no_form_any_more_is_not_kept(phone, filled, maria):
    phone.post(LOG, {**filled, "note": "x" * 70_000})
    assert not HeldForm.objects.exists()


def test_a_seal_of_last_month_keeps_nothing(phone, filled, maria, now):
    with time_machine.travel(now + timedelta(days=32), tick=False):
        phone.post(LOG, filled)
    assert not HeldForm.objects.exists()


def test_one_person_fills_no_more_than_ten_pages(phone, filled, maria, now):
    for page in range(12):
        phone.post(f"/questionnaires/page-{page}/", filled)
    assert HeldForm.objects.count() == 10


@pytest.mark.parametrize("seal", ["", "1:forged:seal"])
def test_a_form_without_our_seal_is_not_kept(phone, filled, maria, seal):
    phone.post(LOG, {**filled, "sealed": seal})
    phone.force_login(maria.user)

    assert STILL_HERE not in phone.get(LOG).content.decode()


class TestAFormOlderThanItsToken:
    @pytest.fixture
    def strict(self, maria, trial):
        phone = Client(enforce_csrf_checks=True)
        phone.force_login(maria.user)
        return phone

    def test_its_answers_wait_behind_a_way_back(self, strict, filled, maria):
        strict.force_login(maria.user)
        refused = strict.post(LOG, {**filled, "csrfmiddlewaretoken": "old"})

        assert refused.status_code == 403
        assert 'href="/log/">Go back to your answers' in refused.content.decode()
        assert STILL_HERE in strict.get(LOG).content.decode()
        assert not SymptomLog.objects.exists()

    def test_other_forms_get_a_way_back_too(self, strict, filled, maria):
        strict.force_login(maria.user)
        refused = strict.post(LOG, {"average_pain": "4"})

        assert refused.status_code == 403
        assert "Go to the first page" in refused.content.decode()


def test_a_flood_of_held_forms_is_held_back(phone, filled):
    """Whoever has a seal of hers writes over her answers thirty times a minute at most."""
    for turn in range(32):
        phone.post(LOG, filled | {"note": f"turn {turn}"})
    assert "turn+29" in HeldForm.objects.get().fields
