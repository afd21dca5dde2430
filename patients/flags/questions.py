"""Which safety questions somebody is asked: by the complaint, and in the days after an injection."""

from __future__ import annotations

from datetime import date, timedelta

from pathway.models import AskedOf, Protocol, SafetyLevel
from pathway.queries import PartQuerySet
from patients.models import Episode, Procedure

# Day 1 to day 3; our own days, on the sign-off list.
INJECTION_DAYS = (timedelta(days=1), timedelta(days=3))


def questions_for(
    protocol: Protocol, region: str, *, after_injection: bool = False
) -> PartQuerySet:
    """In order. Where nobody knows yet what the complaint is (`region` ""), both neck and back."""
    of = {AskedOf.EVERYONE, *([region] if region else [AskedOf.NECK, AskedOf.BACK])}
    if after_injection:
        of.add(AskedOf.INJECTION)
    asked: PartQuerySet = protocol.safety_questions.filter(asked_of__in=of)
    return asked.select_related("protocol").defer("protocol__source").in_order()


def cannot_wait(questions: PartQuerySet) -> PartQuerySet:
    """Those of which a yes may be more than a note, alone or beside a risk fact."""
    return questions.exclude(level=SafetyLevel.ROUTINE, level_with_fact="")


def last_injection(episode: Episode, today: date) -> Procedure | None:
    """One of the last three days, not of today."""
    after, until = INJECTION_DAYS
    days = (today - until, today - after)
    given = Procedure.objects.not_withdrawn().filter(
        episode=episode, purpose=Procedure.Purpose.INJECTION, done_on__range=days
    )
    return given.order_by("done_on", "pk").last()


def asks_about_injection(episode: Episode, today: date) -> Procedure | None:
    """The injection after which the short questions were not answered today."""
    injection = last_injection(episode, today)
    if injection is None:
        return None
    answers = episode.safety_answers.filter(question__asked_of=AskedOf.INJECTION)
    days = (episode.patient.local_date(at) for at in answers.values_list("answered_at", flat=True))
    return None if today in days else injection
