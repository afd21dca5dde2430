"""Answers of a form of several pages wait for the patient, and for nobody else."""

import pytest
from django.db import IntegrityError, transaction

from patients.models import AnswerDraft
from patients.questionnaires.actions.drafts import (
    forget_answers,
    forget_questionnaire,
    keep_answers,
)

pytestmark = pytest.mark.django_db


def kept(patient, form="peg"):
    return AnswerDraft.objects.get(patient=patient, form=form)


def test_each_page_adds_to_what_is_kept(maria, now):
    first = keep_answers(patient=maria, form="peg", answers={"pain": 0}, now=now)
    keep_answers(patient=maria, form="peg", answers={"enjoyment": None}, now=now)

    assert kept(maria).answers == {"pain": 0, "enjoyment": None}
    assert str(kept(maria)) == "Maria Ortiz: peg"
    assert kept(maria).pk == first.pk


def test_an_answer_given_again_replaces_the_first(maria, now):
    for score in (3, 0):
        keep_answers(patient=maria, form="peg", answers={"pain": score}, now=now)

    assert kept(maria).answers == {"pain": 0}


def test_forms_do_not_mix_and_one_is_forgotten_alone(maria, now):
    keep_answers(patient=maria, form="peg", answers={"pain": 4}, now=now)
    keep_answers(patient=maria, form="rmdq", answers={"one": True}, now=now)

    forget_answers(patient=maria, form="peg")

    assert AnswerDraft.objects.get() == kept(maria, "rmdq")


def test_what_was_not_sent_is_the_patients_alone(maria, stella, dr_kim, now):
    keep_answers(patient=maria, form="peg", answers={"pain": 4}, now=now)

    assert AnswerDraft.objects.visible_to(maria).exists()
    assert not AnswerDraft.objects.visible_to(stella).exists()
    with pytest.raises(TypeError):
        AnswerDraft.objects.visible_to(dr_kim.membership_as())


@pytest.mark.parametrize(
    ("form", "name"), [("peg", "one_draft_of_a_form"), ("", "answer_draft_names_form")]
)
def test_the_database_keeps_one_set_per_named_form(maria, now, form, name):
    keep_answers(patient=maria, form="peg", answers={}, now=now)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AnswerDraft.objects.create(patient=maria, form=form, saved_at=now)


def test_one_questionnaire_of_a_page_is_forgotten_alone(maria, now):
    keep_answers(
        patient=maria, form="page", answers={"peg": {"pain": 4}, "own": {"one": 1}}, now=now
    )

    for _ in range(2):
        forget_questionnaire(patient=maria, form="page", questionnaire="own")
    forget_questionnaire(patient=maria, form="no such page", questionnaire="own")

    assert kept(maria, "page").answers == {"peg": {"pain": 4}}
