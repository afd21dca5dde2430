"""What no single row can know: that the protocol as a whole is complete and says nothing it must not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from string import Formatter
from typing import Any

from pathway.models import (
    Condition,
    Evidence,
    Instrument,
    InstrumentItem,
    PatientMessage,
    Protocol,
    RiskFact,
    SafetyLevel,
    SafetyQuestion,
    Scoring,
    Threshold,
    ThresholdUse,
    Tier,
    TrialWindow,
)
from pathway.models.instrument import FREE_LICENCES
from pathway.models.message import MESSAGES
from pathway.models.threshold import DEADLINE_UNITS, DEADLINES, HELD, SETTINGS
from pathway.rules import Chronicity, Rules
from pathway.source.drafts import SECTIONS, Draft
from pathway.source.problems import Fault

LEVELS = {1, 2, 3, 4, 5}
# Fields that patients read, whatever the model.
PATIENT_TEXT = (
    *("summary", "usual_care", "answer", "patient", "finding", "text", "evidence_note"),
    *("disclaimer", "veterans", "emergency_advice", "urgent_advice", "routine_advice"),
    "urgent_closed_advice",
)
NEVER_SAID = re.compile(r"%|\bper ?cent|\bfailed\b|\bstuck\b|\bno hope\b", re.IGNORECASE)

THRESHOLD_KEYS = {
    ThresholdUse.RULE: {each.name for each in fields(Rules)},
    ThresholdUse.DEADLINE: DEADLINES,
    ThresholdUse.SETTING: SETTINGS,
}

# The {named} places of each text, which whoever shows it fills.
PLACES: Mapping[type[Any], Mapping[str, set[str]]] = {
    Protocol: {
        "emergency_advice": {"emergency_number"},
        "urgent_advice": {"clinic_phone"},
        "urgent_closed_advice": {"emergency_number"},
        "routine_advice": set(),
    },
    PatientMessage: {
        "patient": {"baseline", "recent", "cycle"},
    },
}

Drafts = Sequence[Draft]


def check(drafts: Drafts) -> Iterator[Fault]:
    for each in CHECKS:
        yield from each(drafts)


def _of(drafts: Drafts, model: type[Any]) -> list[Draft]:
    return [draft for draft in drafts if isinstance(draft.row, model)]


def _nothing_left_out(drafts: Drafts) -> Iterator[Fault]:
    for name, section in SECTIONS.items():
        if not _of(drafts, section.model):
            yield Fault((name,), "the section is empty or missing")


def _safety_asked(drafts: Drafts) -> Iterator[Fault]:
    questions = [draft.row for draft in _of(drafts, SafetyQuestion)]
    if not any(q.level == SafetyLevel.EMERGENCY and q.on_every_log for q in questions):
        yield Fault(("safety_questions",), "needs an emergency question on every log")


def _known_facts(drafts: Drafts) -> Iterator[Fault]:
    known = {draft.row.key for draft in _of(drafts, RiskFact)}
    for draft in _of(drafts, SafetyQuestion):
        for key in draft.row.with_facts:
            if key not in known:
                yield Fault((*draft.path, "with_facts"), f"no risk fact {key}")
        if bool(draft.row.with_facts) != bool(draft.row.level_with_fact):
            yield Fault((*draft.path, "level_with_fact"), "goes with with_facts, and only with it")


def _keys_once(drafts: Drafts) -> Iterator[Fault]:
    counts = Counter((type(draft.row), draft.row.key) for draft in drafts)
    for draft in drafts:
        if draft.row.key and counts[type(draft.row), draft.row.key] > 1:
            yield Fault((*draft.path, "key"), f"{draft.row.key} is there more than once")


def _five_tiers(drafts: Drafts) -> Iterator[Fault]:
    levels = [draft.row.level for draft in _of(drafts, Tier)]
    if set(levels) != LEVELS or len(levels) != len(LEVELS):
        yield Fault(("tiers",), f"needs the levels 1 to 5 once each, has {levels}")


def _a_window_for_each(drafts: Drafts) -> Iterator[Fault]:
    for tier in _of(drafts, Tier):
        there = [w.row.chronicity for w in _of(drafts, TrialWindow) if w.row.tier is tier.row]
        if sorted(there) != sorted(Chronicity):
            yield Fault((*tier.path, "windows"), f"needs one each of {', '.join(Chronicity)}")


def _unverified_says_why(drafts: Drafts) -> Iterator[Fault]:
    for draft in drafts:
        if not getattr(draft.row, "verified", True) and not draft.row.sign_off:
            yield Fault((*draft.path, "verified"), "false needs a sign_off that says what is open")


def _windows_in_order(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, TrialWindow):
        days = [draft.row.min_days, draft.row.default_days, draft.row.max_days]
        if None not in days and days != sorted(days):
            yield Fault((*draft.path, "default_days"), "needs min_days <= default_days <= max_days")


def _ranges_in_order(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, Instrument):
        ends = [draft.row.minimum, draft.row.maximum]
        if None not in ends and ends[0] >= ends[1]:
            yield Fault((*draft.path, "maximum"), "needs minimum < maximum")


def _known_tiers(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, Condition):
        if not LEVELS.issuperset(draft.row.usual_tiers):
            yield Fault((*draft.path, "usual_tiers"), "tiers are 1 to 5")


def _known_evidence(drafts: Drafts) -> Iterator[Fault]:
    known = {draft.row.key for draft in _of(drafts, Evidence)}
    for draft in drafts:
        for key in getattr(draft.row, "evidence_keys", []):
            if key not in known:
                yield Fault((*draft.path, "evidence_keys"), f"no evidence entry {key}")


def _threshold_keys(drafts: Drafts) -> Iterator[Fault]:
    thresholds = _of(drafts, Threshold)
    for use, wanted in THRESHOLD_KEYS.items():
        there = {draft.row.key: draft for draft in thresholds if draft.row.use == use}
        for key in sorted(wanted - there.keys()):
            yield Fault(("thresholds",), f"{use} {key} is missing")
        for key in sorted(there.keys() - wanted):
            yield Fault((*there[key].path, "key"), f"nothing reads a {use} named {key}")


def _clock_units(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, Threshold):
        if draft.row.use == ThresholdUse.DEADLINE and draft.row.unit not in DEADLINE_UNITS:
            yield Fault((*draft.path, "unit"), f"a deadline is in {' or '.join(DEADLINE_UNITS)}")


def _held_numbers(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, Threshold):
        if draft.row.value not in {None, HELD.get(draft.row.key, draft.row.value)}:
            yield Fault((*draft.path, "value"), f"the product keeps to {HELD[draft.row.key]}")


def _messages(drafts: Drafts) -> Iterator[Fault]:
    there = {draft.row.key: draft for draft in _of(drafts, PatientMessage)}
    for key in sorted(MESSAGES - there.keys()):
        yield Fault(("messages",), f"{key} is missing")
    for key in sorted(there.keys() - MESSAGES):
        yield Fault((*there[key].path, "key"), f"no status is called {key}")


def _places(drafts: Drafts) -> Iterator[Fault]:
    for draft in drafts:
        for name, known in PLACES.get(type(draft.row), {}).items():
            unknown = placeholders(getattr(draft.row, name)) - known
            if unknown:
                yield Fault((*draft.path, name), f"nothing fills {', '.join(sorted(unknown))}")


def placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"a single brace"}


def _calm_words(drafts: Drafts) -> Iterator[Fault]:
    for draft in drafts:
        for name in PATIENT_TEXT:
            said = NEVER_SAID.search(getattr(draft.row, name, ""))
            if said:
                yield Fault((*draft.path, name), f"patients never read “{said.group()}”")


def _free_by_licence(drafts: Drafts) -> Iterator[Fault]:
    for draft in _of(drafts, Instrument):
        if draft.row.may_ship_items and draft.row.licence not in FREE_LICENCES:
            yield Fault(
                (*draft.path, "may_ship_items"), f"not under the licence {draft.row.licence}"
            )


def _items_where_free(drafts: Drafts) -> Iterator[Fault]:
    items = _of(drafts, InstrumentItem)
    for draft in _of(drafts, Instrument):
        own = [item for item in items if item.row.instrument is draft.row]
        if own and not draft.row.may_ship_items:
            yield Fault((*draft.path, "items"), "its licence does not let its items be shipped")
        if bool(own) == (draft.row.scoring == Scoring.TOTAL):
            yield Fault((*draft.path, "scoring"), "total goes without items, all others with them")


CHECKS: tuple[Callable[[Drafts], Iterator[Fault]], ...] = (
    _nothing_left_out,
    _safety_asked,
    _known_facts,
    _keys_once,
    _five_tiers,
    _a_window_for_each,
    _unverified_says_why,
    _windows_in_order,
    _ranges_in_order,
    _free_by_licence,
    _known_tiers,
    _known_evidence,
    _threshold_keys,
    _clock_units,
    _held_numbers,
    _messages,
    _places,
    _calm_words,
    _items_where_free,
)
