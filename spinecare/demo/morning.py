"""What is on the worklist this morning beside what the rules found."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from pathway.models import Protocol
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.models import Flag, Severity
from patients.worklist.actions.snooze import snooze
from spinecare.demo.diary import Diary
from spinecare.demo.staff import Staff


def this_morning(diaries: list[Diary], staff: Staff, *, now: datetime) -> None:
    """A yes to a safety question, two requests for a review, a flag that is owned, one snoozed."""
    _say_yes(diaries[13], now - timedelta(minutes=9))
    protocol = Protocol.objects.current()
    for diary, reason in ((diaries[7], "The injection has worn off."), (diaries[31], "")):
        request_review(
            episode=diary.episode, reason=reason, protocol=protocol, now=now - timedelta(hours=2)
        )
    waiting = Flag.objects.open().filter(severity=Severity.REVIEW)
    owned, snoozed = waiting.order_by("opened_at", "episode__patient__number")[:2]
    acknowledge(flag=owned, by=staff.clinician, now=now)
    snooze(
        flag=snoozed,
        until=now + timedelta(days=3),
        reason="Comes in on Thursday",
        by=staff.second_clinician,
        now=now,
    )


def _say_yes(diary: Diary, now: datetime) -> None:
    question = Protocol.objects.current().safety_questions.filter(on_every_log=True).in_order()[0]
    user = diary.episode.patient.user
    if user is None:
        return
    log_symptoms(
        episode=diary.episode,
        entry=LogEntry(average_pain=8, local_date=diary.episode.patient.local_date(now)),
        submission_id=uuid5(NAMESPACE_URL, f"{diary.person.number}/safety"),
        by=user,
        now=now,
        alarms=[question],
    )
