"""Maria says on the phone how she is, and Sam writes it down: marked as what it is, and no question about danger
is left out."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import Flag, SafetyAnswer, SymptomLog
from tests import factories
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def page(maria, trial):
    return reverse("phone_log", args=[maria.pk])


def asked(desk, page):
    """The safety questions on the page, each answered with no."""
    form = desk.get(page).context["form"]
    return {f"safety_{each.key}": "no" for each in form.questions}


def send(desk, page, **said):
    return desk.post(page, asked(desk, page) | {"submission_id": uuid4(), **said})


def test_is_marked_with_who_wrote_it_down(desk, page, sam, maria, dr_kim, sign_in):
    assert send(desk, page, average_pain=4).url == reverse("board")
    log = SymptomLog.objects.get()
    assert (log.average_pain, log.source, log.entered_by) == (4, "staff", sam)
    assert log.nothing_new
    timeline = drawn(sign_in(dr_kim).get(reverse("timeline", args=[maria.pk])))
    assert "Written down by the clinic, on the phone (Sam Silva)" in timeline


def test_sent_twice_it_is_one_log(desk, page):
    sent = {"average_pain": 4, "submission_id": uuid4()}
    for _ in range(2):
        send(desk, page, **sent)
    assert SymptomLog.objects.count() == 1


def test_every_safety_question_is_asked(desk, page):
    response = desk.post(page, {"average_pain": 4, "submission_id": uuid4()})
    assert response.status_code == 422
    assert "Ask this question too." in drawn(response)
    assert not SymptomLog.objects.exists()


def test_a_yes_is_heard_and_what_to_do_now_is_read_out(desk, page, sam):
    answers = asked(desk, page)
    first = next(iter(answers))
    response = send(desk, page, average_pain=8, **{first: "yes"})
    assert "Read this to the patient now, word for word." in drawn(response)
    assert SafetyAnswer.objects.get(answer=True).answered_by == sam
    assert Flag.objects.get().holds_rules
    assert not SymptomLog.objects.get().nothing_new


def test_a_yes_counts_though_the_log_is_not_saved(desk, page):
    first = next(iter(asked(desk, page)))
    response = desk.post(page, {first: "yes", "submission_id": uuid4()})
    assert response.status_code == 422
    assert "Read this to the patient now" in drawn(response)
    assert Flag.objects.get().holds_rules
    assert not SymptomLog.objects.exists()


def test_the_questions_are_in_the_patients_language(desk, dr_kim, northside):
    ben = factories.PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", language="es")
    factories.TrialFactory(episode=factories.EpisodeFactory(patient=ben, by=dr_kim), by=dr_kim)
    html = drawn(desk.get(reverse("phone_log", args=[ben.pk])))
    assert "Read out each question" in html
    assert "¿" in html


def test_nothing_of_the_record_is_shown(desk, page, episode):
    factories.LogFactory(episode=episode, average_pain=9, note="At work")
    assert "At work" not in drawn(desk.get(page))


def test_without_a_step_there_is_nothing_to_write_down(desk, maria, episode):
    page = drawn(desk.get(reverse("phone_log", args=[maria.pk]), follow=True))
    assert "No step of care runs" in page
