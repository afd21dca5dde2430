"""What to do now, after a yes to a safety question: the protocol's words with the clinic's numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Clinic
from pathway.models import SafetyQuestion


@dataclass(frozen=True)
class Advice:
    """One thing to do, and the answers that it is about."""

    words: str
    questions: tuple[str, ...]


def advice_for(yes_to: Iterable[SafetyQuestion], clinic: Clinic) -> list[Advice]:
    """In the order of the protocol, the same advice once."""
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for question in yes_to:
        asked[question.advice].append(question.text)
    return [
        Advice(
            words.format(emergency_number=clinic.emergency_number, clinic_phone=clinic.phone),
            tuple(questions),
        )
        for words, questions in asked.items()
    ]
