"""Answers to safety questions: kept, and a yes flagged and told in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator

from accounts.actions import post_notice
from accounts.models import Notice, User
from pathway.models import SafetyLevel, SafetyQuestion
from patients.flags.actions import Found, current_trial, open_or_fold
from patients.flags.advice import give_advice
from patients.models import Episode, Finding, Kind, RiskFactAnswer, SafetyAnswer, Severity

SENTENCE = Finding._meta.get_field("sentence").max_length


@transaction.atomic
def answer_safety(
    *,
    episode: Episode,
    yes_to: Collection[SafetyQuestion],
    submission_id: UUID,
    by: User,
    now: datetime,
    no_to: Collection[SafetyQuestion] = (),
) -> None:
    """Keep the answers; a yes opens an urgent flag that holds the rules, unless the question can wait
    for the next review. Idempotent: of ten identical forms at once, one is kept and nine change nothing.

    `no_to` are questions that were answered no. A box left alone under a log is not an answer.
    """
    # NO KEY: a log of the same episode does not wait for it.
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    answers = [(question, True) for question in yes_to] + [(question, False) for question in no_to]
    kept = SafetyAnswer.objects.filter(episode=episode, submission_id=submission_id)
    known = set(kept.values_list("question", "answer"))
    new = [(question, said) for question, said in answers if (question.pk, said) not in known]
    SafetyAnswer.objects.bulk_create(
        SafetyAnswer(
            episode=episode,
            question=question,
            answer=said,
            submission_id=submission_id,
            answered_at=now,
            answered_by=by,
        )
        for question, said in new
    )
    counted = levels(episode, [question for question, said in new if said])
    if alarming := [each for each in counted if each[1] != SafetyLevel.ROUTINE]:
        give_advice(episode=episode, asked=alarming, form=submission_id, now=now)
        _raise_alarm(episode, [question for question, _level in alarming], now)


def levels(
    episode: Episode, yes_to: Collection[SafetyQuestion]
) -> list[tuple[SafetyQuestion, str]]:
    """How soon each yes needs care, beside what else is known of the patient."""
    facts = RiskFactAnswer.objects.true_of(episode.patient_id) if yes_to else set()
    return [(question, question.level_given(facts)) for question in yes_to]


def _sentence(questions: list[SafetyQuestion]) -> str:
    """All of them in the clinic's language, as far as a flag has room; the record keeps every answer in
    full, and the advice what the patient read."""
    with translation.override(settings.LANGUAGE_CODE):
        words = "Yes to: " + "; ".join(question.text for question in questions)
    return Truncator(words).chars(SENTENCE or 0)


def _raise_alarm(episode: Episode, questions: list[SafetyQuestion], now: datetime) -> None:
    today = episode.patient.clinic_date(now)
    trial = current_trial(episode)
    rule = "safety-answer " + "+".join(str(question.pk) for question in questions)
    found = Found(
        episode=episode.pk,
        trial=trial.pk if trial else None,
        kind=Kind.SAFETY,
        severity=Severity.URGENT,
        sentence=_sentence(questions),
        # Named by its questions: a yes to another one on the same day is a finding of its own.
        rule=rule[:40],
        protocol=questions[0].protocol,
        since=today,
        as_of=today,
    )
    [flag] = open_or_fold(findings=[found], now=now)
    post_notice(
        kind=Notice.Kind.URGENT_FLAG,
        key=f"urgent-flag:{flag.pk}:{rule[:40]}",
        clinic=episode.patient.clinic,
        email=episode.patient.clinic.alert_email,
        path=reverse("safety_desk"),
        now=now,
    )
