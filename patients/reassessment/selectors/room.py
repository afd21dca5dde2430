"""The room as it is shown: each question with its answer, who gave it, and what stood there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from patients.models import Reassessment, ReassessmentEntry, SignSeen
from patients.reassessment.questions import Question, Said, blank, questions_of
from patients.review.ceiling import CeilingSeen, signs_of

FINISHED = "finished"
# Beside which evidence a sign stands; one that a protocol adds stands beside the course.
BESIDE = {"sign-function-not-improved": "function", "sign-progressive-disc-change": "images"}


@dataclass(frozen=True)
class Wording:
    """One answer of the past, in words."""

    entry: ReassessmentEntry
    words: str


@dataclass
class Asked:
    """A question with its entries, the earliest first."""

    question: Question
    entries: list[ReassessmentEntry] = field(default_factory=list)
    now: CeilingSeen | None = None
    """Of a sign, what the data say today."""

    @property
    def newest(self) -> ReassessmentEntry | None:
        return self.entries[-1] if self.entries else None

    @property
    def version(self) -> int:
        return len(self.entries)

    @property
    def has_moved(self) -> bool:
        """Whether the data say something else today than when the sign was answered (or first read)."""
        row: Any = self.question.row
        return self.now is not None and (self.now.found, self.now.basis) != (row.found, row.basis)

    @property
    def before(self) -> int:
        """The version that an undo puts back."""
        return max(self.version - 1, 0)

    @property
    def words(self) -> str:
        return self.question.in_words(self.question.said)

    @property
    def earlier(self) -> list[Wording]:
        """What stood there before, the newest first."""
        return [
            Wording(each, self.question.in_words(each.said)) for each in reversed(self.entries[:-1])
        ]

    def said_at(self, version: int) -> Said:
        """What a page showed that showed this version."""
        known = 0 < version <= len(self.entries)
        return self.entries[version - 1].said if known else blank(self.question)


@dataclass(frozen=True)
class Room:
    reassessment: Reassessment
    asked: Mapping[str, Asked]
    finishings: list[ReassessmentEntry]
    signs: Mapping[str, CeilingSeen]

    @property
    def questions(self) -> dict[str, Question]:
        return {key: each.question for key, each in self.asked.items()}

    @property
    def needed(self) -> list[Question]:
        return [each for each in self.questions.values() if each.is_needed]

    @property
    def missing(self) -> list[Question]:
        return [each for each in self.needed if not each.is_answered]

    @property
    def answered(self) -> int:
        return len(self.needed) - len(self.missing)

    def signs_beside(self, evidence: str) -> list[str]:
        """Their keys: the signs that this evidence speaks of."""
        signs = (key for key in self.asked if key.startswith("sign-"))
        return [key for key in signs if BESIDE.get(key, "course") == evidence]

    @property
    def options(self) -> list[str]:
        """Their keys."""
        return [key for key in self.asked if key.startswith("option-")]


def room_of(reassessment: Reassessment, today: date) -> Room:
    """Finished, its signs stay as they were read."""
    entries: defaultdict[str, list[ReassessmentEntry]] = defaultdict(list)
    rows = reassessment.entries.select_related("entered_by").order_by("question", "version")
    for entry in rows:
        entries[entry.question].append(entry)
    questions = questions_of(reassessment)
    signs = _signs(reassessment, questions, today)
    asked = {
        key: Asked(each, entries[key], signs.get(key.removeprefix("sign-")))
        for key, each in questions.items()
    }
    return Room(reassessment, asked, entries[FINISHED], signs)


def _signs(
    reassessment: Reassessment, questions: Mapping[str, Question], today: date
) -> dict[str, CeilingSeen]:
    if reassessment.finished_at is None:
        found = signs_of(reassessment.episode, reassessment.protocol, today)
        return {sign.key: seen for sign, seen in found}
    rows = (each.row for each in questions.values())
    signs = [row for row in rows if isinstance(row, SignSeen)]
    return {row.sign.key: CeilingSeen(row.found, row.basis) for row in signs}
