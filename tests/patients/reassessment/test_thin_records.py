"""Letters of records with little in them, and pages on which a colleague was first."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import Letter, Reassessment
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.answers import put_back
from patients.reassessment.actions.reassessment import undo_finishing
from patients.reassessment.questions import questions_of
from patients.reassessment.selectors.facts import facts_of
from patients.reassessment.selectors.letter_clinic import gp_letter
from patients.reassessment.selectors.letter_patient import patient_letter
from tests.factories import PatientFactory, StaffFactory
from tests.patients.intakes import answer_all as answer_intake
from tests.patients.reassessment.room import answer_all, begin, finished, read, say
from tests.patients.reassessment.sent import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def own(trial, episode, dr_kim, now):
    return begin(episode, dr_kim, now)


def peg(episode, protocol, now, days_ago, answer):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    then = now - timedelta(days=days_ago)
    record_peg(episode=episode, form=form, by=episode.patient.user, now=then)


# ------------------------------------------------------------------ letters


def test_a_complaint_that_nobody_has_described_is_said_to_be_so(northside, dr_kim, protocol, now):
    """Joy began her intake; Dr. Kim looks at everything before it is sent."""
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    answer_intake(joy, protocol, now, up_to="health")
    own = finished(joy.episodes.get(), dr_kim, now)
    text = gp_letter(facts_of(own, now))
    assert "The complaint has not been described." in text
    assert "Tried so far:\nNone." in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Pain: no day was logged from Feb. 17, 2026 to March 2, 2026."),
        ("es", "Dolor: no se anotó ningún día"),
    ],
)
def test_who_logged_no_day_is_told_so_without_a_number(language, words, own, maria, dr_kim, now):
    type(maria).objects.update(language=language)
    answer_all(own, dr_kim, now)
    text = patient_letter(facts_of(Reassessment.objects.get(), now))
    assert words in text
    assert "PEG" not in text


def test_one_form_is_one_number_and_two_are_the_first_and_the_latest(
    own, episode, protocol, dr_kim, now
):
    answer_all(own, dr_kim, now)
    peg(episode, protocol, now, 30, 7)
    one = "- PEG: 7.0 (Jan. 31, 2026). Lower is better."
    assert one in patient_letter(facts_of(own, now))
    for days_ago, answer in ((20, 6), (2, 5)):
        peg(episode, protocol, now, days_ago, answer)
    two = "- PEG: 7.0 (Jan. 31, 2026), 5.0 (Feb. 28, 2026). Lower is better."
    assert two in patient_letter(facts_of(own, now))


# ------------------------------------------------------------------ a colleague was first


def test_a_draft_typed_while_a_colleague_opened_it_again_is_kept_on_the_page(
    own, episode, desk, dr_kim, now
):
    whole = finished(episode, dr_kim, now)
    place = {"pk": whole.pk, "kind": "gp"}
    desk.post(reverse("write_anew", kwargs=place), {"seen": 0})
    undo_finishing(reassessment=whole, reason="Wrong day", by=dr_kim, now=now)
    typed = {"text": "Dear Dr. Roe, half a letter", "addressee": "Dr. Roe", "seen": 1}
    page = desk.post(reverse("letter", kwargs=place), typed)
    said = read(page)
    assert page.status_code == 422
    assert "The reassessment is open again. Finish it first." in said
    assert "Dear Dr. Roe, half a letter" in said
    assert Letter.objects.count() == 1


def test_a_day_that_has_not_come_keeps_it_open(own, desk, dr_kim, now):
    answer_all(own, dr_kim, now)
    Reassessment.objects.update(held_on="2026-03-03")
    page = read(desk.post(reverse("finish_reassessment", args=[own.pk]), {}, follow=True))
    assert "Not finished: it was held on a day that has not come yet." in page
    assert Reassessment.objects.get().finished_at is None


def test_a_colleagues_words_typed_once_more_are_one_entry(own, desk, northside, now):
    """Both wrote the same; whichever is chosen, nothing is put back over it."""
    dr_lee = StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")
    page = reverse("reassessment", args=[own.pk])
    mine = sent(desk.get(page)) | {"goals": "Garden again", "wish-goals": "theirs:1"}
    say(own, "goals", {"goals": "Garden again"}, dr_lee, now)
    place = reverse("answer_question", args=[own.pk, "goals"])
    assert desk.post(place, mine, headers={"HX-Request": "true"}).status_code == 200
    assert [each.entered_by for each in own.entries.all()] == [dr_lee]


def test_a_sign_whose_answer_was_taken_back_has_nothing_to_move(own, desk, dr_kim, now):
    key = "sign-progressive-disc-change"
    say(own, key, {"confirmed": "yes"}, dr_kim, now)
    own.signs.update(basis="as it was read another day")
    page = reverse("reassessment", args=[own.pk])
    assert "The data have moved since it was answered" in read(desk.get(page))
    put_back(question=questions_of(own)[key], version=0, seen=1, by=dr_kim, now=now)
    assert "The data have moved" not in read(desk.get(page))
