"""A rule's finding worked out again from the rows of today, and what comes out differently.

Two questions, kept apart: has the record changed since (logs added, changed or withdrawn), and do
the present rules say the same of what they read then. A pure comparison; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from math import isclose
from typing import Any, cast

from django.db.models import Q

from pathway.rules import (
    RULES_VERSION,
    RULES_VERSIONS,
    Pathway,
    Rules,
    TrialSeries,
    assess,
    numbers_of,
)
from patients.models import Finding, Flag, Kind, TierTrial
from patients.review import ceiling_2_1
from patients.review.ceiling import history_of, signs_in
from patients.review.ceiling_history import CeilingHistory
from patients.review.finding_snapshot import series_of, snapshot_of
from patients.review.function_forms import forms_of, read_from, said_of
from patients.review.series import batches, day_of, run_until

# Sums of float32 in another order differ in the last digits; no page shows them.
CLOSE = {"rel_tol": 1e-5, "abs_tol": 1e-5}

NUMBERS = {
    "status": "status",
    "watch": "may be levelling off",
    "day": "day of the trial",
    "baseline": "start",
    "mean_14": "mean of the last 14 days",
    "count_14": "days logged of the last 14",
    "target": "target",
    "function_share": "function, share of the first form",
    "stall": "signal that improvement has stopped (log-odds)",
    "fail": "signal that the target will be missed (log-odds)",
    "worse": "signal of ending worse (log-odds)",
    "slope": "slope, points a week",
    "slope_low": "slope, low end",
    "slope_high": "slope, high end",
    "since": "first day of the status",
    "clears_at": "mean that would clear it",
    "entries_missing": "logs missing",
    "sudden_rise": "sudden rise",
    "usual_pain": "usual pain",
    "first_week": "mean of the first week",
    "opening": "mean of the diary's first 14 days",
    "before": "mean before the last 14 days",
    "rise_bar": "points above it that made a rise that day",
    "fallen": "the diary itself fell",
    "weekly": "logs about once a week",
    "days_since_entry": "days since the last entry",
    "eased_to": "lowest mean after relief",
    "function_first": "first form, 0 to 100",
    "function_last": "last form, 0 to 100",
    "function_forms": "forms so far",
    "bar": "signal that made a plateau that day (log-odds)",
}
SETUP = {
    "window_days": "window, days",
    "cycle_started": "starts with a cycle",
    "usual_pain": "usual pain",
    "pain_before": "pain before the cycle",
}


# What the ceiling signs are read from, and what comes out.
HISTORY = {
    "every": "days between two forms",
    "steps": "steps",
    "cycles": "dated cycles",
    "relapses": "pain back since, and found on",
    "forms": "function forms",
    "images": "images with progressive disc change, and what before",
    "plateau": "a plateau stood open",
}
SENTENCE = {"": "two forms in a row"}
PATHWAY = {
    "cycles": "cycles",
    "relapsed_cycles": "cycles after which pain came back",
    "cycle_under_way": "a further cycle is under way",
    "structured_days": "days of structured care",
    "instrument": "questionnaire",
    "function_share": "function, share of the first form",
    "function_words": "function",
    "function_known": "forms span 90 days",
    "function_change": "better by the questionnaire's own rule",
    "forms_due": "forms due",
    "forms_answered": "forms answered",
    "disc_progressed": "progressive disc change recorded",
    "plateau": "a plateau stood open",
    "pain_returns": "sign: pain comes back",
    "function_unchanged": "sign: function not improved",
    "reassess": "the signs suffice",
}


@dataclass(frozen=True)
class Change:
    """One thing that was different then."""

    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.what}: {self.old} → {self.new}"


@dataclass(frozen=True)
class Explanation:
    """One finding beside what comes out today.

    record   what the rules read then and read otherwise now, day by day
    rules    what the present rules say otherwise of the entries of then
    numbers  what the present rules say otherwise of the entries of now
    """

    finding: Finding
    version_now: str
    record: list[Change]
    rules: list[Change]
    numbers: list[Change]

    @property
    def is_same(self) -> bool:
        return not (self.record or self.rules or self.numbers)

    @property
    def is_other_version(self) -> bool:
        return self.finding.rule_version != self.version_now


def explain(flag: Flag) -> list[Explanation]:
    """Every finding that a rule made; a safety answer or a request was not computed."""
    findings = flag.findings.exclude(~Q(kind=Kind.FUNCTION_WORSE), numbers={}).select_related(
        "flag", "protocol", "trial__tier", "trial__episode__patient"
    )
    return [_explained(finding) for finding in findings.order_by("found_at", "pk")]


def _explained(finding: Finding) -> Explanation:
    if finding.kind == Kind.CEILING:
        return _ceiling_explained(finding)
    if finding.kind == Kind.FUNCTION_WORSE:
        return _function_explained(finding)
    rules, version = finding.protocol.thresholds, version_of(finding)
    series, digest = _as_the_rows_stand(finding)
    return Explanation(
        finding=finding,
        version_now=RULES_VERSION,
        record=list(_record_changes(finding, series, digest)),
        rules=_number_changes(finding.numbers, _then(finding, rules)) if finding.inputs else [],
        numbers=_number_changes(finding.numbers, _worked_out(series, rules, version)),
    )


def _ceiling_explained(finding: Finding) -> Explanation:
    """The whole pathway's record, as of the day on which the signs were found."""
    old, day = finding.inputs, finding.as_of
    now = history_of(finding.flag.episode_id, old["every"], day)
    read, kept = _ceiling_of(version_of(finding))
    new = {**kept(now), "plateau": _plateau_stood(finding)}
    then = read(CeilingHistory.from_json(old), day, plateau=old["plateau"])
    today = read(now, day, plateau=new["plateau"])
    return Explanation(
        finding=finding,
        version_now=RULES_VERSION,
        record=list(_changed(HISTORY, old, new)),
        rules=_pathway_changes(finding.numbers, signs_in(then, finding.protocol)),
        numbers=_pathway_changes(finding.numbers, signs_in(today, finding.protocol)),
    )


def _ceiling_of(version: str) -> tuple[Callable[..., Pathway], Callable[..., dict[str, Any]]]:
    """How a version read the ceiling, and how it kept what it read."""
    if version == ceiling_2_1.VERSION:
        return ceiling_2_1.pathway_2_1, ceiling_2_1.json_2_1
    return CeilingHistory.pathway, CeilingHistory.as_json


def _pathway_changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return list(_changed({key: PATHWAY[key] for key in PATHWAY if key in old}, old, new))


def _function_explained(finding: Finding) -> Explanation:
    """The forms of the trial, as of the day on which two in a row were found worse."""
    trial = cast(TierTrial, finding.trial)
    run = run_until(trial, finding.as_of, _window_then(trial, finding))
    [batch] = batches([run])
    old, new = finding.inputs, read_from(trial.started_on, batch.forms[0])
    then, now = forms_of(trial.started_on, old), batch.forms[0]
    return Explanation(
        finding=finding,
        version_now=RULES_VERSION,
        record=list(
            _changed(
                {key: f"forms of {key}" for key in (*old["forms"], *new["forms"])},
                old["forms"],
                new["forms"],
            )
        ),
        rules=list(_changed(SENTENCE, {"": finding.sentence}, {"": said_of(run, then)})),
        numbers=list(_changed(SENTENCE, {"": finding.sentence}, {"": said_of(run, now)})),
    )


def _plateau_stood(finding: Finding) -> bool:
    """Whether a plateau flag was open when the signs were found."""
    episode, at = finding.flag.episode_id, finding.found_at
    plateaus = Finding.objects.filter(flag__episode=episode, kind=Kind.PLATEAU, found_at__lte=at)
    return plateaus.filter(Q(flag__closed_at=None) | Q(flag__closed_at__gt=at)).exists()


def _as_the_rows_stand(finding: Finding) -> tuple[TrialSeries, str]:
    trial = cast(TierTrial, finding.trial)  # numbers are always about one
    [batch] = batches([run_until(trial, finding.as_of, _window_then(trial, finding))])
    return batch.series, batch.digests[0]


def _window_then(trial: TierTrial, finding: Finding) -> int:
    """An extension that was decided later does not count as a difference."""
    extended = trial.extended_at is not None and trial.extended_at <= finding.found_at
    return trial.length_days if extended else trial.window_days


def _then(finding: Finding, rules: Rules) -> dict[str, Any]:
    return _worked_out(series_of(finding.inputs), rules, version_of(finding))


def version_of(finding: Finding) -> str:
    """A finding explains itself under the rules that raised it, where they are kept."""
    known = finding.rule_version in RULES_VERSIONS
    return finding.rule_version if known else RULES_VERSION


def _worked_out(series: TrialSeries, rules: Rules, version: str) -> dict[str, Any]:
    return numbers_of(assess(series, rules, version), 0).as_json()


def _record_changes(finding: Finding, series: TrialSeries, digest: str) -> Iterator[Change]:
    if not finding.inputs:
        if finding.inputs_digest != digest:
            yield Change("fingerprint of the entries", finding.inputs_digest, digest)
        return
    old, new = finding.inputs, snapshot_of(series, 0)
    start = cast(TierTrial, finding.trial).started_on
    yield from _days_changed("pain", start, enumerate(zip_longest(old["pain"], new["pain"])))
    forms = {int(day) for day in (*old["function"], *new["function"])}
    scores = (
        (day, (old["function"].get(str(day)), new["function"].get(str(day)))) for day in forms
    )
    yield from _days_changed("function in the week of", start, sorted(scores))
    yield from _changed(SETUP, old, new)


def _days_changed(what: str, start: date, days: Any) -> Iterator[Change]:
    for day, (old, new) in days:
        if not _same(old, new):
            yield Change(f"{what} {day_of(start, day):%Y-%m-%d}", _said(old), _said(new))


def _number_changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Of what the finding keeps: earlier versions kept less."""
    return list(_changed({key: NUMBERS[key] for key in NUMBERS if key in old}, old, new))


def _changed(names: dict[str, str], old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key, label in names.items():
        if not _same(old.get(key), new.get(key)):
            yield Change(label, _said(old.get(key)), _said(new.get(key)))


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return isclose(old, new, **CLOSE)
    return bool(old == new)


def _said(value: Any) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
