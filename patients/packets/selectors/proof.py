"""The criteria of one payer, each with its answer: what a page and a packet show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway.models import CriteriaSet, Position
from pathway.rules.criteria import Answer, Criterion, Record, State, Where, answer
from patients.models import ClinicProtocol, Episode
from patients.packets.selectors.evidence import record_of, with_statements

WORDS: dict[State, str | Promise] = {
    State.MET: _("Met"),
    State.NOT_MET: _("Not met"),
    State.MISSING: _("Missing"),
    State.TO_STATE: _("A clinician must state"),
}
PLACES: dict[Where, tuple[str, str | Promise]] = {
    Where.INTAKE: ("record", _("The record")),
    Where.RECORDS: ("records", _("Enter it in the records")),
    Where.SCORE: ("score_entry", _("Enter a score")),
}


@dataclass(frozen=True)
class Line:
    """One criterion and its answer."""

    criterion: Criterion
    answer: Answer

    @property
    def words(self) -> str | Promise:
        return WORDS[self.answer.state]

    @property
    def is_open(self) -> bool:
        """A clinician may state it, or has stated it and may do so again."""
        stated = self.criterion.test == "clinician_states"
        return self.answer.where == Where.STATEMENT or stated


@dataclass(frozen=True)
class ProofPage:
    """All lines of one set, for one complaint, on one day."""

    asked: CriteriaSet
    as_of: date
    lines: tuple[Line, ...]

    @property
    def is_expired(self) -> bool:
        return self.asked.is_expired(self.as_of)

    @property
    def counts(self) -> list[tuple[str | Promise, int]]:
        """How many of each answer; never a share."""
        found = Counter(line.answer.state for line in self.lines)
        return [(WORDS[state], found[state]) for state in WORDS if found[state]]

    @property
    def met(self) -> int:
        return sum(line.answer.state == State.MET for line in self.lines)

    @property
    def not_documented(self) -> list[Line]:
        """What is missing, or waits for a clinician's word."""
        return [line for line in self.lines if line.answer.state in (State.MISSING, State.TO_STATE)]


def sets_for(episode: Episode) -> QuerySet[CriteriaSet]:
    """Those that can be asked for a complaint of this region."""
    return CriteriaSet.objects.in_force().filter(regions__contains=[episode.region])


def proof_page(episode: Episode, asked: CriteriaSet, today: date) -> ProofPage:
    return _answered(asked, record_of(episode, asked, today), today)


def proof_pages(episode: Episode, sets: Sequence[CriteriaSet], today: date) -> list[ProofPage]:
    """Each of these sets; the record is read once."""
    if not sets:
        return []
    record = record_of(episode, sets[0], today)
    return [_answered(each, with_statements(record, episode, each), today) for each in sets]


def _answered(asked: CriteriaSet, record: Record, today: date) -> ProofPage:
    lines = (Line(one, answer(one, record, expires=asked.expires_on)) for one in asked.lines)
    return ProofPage(asked, today, tuple(lines))


def place_of(line: Line, episode: Episode) -> tuple[str, str | Promise] | None:
    """Where what is missing is entered: address and words."""
    if line.answer.where not in PLACES:
        return None
    name, words = PLACES[line.answer.where]
    pk = episode.patient_id if name == "record" else episode.pk
    return reverse(name, args=[pk]), words


def guideline_positions(
    episode: Episode, asked: CriteriaSet, now: datetime
) -> list[tuple[Position, bool]]:
    """What guidelines say of the treatment that is asked for, beside whether somebody should read them
    again; none where it is no treatment."""
    clinic = episode.patient.clinic
    modalities = ClinicProtocol.objects.in_use(clinic, now).modalities
    card = modalities.filter(key=asked.modality).first() if asked.modality else None
    today = episode.patient.clinic_date(now)
    return [(one, one.is_due(today)) for one in card.positions.in_order()] if card else []
