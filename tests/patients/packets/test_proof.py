"""Dr. Kim sees of a payer's criteria what Maria's record proves, what is missing and where it is entered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from pathway.publish_criteria import publish_criteria
from pathway.rules.criteria import State
from patients.flags.safety_answers import answer_safety
from patients.models import AccessLog, CriterionStatement, Episode
from patients.packets.actions import NothingToState, Said, state_criterion
from patients.packets.selectors.proof import proof_page
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.records import withdraw_record
from patients.record.actions.register import record_prior_treatment
from tests.factories import EpisodeFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import (
    a_medicine,
    a_programme,
    a_session,
    an_image,
    an_injection,
    relief,
)
from tests.patients.safety_desk.stories import settle

MET, NOT_MET, MISSING, TO_STATE = State.MET, State.NOT_MET, State.MISSING, State.TO_STATE
ESI, AGAIN, MRI = "medicare-esi-first", "medicare-esi-repeat", "lumbar-mri-acr"


def test_a_new_complaint_proves_nothing_but_its_beginning(answers):
    assert answers(ESI) == {
        "diagnosis": TO_STATE,
        "imaging": MISSING,
        "imaging-fits": TO_STATE,
        "duration": MET,
        "care": MISSING,
        "baseline": MISSING,
        "sessions": MET,
    }


def test_what_was_done_is_found_in_the_record(answers, episode, trial, dr_kim, maria, now):
    keep_diary(episode, [6, 7, 6], (now - timedelta(days=1)).date())
    an_image(episode, dr_kim, now)

    found = answers(ESI)

    assert (found["care"], found["baseline"], found["imaging"]) == (MET, MET, MET)


def test_a_withdrawn_picture_proves_nothing(answers, episode, dr_kim, now):
    image = an_image(episode, dr_kim, now)
    assert answers(ESI)["imaging"] == MET

    withdraw_record(record=image, by=dr_kim, now=now)

    assert answers(ESI)["imaging"] == MISSING


def test_a_trial_that_ends_and_one_that_follows_do_not_share_a_day(
    sets, episode, trial, dr_kim, now
):
    type(trial).objects.update(
        ended_on=trial.started_on + timedelta(days=7), outcome="not_responded", ended_by=dr_kim
    )
    lines = proof_page(episode, sets[ESI], now.date()).lines
    (care,) = [line.answer for line in lines if line.criterion.key == "care"]

    assert care.proof[0].last == trial.started_on + timedelta(days=6)
    assert care.why == "1 of 4 weeks of care are documented here."


def test_care_for_the_neck_is_no_care_for_the_back(answers, episode, maria, dr_kim, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    a_medicine(neck, dr_kim, now, days_ago=80)
    an_image(neck, dr_kim, now)

    assert (answers(ESI)["care"], answers(ESI)["imaging"]) == (MISSING, MISSING)


def test_relief_before_a_second_injection(answers, episode, trial, dr_kim, now):
    first = an_injection(episode, dr_kim, now, days_ago=100)
    assert answers(AGAIN)["relief"] == MISSING

    relief(first, dr_kim, now, after=12, pain=(8, 4))

    assert answers(AGAIN)["relief"] == MET


def test_a_danger_sign_that_was_examined_lets_the_trial_be_skipped(
    answers, episode, trial, protocol, maria, dr_kim, now
):
    question = protocol.safety_questions.get(key="bladder")
    answer_safety(episode=episode, yes_to=[question], submission_id=uuid4(), by=maria.user, now=now)
    assert answers(MRI)["re-evaluation"] == MISSING

    settle(episode.flags.get(), dr_kim, now)

    assert set(answers(MRI).values()) == {MET}


def test_on_the_day_after_the_set_expires_nothing_is_met(answers, sets):
    last = sets[ESI].expires_on

    assert answers(ESI, last)["duration"] == MET
    assert MET not in answers(ESI, last + timedelta(days=1)).values()


# --- The page -----------------------------------------------------------------------------------


def test_the_page_answers_line_by_line(page_of, episode, trial, dr_kim, now):
    a_medicine(episode, dr_kim, now, days_ago=10, why_ended="side_effect", ended_on=now.date())

    page = drawn(page_of(ESI))

    for words in (
        "Epidural steroid injection, first", "Pain for four weeks or more: Met",
        "A picture that fits: Missing", "Enter it in the records",
        "A clinician must state: 2", "Naproxen, ended for: side effect",
        "Nobody has compared these numbers with the source yet.",
        "Criteria that are met say nothing about benefit.", "What guidelines say",
    ):  # fmt: skip
        assert words in page, words
    assert "%" not in page.split("What guidelines say")[0]
    assert f'href="{reverse("records", args=[episode.pk])}"' in page


def test_the_list_counts_answers_and_never_gives_a_share(desk, episode, trial, sets):
    page = drawn(desk.get(reverse("proofs", args=[episode.pk])))

    assert "MRI of the low back" in page
    assert "Met: 2, Missing: 1, A clinician must state: 1" in page
    assert "%" not in page
    assert (
        reverse("proofs", args=[episode.pk])
        in desk.get(reverse("record", args=[episode.patient_id])).text
    )


def test_a_neck_is_not_asked_for_a_picture_of_the_low_back(desk, maria, dr_kim, sets):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    assert "MRI of the low back" not in desk.get(reverse("proofs", args=[neck.pk])).text
    assert desk.get(reverse("proof", args=[neck.pk, MRI])).status_code == 404


def test_where_nothing_is_published_the_page_says_so(desk, episode):
    page = drawn(desk.get(reverse("proofs", args=[episode.pk])))

    assert "No payer's criteria are published for this complaint." in page


def test_the_patient_reads_who_looked(page_of, maria, dr_kim):
    page_of(ESI)

    assert AccessLog.objects.filter(patient=maria, user=dr_kim, page="proof").exists()


def test_a_stranger_and_a_scheduler_see_nothing(sign_in, ann, sam, episode, sets):
    address = reverse("proof", args=[episode.pk, ESI])
    assert sign_in(ann).get(address).status_code in {403, 404}
    assert sign_in(sam).get(address).status_code == 403


def test_an_unknown_set_is_not_there(page_of):
    assert page_of("likely-approved").status_code == 404


def test_a_newer_version_is_the_one_that_is_asked(page_of, sets, now):
    newer = sets[ESI].source.replace("weeks = 4", "weeks = 400")
    publish_criteria(source=newer, now=now)

    assert "Pain for four weeks or more: Not met" in drawn(page_of(ESI))


# --- What a clinician states --------------------------------------------------------------------


@pytest.fixture
def say(desk, episode, sets):
    def said(key, holds="yes", words="", of=ESI):
        address = reverse("state_criterion", args=[episode.pk, of])
        return desk.post(address, {"key": key, "holds": holds, "words": words})

    return said


def test_a_statement_counts_under_its_name(say, page_of, dr_kim):
    answer = say("diagnosis", words="SLR positive on the left")
    assert answer.url.endswith(ESI + "/")

    page = drawn(page_of(ESI))

    assert "Nerve pain, narrowing, pain after surgery or shingles: Met" in page
    assert "Dr. Kim: SLR positive on the left" in page


def test_the_later_statement_counts_and_the_earlier_one_stays(say, answers):
    say("diagnosis")
    say("diagnosis", holds="no")

    assert answers(ESI)["diagnosis"] == NOT_MET
    assert CriterionStatement.objects.count() == 2


def test_a_second_press_is_one_statement(say):
    for _press in range(2):
        say("diagnosis", words="SLR positive")

    assert CriterionStatement.objects.count() == 1


def test_a_statement_of_one_set_says_nothing_in_another(say, answers):
    say("came-back", of=AGAIN)

    assert answers(AGAIN)["came-back"] == MET
    assert answers(ESI)["diagnosis"] == TO_STATE


@pytest.mark.parametrize("key", ["duration", "no-such-line"])
def test_what_the_record_answers_is_not_stated(say, key):
    answer = say(key)

    assert answer.status_code == 302
    assert not CriterionStatement.objects.exists()


def test_without_an_answer_the_line_stands_open_with_its_error(say):
    answer = say("diagnosis", holds="", words="kept")

    assert answer.status_code == 422
    assert "Say whether it holds." in answer.text
    assert 'value="kept"' in answer.text


@pytest.mark.parametrize("wrong", [{"key": "no slug"}, {"words": "x" * 501}, {"holds": "perhaps"}])
def test_bad_input_is_refused(desk, episode, sets, wrong):
    address = reverse("state_criterion", args=[episode.pk, ESI])
    answer = desk.post(address, {"key": "diagnosis", "holds": "yes", **wrong})

    assert answer.status_code == 422
    assert not CriterionStatement.objects.exists()


def test_care_that_the_patient_told_of_counts_when_it_was_directed(
    say, answers, episode, dr_kim, now
):
    record_prior_treatment(
        episode=episode, by=dr_kim, now=now, level=2, what="Chiropractor", weeks=8, attended=True,
        helped="no",
    )  # fmt: skip
    assert answers(ESI)["care"] == TO_STATE

    say("care", words="Notes of the chiropractor are here")

    assert answers(ESI)["care"] == MET


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(holds=False), lambda rows: rows.delete()]
)
def test_a_statement_is_never_changed(say, change):
    say("diagnosis")

    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        change(CriterionStatement.objects.all())


def test_two_at_once_are_two_statements(episode, sets, dr_kim, now):
    for holds in (True, False):
        state_criterion(
            episode=episode, asked=sets[ESI], said=Said("diagnosis", holds), by=dr_kim, now=now
        )
    with pytest.raises(NothingToState):
        state_criterion(
            episode=episode, asked=sets[ESI], said=Said("duration", True), by=dr_kim, now=now
        )
    assert CriterionStatement.objects.count() == 2


# --- All kinds of rows --------------------------------------------------------------------------


def test_sessions_scores_and_days_at_home_for_the_va(
    answers, episode, protocol, dr_kim, maria, now
):
    programme = a_programme(episode, dr_kim, now)
    a_session(programme, dr_kim, now)
    a_session(programme, dr_kim, now, days_ago=2, attended=False)
    for days_ago, answer in ((40, 8), (1, 3)):
        form = FilledForm(
            protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer)
        )
        record_peg(episode=episode, form=form, by=maria.user, now=now - timedelta(days=days_ago))

    found = answers("va-more-visits")

    assert (found["sessions"], found["scores"], found["lately"]) == (MET, MET, MET)


def test_reading_a_long_record_takes_few_questions(
    sets, episode, trial, dr_kim, now, django_assert_max_num_queries
):
    keep_diary(episode, [6] * 30, (now - timedelta(days=1)).date())
    for days_ago in range(6):
        relief(an_injection(episode, dr_kim, now, days_ago=days_ago), dr_kim, now)
    whole = Episode.objects.select_related("patient__clinic", "condition").get(pk=episode.pk)

    with django_assert_max_num_queries(18):
        proof_page(whole, sets[ESI], timezone.now().date())
