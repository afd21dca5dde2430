"""Which courses fit a person's scores, and what these courses would mean.

Bayes' rule over the library. The person's baseline (normal prior around "usual pain") and own
scatter (inverse-gamma prior) are integrated out, so each course has a closed form in three sums:
scores on scores, scores on course, course on course, all whitened.
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules import function as functions
from pathway.rules.courses import Library, library
from pathway.rules.noise import whiten
from pathway.rules.series import Bools, Floats, Ints, TrialSeries

SCATTER_WEIGHT, SCATTER = 6.0, 1.1
BASELINE_SD = 1.2
UNKNOWN_BASELINE = (6.0, 2.0)  # mean and sd where "usual pain" was not asked
LOOK_AHEAD = 7
STOOD_STILL = 0.25  # of the window
FIRST_DAY = 14
CHUNK = 768

# Sums are kept for whole blocks of days and carried on day by day inside a block, so that a nightly
# run adds the same numbers in the same order as a scan of the whole trial. Fewer rows than 16
# would send a matrix product through another kernel, with other last digits.
BLOCK = 14
LEAST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Signals:
    """Log-odds (N, T) of what the scores so far say; NaN on days that were not asked for.

    stall  the target will not be reached by the end, and improvement has stopped: a course counts
           half if it stands still within a week, and fully if it has for a quarter of the window
    fail   the target will not be reached by the end
    worse  the course ends at least 10 % above the baseline
    """

    stall: Floats
    fail: Floats
    worse: Floats


def signals(series: TrialSeries, asked: Bools, function_weight: float = 1.0) -> Signals:
    """The three log-odds of the days that are `asked` for (N, T) and lie inside the window.

    `function_weight`: how much of their likelihood the function scores count for.
    """
    answer = Signals(*(np.full(asked.shape, np.nan, np.float32) for _ in range(3)))
    asked = asked.copy()
    asked[:, :FIRST_DAY] = False
    asked[:, series.window_days :] = False
    needed = np.flatnonzero(asked.any(axis=1))
    for start in range(0, needed.size, CHUNK):
        rows = needed[start : start + CHUNK]
        _Scan(series, rows, asked[rows], function_weight).fill(answer)
    return answer


@dataclass(frozen=True, slots=True)
class Endings:
    """Where each trial may end, seen from its last day; (N, K), points of 0-10.

    weight  how likely each course of the library is
    mean, spread   of its end, for the person's own level is known only so well
    """

    weight: Floats
    mean: Floats
    spread: Floats


def endings(series: TrialSeries, function_weight: float = 1.0) -> Endings:
    """From all that is known on each trial's last day, which has to lie inside the window."""
    courses = library(series.window_days)
    rows, last = np.arange(series.trials), int(series.last.max())
    pain = series.pain[:, : last + 1].astype(np.float32)
    white = whiten(pain, courses.basis[:, : last + 1])
    sums = _Sums(courses, white.transpose(0, 2, 1) @ white, series.usual_pain)
    entries = (~np.isnan(pain)).sum(axis=1).astype(np.float32)
    score = sums.log_likelihood(slice(None), entries) + courses.log_prior
    score = score + _Evidence(series, rows, courses, function_weight).until(last)
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    level = sums.course_pain / sums.course_course
    left = np.maximum(sums.pain_pain[:, None] - level * sums.course_pain, 1e-3)
    scatter = (left + SCATTER_WEIGHT * SCATTER**2) / (entries + SCATTER_WEIGHT)[:, None]
    end = courses.curves[:, -1]
    spread = np.sqrt(scatter / sums.course_course)
    return Endings(weight / weight.sum(axis=1, keepdims=True), level * end, spread * end)


class _Scan:
    """One chunk of trials, read once from the first day to the last."""

    def __init__(self, series: TrialSeries, rows: Ints, asked: Bools, weight: float) -> None:
        self.series, self.rows, self.function_weight = series, rows, weight
        self.library = library(series.window_days)
        self.days = int(np.flatnonzero(asked.any(axis=0))[-1]) + 1
        self.asked = asked[:, : self.days]
        pain = series.pain[rows, : self.days].astype(np.float32)
        self.white = whiten(pain, self.library.basis[:, : self.days])
        self.entries = np.cumsum(~np.isnan(pain), axis=1, dtype=np.float32)

    def fill(self, answer: Signals) -> None:
        gram = np.zeros((len(self.rows), *[self.white.shape[2]] * 2), np.float32)
        for start in range(0, self.days, BLOCK):
            block = range(start, min(start + BLOCK, self.days))
            asked = np.flatnonzero(self.asked[:, start : block.stop].any(axis=1))
            if asked.size:
                self._fill_block(answer, _at_least(asked), gram, block)
            white = self.white[:, start : block.stop]
            gram += white.transpose(0, 2, 1) @ white

    def _fill_block(self, answer: Signals, some: Ints, gram: Floats, block: range) -> None:
        rows = self.rows[some]
        sums = _Sums(self.library, gram[some], self.series.usual_pain[rows])
        evidence = _Evidence(self.series, rows, self.library, self.function_weight)
        for day in block:
            sums.add(self.white[some, day])
            asked = np.flatnonzero(self.asked[some, day])
            if asked.size == 0:
                continue
            picked = slice(None) if asked.size == some.size else asked
            score = sums.log_likelihood(picked, self.entries[some[picked], day])
            score += self.library.log_prior
            score += evidence.until(day)[picked]
            _answer(answer, rows[picked], day, self.library, score)


def _at_least(rows: Ints) -> Ints:
    return np.resize(rows, max(rows.size, LEAST_ROWS))


class _Sums:
    """Running sums of one regression per trial and course: scores on course, without a constant."""

    def __init__(self, courses: Library, gram: Floats, usual: Floats) -> None:
        rank = len(courses.basis)
        asked = ~np.isnan(usual)
        mean = np.where(asked, usual, UNKNOWN_BASELINE[0]).astype(np.float32)
        spread = np.where(asked, BASELINE_SD, UNKNOWN_BASELINE[1])
        weight = ((SCATTER / spread) ** 2).astype(np.float32)
        upper = np.triu_indices(rank)
        self.mix = courses.mix
        self.course_course = gram[:, *upper] @ courses.mix_squares + weight[:, None]
        self.course_pain = gram[:, :rank, rank] @ courses.mix + (weight * mean)[:, None]
        self.pain_pain = gram[:, rank, rank] + weight * mean * mean

    def add(self, white: Floats) -> None:
        """One more day, (N, r + 1) whitened."""
        curves, pain = white[:, :-1] @ self.mix, white[:, -1]
        self.course_pain += curves * pain[:, None]
        self.course_course += np.square(curves, out=curves)
        self.pain_pain += pain * pain

    def log_likelihood(self, rows: Ints | slice, entries: Floats) -> Floats:
        weight = self.course_course[rows]
        scatter = np.square(self.course_pain[rows])
        scatter /= weight
        np.subtract(self.pain_pain[rows, None], scatter, out=scatter)
        np.maximum(scatter, np.float32(1e-3), out=scatter)
        scatter += np.float32(SCATTER_WEIGHT * SCATTER**2)
        np.log(scatter, out=scatter)
        scatter *= (-0.5 * (entries + np.float32(SCATTER_WEIGHT)))[:, None]
        scatter -= np.float32(0.5) * np.log(weight)
        return scatter


class _Evidence:
    """What the function scores say about each course, worked out anew when a form comes in."""

    def __init__(self, series: TrialSeries, rows: Ints, courses: Library, weight: float) -> None:
        self.courses, self.weight = courses.curves, np.float32(weight)
        self.function = None if series.function is None else series.function[rows]
        self.days = _form_days(series)
        self.forms = -1
        self.found = np.zeros((len(rows), 1), np.float32)

    def until(self, day: int) -> Floats:
        """(N, K) from the forms of `day` and before."""
        forms = int(np.searchsorted(self.days, day, side="right"))
        if self.function is not None and forms != self.forms:
            self.forms = forms
            courses = self.courses[:, self.days[:forms]]
            self.found = self.weight * functions.course_evidence(self.function[:, :forms], courses)
        return self.found


def _form_days(series: TrialSeries) -> Ints:
    days = np.zeros(0, int) if series.function_days is None else series.function_days
    return days[days < series.window_days]


def _answer(answer: Signals, rows: Ints, day: int, courses: Library, score: Floats) -> None:
    score -= score.max(axis=1, keepdims=True)
    weight = np.exp(score, out=score)
    total = weight.sum(axis=1)
    failing = weight[:, courses.failing]
    stalled = failing * _standing_still(courses, day)
    answer.stall[rows, day] = _logit(stalled, total)
    answer.fail[rows, day] = _logit(failing, total)
    answer.worse[rows, day] = _logit(weight[:, courses.worsening], total)


def _standing_still(courses: Library, day: int) -> Floats:
    """(failing courses,) how much each counts as standing still on this day: 0, 0.5 or 1."""
    days = courses.curves.shape[1]
    soon = courses.stalled[courses.failing, min(days - 1, day + LOOK_AHEAD)]
    long = courses.stalled[courses.failing, max(0, day - int(STOOD_STILL * days))]
    return 0.5 * (soon.astype(np.float32) + long)


def _logit(weight: Floats, total: Floats) -> Floats:
    """Log-odds of some of the courses; clipped, for float32 sums know no more than that."""
    share = np.clip(weight.sum(axis=1) / total, 1e-4, 1 - 1e-4)
    odds: Floats = np.log(share / (1 - share))
    return odds
