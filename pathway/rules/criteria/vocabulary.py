"""The closed list of tests: what a criteria set may ask, with which numbers. Nothing else is a criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pathway.rules.criteria import finding_tests, time_tests
from pathway.rules.criteria.answer import Answer, State, Where
from pathway.rules.criteria.record import Record

NUMBER, NUMBERS, WORD, WORDS, SENTENCE = (
    "a number",
    "a list of numbers",
    "a word",
    "a list of words",
    "a sentence",
)


@dataclass(frozen=True)
class Test:
    """A pure function over a record, and what it has to be told: name → kind, the optional ones apart."""

    ask: Callable[..., Answer]
    needs: Mapping[str, str]
    may: Mapping[str, str]


def _test(
    ask: Callable[..., Answer], *, may: Mapping[str, str] | None = None, **needs: str
) -> Test:
    return Test(ask, needs, may or {})


KINDS = {"kinds": WORDS}
TESTS: dict[str, Test] = {
    "pain_weeks_at_least": _test(time_tests.pain_weeks_at_least, weeks=NUMBER),
    "conservative_weeks_at_least": _test(
        time_tests.conservative_weeks_at_least,
        weeks=NUMBER,
        levels=NUMBERS,
        may={"within_days": NUMBER},
    ),
    "ended_for_side_effect": _test(time_tests.ended_for_side_effect, levels=NUMBERS),
    "modality_count": _test(time_tests.modality_count, least=NUMBER, levels=NUMBERS),
    "sessions_attended_at_least": _test(time_tests.sessions_attended_at_least, least=NUMBER),
    "home_days_share_at_least": _test(
        time_tests.home_days_share_at_least, percent=NUMBER, weeks=NUMBER
    ),
    "medicine_days_at_least": _test(time_tests.medicine_days_at_least, days=NUMBER),
    "score_within_days_before": _test(
        finding_tests.score_within_days_before, scales=WORDS, days=NUMBER
    ),
    "same_instrument_before_after": _test(
        finding_tests.same_instrument_before_after, scales=WORDS, days=NUMBER
    ),
    "relief_percent_at_least": _test(
        finding_tests.relief_percent_at_least,
        percent=NUMBER,
        purpose=WORD,
        may={"count": NUMBER, **KINDS},
    ),
    "relief_kept_days": _test(
        finding_tests.relief_kept_days, percent=NUMBER, days=NUMBER, may=KINDS
    ),
    "sessions_in_rolling_months_at_most": _test(
        finding_tests.sessions_in_rolling_months_at_most,
        most=NUMBER,
        months=NUMBER,
        purpose=WORD,
        may=KINDS,
    ),
    "imaging_within_months": _test(
        finding_tests.imaging_within_months, methods=WORDS, months=NUMBER
    ),
    "visit_after": _test(finding_tests.visit_after, weeks=NUMBER, levels=NUMBERS),
    "safety_skip": _test(finding_tests.safety_skip),
    "clinician_states": _test(finding_tests.clinician_states, text=SENTENCE),
}
EXPIRED = "This set of criteria has expired, so nothing is said to be met."


@dataclass(frozen=True)
class Criterion:
    """One line of a set. `unless`: another test that, where it is met, answers in its place."""

    key: str
    title: str
    test: str
    told: Mapping[str, Any]
    unless: str = ""

    @property
    def is_stated(self) -> bool:
        """A clinician may state it by name: it asks for nothing else, or what is on record leaves it open."""
        return self.test in {"clinician_states", "conservative_weeks_at_least", "relief_kept_days"}


def answer(criterion: Criterion, record: Record, *, expires: date | None = None) -> Answer:
    """`expires` is the last day on which the set's numbers hold."""
    known = record.until_today()
    found = _answer(criterion, known)
    if expires and known.as_of > expires and found.state == State.MET:
        return replace(
            found, state=State.TO_STATE, why=f"{found.why} {EXPIRED}", where=Where.NOWHERE
        )
    return found


def _answer(criterion: Criterion, known: Record) -> Answer:
    if criterion.unless:
        instead = TESTS[criterion.unless].ask(known)
        if instead.state == State.MET:
            return instead
    own = {"key": criterion.key} if criterion.test == "clinician_states" else {}
    found = TESTS[criterion.test].ask(known, **criterion.told, **own)
    said = known.statements.get(criterion.key)
    if found.state == State.TO_STATE and said is not None:
        return _stated(
            found, finding_tests.clinician_states(known, key=criterion.key, text=found.why)
        )
    return found


def _stated(found: Answer, said: Answer) -> Answer:
    """With the rows that left it open."""
    return replace(said, proof=(*said.proof, *found.proof))
