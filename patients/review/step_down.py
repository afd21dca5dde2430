"""Four weeks of low pain: which trials of a batch may lead to a lighter plan (docs/rules.md)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from pathway.rules import STEP_DOWN_MEAN, Assessment, Numbers, Rules, TrialSeries, step_down_on
from pathway.rules.rounding import one_decimal
from pathway.rules.series import Bools, Ints
from patients.models import FunctionScore
from patients.queries.records import pk_array
from patients.review.series import Batch, RunningTrial

LOW_SCORE = 2
ASKED = ("peg", "rmdq")


def step_down_rows(batch: Batch, assessment: Assessment, rules: Rules) -> set[int]:
    """The rows with four weeks of low pain today; most batches have none, and are not read again."""
    few = np.flatnonzero(assessment.mean_14 <= STEP_DOWN_MEAN)
    if not few.size:
        return set()
    series = batch.series.only(few)
    calm = step_down_days([batch.runs[row] for row in few], series, series.last[:, None], rules)
    return set(few[calm[:, 0]].tolist())


def step_down_days(
    runs: list[RunningTrial], series: TrialSeries, days: Ints, rules: Rules
) -> Bools:
    """(N, D) whether each trial had four weeks of low pain on each of its `days` (N, D)."""
    return step_down_on(series, days, _low_scores(runs, days), rules)


def _low_scores(runs: list[RunningTrial], days: Ints) -> Bools:
    """(N, D) the last PEG or Roland-Morris of the trial, as of that day, is 2 or less."""
    forms = FunctionScore.objects.filter(
        episode__in=pk_array(run.episode for run in runs), instrument__key__in=ASKED
    ).order_by("local_date", "pk")
    own: defaultdict[int, list[tuple[date, bool]]] = defaultdict(list)
    for episode, day, total in forms.values_list("episode", "local_date", "total"):
        own[episode].append((day, total <= LOW_SCORE))
    return np.stack([_low(own[run.episode], run, days[row]) for row, run in enumerate(runs)])


def _low(forms: list[tuple[date, bool]], run: RunningTrial, days: Ints) -> Bools:
    """(D,)"""
    inside = [((day - run.started_on).days, low) for day, low in forms if day >= run.started_on]
    answered = np.array([day for day, _low in inside], np.int64)
    low = np.array([False, *(low for _day, low in inside)])
    return np.asarray(low[np.searchsorted(answered, days, side="right")])


def step_down_sentence(numbers: Numbers, function: str = "") -> str:
    """For the worklist: how calm, and what function says, as `function_words` names it."""
    start, now = one_decimal(numbers.baseline), one_decimal(numbers.mean_14)
    said = f"{start} → {now}; at most {STEP_DOWN_MEAN:.0f} for four weeks"
    return f"{said}; {function}" if function else said
