"""Pain that jumps: the page after the log asks the short safety questions, and keeps each answer."""

from datetime import timedelta

import pytest
import time_machine

from patients.flags.questions import cannot_wait, questions_for
from patients.models import Flag, SafetyAnswer
from tests.factories import LogFactory, keep_diary
from tests.pages import drawn

ASKS = "Answer the safety questions"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


@pytest.fixture
def jump(trial, episode, now):
    """Fourteen days at 3, six at 6; today's log is the seventh."""
    keep_diary(episode, [3] * 14 + [6] * 6, now.date() - timedelta(days=1))
    return LogFactory(episode=episode, average_pain=6)


def text(response):
    return drawn(response)


def answer(phone, **said):
    form = phone.get("/safety/").context["form"]
    return phone.post("/safety/", {"submission_id": str(form["submission_id"].value()), **said})


def test_the_page_after_the_log_asks_and_home_too(phone, jump):
    saved = text(phone.get(f"/log/{jump.pk}/saved/"))

    assert ASKS in saved
    assert "This is common." in saved
    assert "There is nothing more to do today." not in saved
    assert "/safety/" in text(phone.get("/home/"))


def test_a_usual_day_asks_nothing(phone, trial, episode, now):
    keep_diary(episode, [5, 3] * 10, now.date() - timedelta(days=1))
    log = LogFactory(episode=episode, average_pain=6)

    assert ASKS not in text(phone.get(f"/log/{log.pk}/saved/"))
    assert "/safety/" not in text(phone.get("/home/"))


def test_no_is_an_answer_and_is_kept_with_its_question(phone, jump, protocol):
    page = answer(phone, none="true")

    asked = cannot_wait(questions_for(protocol, "back"))
    answers = SafetyAnswer.objects.filter(answer=False)
    assert set(answers.values_list("question", flat=True)) == set(
        asked.values_list("pk", flat=True)
    )
    assert not Flag.objects.exists()
    assert "do not wait for the next log" in text(page)
    assert "Get help now" in text(page)
    assert "you are fine" not in text(page).lower()


def test_once_answered_it_is_not_asked_for_a_week(phone, jump):
    answer(phone, none="true")

    assert ASKS not in text(phone.get(f"/log/{jump.pk}/saved/"))


def test_answers_of_an_earlier_rise_do_not_count(phone, jump, episode, sign_in):
    answer(phone, none="true")
    keep_diary(episode, [9] * 8, jump.local_date + timedelta(days=8))

    with time_machine.travel(jump.logged_at + timedelta(days=8), tick=False):
        latest = episode.logs.latest("local_date")
        later = sign_in(episode.patient.user)
        assert ASKS in text(later.get(f"/log/{latest.pk}/saved/"))


def test_the_rest_of_a_form_with_a_yes_is_kept_as_no(phone, jump):
    answer(phone, alarms=["fever"])

    assert list(SafetyAnswer.objects.filter(answer=True).values_list("question__key")) == [
        ("fever",)
    ]
    assert SafetyAnswer.objects.filter(answer=False).count() > 5


def test_a_yes_after_a_no_in_the_same_form_is_heard(phone, jump):
    form = {"submission_id": str(phone.get("/safety/").context["form"]["submission_id"].value())}

    phone.post("/safety/", {**form, "none": "true"})
    for _retry in range(2):
        page = phone.post("/safety/", {**form, "alarms": ["bladder"]})

    assert "911" in text(page)
    assert Flag.objects.get().holds_rules
    assert SafetyAnswer.objects.filter(answer=True).count() == 1


def test_the_clinician_reads_a_yes_before_every_no(phone, jump, sign_in, dr_kim):
    answer(phone, alarms=["fever"])

    page = text(sign_in(dr_kim).get(f"/flags/{Flag.objects.get().pk}/"))

    assert page.index("<strong>Yes</strong>") < page.index("No to ")
