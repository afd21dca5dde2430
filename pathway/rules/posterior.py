"""Which courses fit a person's scores, and what these courses would mean.

Bayes' rule over the library. The person's baseline (normal prior around "usual pain") and own
scatter (inverse-gamma prior) are integrated out, so each course has a closed form.
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules import function as functions
from pathway.rules.courses import Library, library
from pathway.rules.noise import innovations
from pathway.rules.series import Bools, Floats, Ints, TrialSeries

SCATTER_WEIGHT, SCATTER = 6.0, 1.1
BASELINE_SD = 1.2
UNKNOWN_BASELINE = (6.0, 2.0)  # mean and sd where "usual pain" was not asked
LOOK_AHEAD = 7  # stalled, or about to be within a week
FIRST_DAY = 14
CHUNK = 256


@dataclass(frozen=True, slots=True)
class Signals:
    """Log-odds (N, T) of what the scores so far say; NaN on days that were not asked for.

    stall  the target will not be reached by the end, and improvement has stopped
    fail   the target will not be reached by the end
    worse  the course ends at least 10 % above the baseline
    """

    stall: Floats
    fail: Floats
    worse: Floats


def signals(series: TrialSeries, from_day: int | Ints) -> Signals:
    """The three log-odds of every day from `from_day`, one or (N,), to the window's end."""
    shape = (series.trials, series.days)
    answer = Signals(*(np.full(shape, np.nan, np.float32) for _ in range(3)))
    if series.window_days <= FIRST_DAY:
        return answer
    starts = np.broadcast_to(np.asarray(from_day), (series.trials,))
    for first in range(0, series.trials, CHUNK):
        rows = slice(first, first + CHUNK)
        _fill(answer, series, rows, max(int(starts[rows].min()), FIRST_DAY))
    return answer


class _Sums:
    """Running sums of one regression per trial and course: scores on course, without a constant."""

    def __init__(self, usual: Floats, courses: int) -> None:
        asked = ~np.isnan(usual)
        mean = np.where(asked, usual, UNKNOWN_BASELINE[0]).astype(np.float32)
        spread = np.where(asked, BASELINE_SD, UNKNOWN_BASELINE[1])
        weight = ((SCATTER / spread) ** 2).astype(np.float32)
        self.course_course = np.repeat(weight[:, None], courses, axis=1)
        self.course_pain = np.repeat((weight * mean)[:, None], courses, axis=1)
        self.pain_pain = weight * mean * mean
        self.entries = np.zeros(len(usual), np.float32)

    def add(self, logged: Bools, precision: Floats, pain: Floats, curves: Floats) -> None:
        weighted = curves * precision[:, None]
        self.course_pain += weighted * pain[:, None]
        self.course_course += weighted * curves
        self.pain_pain += precision * pain * pain
        self.entries += logged

    def log_likelihood(self) -> Floats:
        left = self.pain_pain[:, None] - self.course_pain**2 / self.course_course
        scatter = np.maximum(left, np.float32(1e-3)) + np.float32(SCATTER_WEIGHT * SCATTER**2)
        freedom = -0.5 * (self.entries + np.float32(SCATTER_WEIGHT))
        return freedom[:, None] * np.log(scatter) - np.float32(0.5) * np.log(self.course_course)


def _fill(answer: Signals, series: TrialSeries, rows: slice, from_day: int) -> None:
    courses = library(series.window_days)
    pain = series.pain[rows, : series.window_days].astype(np.float32)
    sums = _Sums(series.usual_pain[rows], len(courses.curves))
    evidence = _function_evidence(series, rows, courses)
    for new in innovations(pain, courses.curves):
        sums.add(new.logged, new.precision, new.pain, new.curves)
        if new.day < from_day:
            continue
        score = sums.log_likelihood() + courses.log_prior
        known = _forms_known(series, new.day)
        if evidence is not None and known:
            score += evidence[:, known - 1]
        _answer(answer, rows, new.day, courses, score)


def _function_evidence(series: TrialSeries, rows: slice, courses: Library) -> Floats | None:
    if series.function is None or series.function_days is None:
        return None
    inside = series.function_days < series.window_days
    return functions.course_evidence(
        series.function[rows][:, inside], series.function_days[inside], courses.curves
    )


def _forms_known(series: TrialSeries, day: int) -> int:
    if series.function_days is None:
        return 0
    return int(np.searchsorted(series.function_days, day, side="right"))


def _answer(answer: Signals, rows: slice, day: int, courses: Library, score: Floats) -> None:
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    total = weight.sum(axis=1)
    ahead = min(courses.curves.shape[1] - 1, day + LOOK_AHEAD)
    answer.stall[rows, day] = _logit(weight, courses.fails & courses.stalled[:, ahead], total)
    answer.fail[rows, day] = _logit(weight, courses.fails, total)
    answer.worse[rows, day] = _logit(weight, courses.worsens, total)


def _logit(weight: Floats, true_of: Bools, total: Floats) -> Floats:
    """Log-odds of a set of courses; clipped, for float32 sums know no more than that."""
    share = np.clip(weight @ true_of.astype(np.float32) / total, 1e-4, 1 - 1e-4)
    odds: Floats = np.log(share / (1 - share))
    return odds
