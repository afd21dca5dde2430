"""What to do now, after a yes to a safety question: the protocol's words with the clinic's numbers, kept
as they were shown. A patient who reads them later reads the clinic's number of that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.composed import composed
from accounts.languages import spoken
from accounts.models import Clinic
from accounts.models.clinic import Opening
from pathway.models import SafetyQuestion
from patients.fields import Words
from patients.models import Episode, Patient, SafetyAdvice
from patients.queries.visibility import must_be_patient

Level = SafetyAdvice.Level
HEADINGS: dict[str, Words] = {
    Level.EMERGENCY: _("Get emergency care now: call %(number)s or go to an emergency room"),
    Level.URGENT: _("Call us today: %(phone)s"),
}


def give_advice(
    *, episode: Episode, asked: Iterable[tuple[SafetyQuestion, str]], form: UUID, now: datetime
) -> list[SafetyAdvice]:
    """Keep what the patient reads, once for each level, in the patient's language. `asked` are the
    questions that were said yes to, each with the level at which its yes counts."""
    by_level: dict[str, list[SafetyQuestion]] = {}
    for question, level in asked:
        by_level.setdefault(level, []).append(question)
    with translation.override(spoken(episode.patient.language)):
        rows = [
            _written(episode, level, by_level[level], form, now)
            for level in Level.values
            if level in by_level
        ]
    return SafetyAdvice.objects.bulk_create(rows)


def _written(
    episode: Episode, level: str, questions: list[SafetyQuestion], form: UUID, now: datetime
) -> SafetyAdvice:
    clinic, protocol = episode.patient.clinic, questions[0].protocol
    return SafetyAdvice(
        episode=episode,
        submission_id=form,
        level=level,
        heading=_heading(level, clinic),
        words=_filled(protocol.advice(level), clinic),
        phone=clinic.phone,
        when_closed=_filled(protocol.urgent_closed_advice, clinic) if level == Level.URGENT else "",
        was_open=clinic.opening(now).is_open,
        questions=[question.text for question in questions],
        language=episode.patient.language,
        given_at=now,
    )


def _heading(level: str, clinic: Clinic) -> str:
    return str(HEADINGS[level]) % {"number": clinic.emergency_number, "phone": clinic.phone}


def _filled(words: str, clinic: Clinic) -> str:
    return words.format(emergency_number=clinic.emergency_number, clinic_phone=clinic.phone)


@dataclass(frozen=True)
class Shown:
    """Advice on a page, with today's opening state; empty it is false."""

    rows: Sequence[SafetyAdvice]
    clinic: Clinic
    opening: Opening

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def title(self) -> str:
        """The page's title: the first heading, in the language of the page."""
        return _heading(self.rows[0].level, self.clinic)


def shown(rows: Iterable[SafetyAdvice], clinic: Clinic, now: datetime) -> Shown:
    return Shown([_as_of_today(each, clinic) for each in rows], clinic, clinic.opening(now))


def _as_of_today(row: SafetyAdvice, clinic: Clinic) -> SafetyAdvice:
    """As it was told, with the number that the clinic answers today: nobody dials a dead one. The row
    that is kept does not change."""
    if row.phone and row.phone != clinic.phone:
        row.heading = row.heading.replace(row.phone, clinic.phone)
        row.words = row.words.replace(row.phone, clinic.phone)
    return row


def advice_on_form(patient: Patient, form: UUID, now: datetime) -> Shown:
    """What was said to the answers of one form, sent once or again."""
    rows = SafetyAdvice.objects.visible_to(patient).of_form(form).as_shown()
    return shown(rows, patient.clinic, now)


def waiting_advice(patient: Patient, now: datetime, episode: Episode | None = None) -> Shown:
    """What still holds, of one complaint or of all: no clinician has recorded an outcome."""
    must_be_patient(patient)
    rows = [row for row in _waiting(patient.pk) if episode is None or row.episode_id == episode.pk]
    return shown(rows, patient.clinic, now)


@composed(int)
def _waiting(patient: int) -> QuerySet[SafetyAdvice]:
    return SafetyAdvice.objects.visible_to(Patient(pk=patient)).waiting().as_shown()
