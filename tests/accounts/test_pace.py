"""Whoever sends as fast as a machine is held back; whoever tells of danger never is."""

from inspect import unwrap

import pytest
from django.core.cache import cache
from django.urls import reverse

from patients.models import SafetyAnswer
from tests.pages import drawn
from tests.test_access_matrix import ALL

pytestmark = pytest.mark.django_db
# Answers that are looked through for danger, and those who deal with them.
DANGER = {
    "log", "log_day", "log_change", "safety", "review_request", "my_risk_facts", "intake_check", "intake_page",
    "questionnaire", "score_entry", "take_case", "note_safety_call", "safety_outcome", "correct_safety_call",
    "withdraw_safety_call", "undo_safety_outcome", "tell_clinician", "decide", "acknowledge", "phone_log",
}  # fmt: skip


@pytest.fixture
def two_a_minute(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"post": "2/m/user"}
    cache.clear()
    yield
    cache.clear()


def test_beyond_the_limit_the_page_says_so_and_keeps_what_was_typed(two_a_minute, maria, sign_in):
    phone, page = sign_in(maria.user), reverse("reminders")
    answers = [phone.post(page, {"hour": "19"}) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    said = drawn(answers[2])
    assert "Wait a minute, then send this again." in said
    assert '<input type="hidden" name="hour" value="19">' in said


def test_one_persons_haste_holds_nobody_else_back(two_a_minute, maria, dr_kim, sign_in):
    for _ in range(3):
        sign_in(maria.user).post(reverse("reminders"), {"hour": "19"})
    assert sign_in(dr_kim).post(reverse("save_view"), {"name": "Mine"}).status_code != 429


def test_a_sign_of_danger_is_answered_whatever_was_sent_before(two_a_minute, maria, trial, sign_in):
    phone = sign_in(maria.user)
    for _ in range(4):
        phone.post(reverse("reminders"), {"hour": "19"})
    page = phone.get(reverse("safety"))
    hidden = {each.name: str(each.value()) for each in page.context["form"].hidden_fields()}
    said = drawn(phone.post(reverse("safety"), {**hidden, "alarms": ["fever"]}))
    assert "Please call us today" in said
    assert SafetyAnswer.objects.filter(answer=True).exists()


def test_which_pages_are_never_held_back():
    marked = {url.name for url in ALL if getattr(url.callback, "never_held_back", False)}
    assert marked == DANGER


def test_a_page_that_takes_a_safety_answer_is_one_of_them():
    """One that is new need not be thought of: its module writes the answer down."""
    takes = {url.name for url in ALL if "answer_safety" in unwrap(url.callback).__globals__}
    assert takes >= {"log", "safety", "phone_log"}
    assert takes <= DANGER
