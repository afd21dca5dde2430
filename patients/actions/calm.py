"""Four calm weeks: which trials of a batch may lead to a lighter plan (clinical.md 1.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from pathway.rules import CALM_MEAN, Assessment, Numbers, Rules, step_down
from pathway.rules.series import Bools
from patients.models import FunctionScore
from patients.series import Batch, Run

LOW_SCORE = 2
ASKED = ("peg", "rmdq")


def calm_rows(batch: Batch, assessment: Assessment, rules: Rules) -> set[int]:
    """The rows of those that are calm today; most batches have none, and are not read again."""
    few = np.flatnonzero(assessment.mean_14 <= CALM_MEAN)
    if not few.size:
        return set()
    low = _low_scores([batch.runs[row] for row in few])
    return set(few[step_down(batch.series.only(few), low, rules)].tolist())


def _low_scores(runs: list[Run]) -> Bools:
    """(N,) the last PEG or Roland-Morris of the trial is 2 or less."""
    newest = (
        FunctionScore.objects.filter(
            episode__in=[run.episode for run in runs], instrument__key__in=ASKED
        )
        .order_by("episode", "-local_date", "-pk")
        .distinct("episode")
    )
    last = {
        episode: (day, total)
        for episode, day, total in newest.values_list("episode", "local_date", "total")
    }
    return np.array([_is_low(last.get(run.episode), run) for run in runs], bool)


def _is_low(last: tuple[date, Decimal] | None, run: Run) -> bool:
    return last is not None and last[0] >= run.started_on and last[1] <= LOW_SCORE


def calm_sentence(numbers: Numbers) -> str:
    """For the worklist: how calm, and what function says."""
    start, now = numbers.baseline or 0.0, numbers.mean_14 or 0.0
    parts = [f"{start:.1f} → {now:.1f}; at most {CALM_MEAN:.0f} for four weeks"]
    if numbers.function_share is not None:
        parts.append(f"function {round(100 * (1 - numbers.function_share))} % better")
    return "; ".join(parts)
