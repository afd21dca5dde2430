"""The safety questions by themselves: a yes is answered at once, and nothing is promised without one."""

import pytest

from patients.models import Flag, SafetyAnswer
from patients.review.sweep import review_due_trials
from tests.factories import keep_diary
from tests.pages import drawn
from tests.patients.record_data import an_injection

PAGE = "/safety/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def form_of(page):
    return {field.name: str(field.value()) for field in page.context["form"].hidden_fields()}


def test_a_yes_is_answered_in_the_same_response_and_sent_once(phone):
    form = {**form_of(phone.get(PAGE)), "alarms": ["both-legs", "fever"]}

    pages = [text(phone.post(PAGE, form)) for _ in range(2)]

    assert "Go to the nearest emergency department or call 911 now." in pages[1]
    assert "Do you have new pain, numbness or weakness in both legs at once?" in pages[0]
    assert "Please call us today: 555-0100." in pages[0]
    assert SafetyAnswer.objects.filter(answer=True).count() == 2
    assert Flag.objects.get().holds_rules


def test_the_questions_are_not_called_optional(phone):
    assert "(optional)" not in text(phone.get(PAGE))


def test_nothing_ticked_is_nothing_to_send(phone):
    page = phone.post(PAGE, form_of(phone.get(PAGE)))

    assert page.status_code == 422
    assert "Tick what is true, or press “None of this is true”" in text(page)
    assert not SafetyAnswer.objects.exists()


def test_what_can_wait_for_the_next_review_is_not_asked_here(phone, protocol):
    asked = {key for key, _text in phone.get(PAGE).context["form"].fields["alarms"].choices}

    assert "morning-stiffness" not in asked
    assert {"bladder", "fever", "new-pain"} < asked
    assert "after-injection-fever" not in asked


@pytest.mark.parametrize(("region", "is_asked"), [("back", False), ("neck", True)])
def test_questions_about_the_neck_are_asked_of_a_neck(phone, episode, region, is_asked):
    type(episode).objects.update(region=region)
    assert ("Are your hands newly clumsy" in text(phone.get(PAGE))) is is_asked
    assert ("Are your hands newly clumsy" in text(phone.get("/log/"))) is is_asked
    assert ("seeing double" in text(phone.get(PAGE))) is is_asked


@pytest.mark.parametrize(("days_ago", "is_asked"), [(0, False), (1, True), (3, True), (4, False)])
def test_in_the_days_after_an_injection_home_asks(
    phone, episode, trial, dr_kim, protocol, now, days_ago, is_asked
):
    an_injection(episode, dr_kim, now, days_ago=days_ago)
    question = "Since your injection, do you have a headache that spreads or gets worse?"
    assert ("How are you after your injection?" in text(phone.get("/home/"))) is is_asked
    assert (question in text(phone.get(PAGE))) is is_asked
    phone.post(PAGE, {**form_of(phone.get(PAGE)), "none": "true"})
    assert "How are you after your injection?" not in text(phone.get("/home/"))


def test_home_leads_to_it_when_the_rules_have_found_something(phone, episode, now):
    before = text(phone.get("/home/"))
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)

    assert PAGE not in before
    assert PAGE in text(phone.get("/home/"))


def test_staff_are_sent_away(sign_in, dr_kim):
    assert sign_in(dr_kim).get(PAGE).status_code == 403
