"""A yes to a safety question: recorded, flagged and told in the transaction of the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from accounts.actions import post_notice
from accounts.models import Notice, User
from pathway.models import SafetyQuestion
from patients.actions.flags import Found, current_trial, open_or_fold
from patients.models import Episode, Kind, SafetyAnswer, Severity


def answer_safety(
    *, episode: Episode, yes_to: list[SafetyQuestion], submission_id: UUID, by: User, now: datetime
) -> None:
    """Keep the answers and open an urgent flag that holds the rules. A retry changes nothing."""
    known = set(
        SafetyAnswer.objects.filter(submission_id=submission_id).values_list("question", flat=True)
    )
    new = [question for question in yes_to if question.pk not in known]
    if not new:
        return
    SafetyAnswer.objects.bulk_create(
        SafetyAnswer(
            episode=episode,
            question=question,
            answer=True,
            submission_id=submission_id,
            answered_at=now,
            answered_by=by,
        )
        for question in new
    )
    _raise_alarm(episode, new, now)


def _raise_alarm(episode: Episode, questions: list[SafetyQuestion], now: datetime) -> None:
    today = episode.patient.clinic_date(now)
    trial = current_trial(episode)
    rule = "safety-answer " + "+".join(str(question.pk) for question in questions)
    found = Found(
        episode=episode.pk,
        trial=trial.pk if trial else None,
        kind=Kind.SAFETY,
        severity=Severity.URGENT,
        sentence="Yes to: " + "; ".join(question.text for question in questions),
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
        path=reverse("worklist"),
        now=now,
    )
