"""The safety questions by themselves: a yes is answered at once, and nothing is promised without one."""

import pytest

from patients.models import Flag, SafetyAnswer
from patients.review.sweep import review_due_trials
from tests.factories import keep_diary
from tests.pages import drawn

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
    assert "Do you now have pain or numbness in both legs?" in pages[0]
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

    levels = protocol.safety_questions.filter(key__in=asked).values_list("level", flat=True)
    assert set(levels) == {"emergency", "urgent"}
    assert set(protocol.safety_questions.filter(on_every_log=True).values_list("key", flat=True)) < asked  # fmt: skip


def test_home_leads_to_it_when_the_rules_have_found_something(phone, episode, now):
    before = text(phone.get("/home/"))
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)

    assert PAGE not in before
    assert PAGE in text(phone.get("/home/"))


def test_staff_are_sent_away(sign_in, dr_kim):
    assert sign_in(dr_kim).get(PAGE).status_code == 403
