"""Plateau rules as people usually write them, to compare with the library of courses.

Each gives a statistic (N, T): larger is more evidence that improvement has stopped short of the
target. Day t reads nothing after day t.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pathway.rules.baseline import baseline
from pathway.rules.series import Floats, TrialSeries
from pathway.rules.thresholds import DEFAULT_RULES
from pathway.rules.windows import rolling

Statistic = Callable[[TrialSeries], Floats]
KEPT = 1 - DEFAULT_RULES.better_share


def _start(series: TrialSeries) -> Floats:
    return baseline(series, DEFAULT_RULES)[:, None]


def level(series: TrialSeries) -> Floats:
    """The last fortnight's mean as a share of the baseline."""
    return rolling(series.pain, 14)[1] / _start(series)


def change(series: TrialSeries) -> Floats:
    """The last fortnight's mean minus that of the fortnight before, points."""
    mean = rolling(series.pain, 14)[1]
    before = np.full_like(mean, np.nan)
    before[:, 14:] = mean[:, :-14]
    return mean - before


@dataclass(frozen=True)
class Line:
    """A straight line through the last days of each day; time counts back from today."""

    count: Floats
    mean_time: Floats
    mean: Floats
    slope: Floats
    time_squares: Floats
    residual: Floats


def line(pain: Floats, days: int) -> Line:
    logged = ~np.isnan(pain)
    score = np.where(logged, pain, 0.0)
    day = np.arange(pain.shape[1], dtype=float)[None, :]
    columns = (logged * 1.0, score, score**2, logged * day, logged * day**2, score * day)
    n, y, yy, t, tt, ty = (_trailing(column, days) for column in columns)
    x, xx, xy = t - n * day, tt - 2 * day * t + n * day**2, ty - day * y
    with np.errstate(invalid="ignore", divide="ignore"):
        time_squares = xx - x * x / n
        cross = xy - x * y / n
        slope = cross / time_squares
        residual = np.maximum(yy - y * y / n - slope * cross, 1e-9)
        return Line(n, x / n, y / n, slope, time_squares, residual)


def _trailing(values: Floats, days: int) -> Floats:
    total = np.cumsum(values, axis=1)
    total[:, days:] -= total[:, :-days].copy()
    return total


def slope_t(series: TrialSeries) -> Floats:
    """The t value of a six-week slope; -1.96 and below is a significant improvement."""
    fit = line(series.pain, 42)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(fit.residual / (fit.count - 2) / fit.time_squares)
        return np.where(fit.count >= 8, fit.slope / error, np.nan)


def projection(days: int, correlation: float = 0.45, slope_sd: float | None = None) -> Statistic:
    """A line carried on to the trial's end: its distance from the target in standard errors.

    slope_sd (points per day) shrinks the slope towards none: the Bayesian linear rule.
    """

    def statistic(series: TrialSeries) -> Floats:
        fit, length = line(series.pain, days), series.days
        left = (length - 1 - np.arange(length))[None, :]
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = (fit.residual + 8 * 1.2) / (fit.count + 6)
            filled = fit.count / np.minimum(days, np.arange(1, length + 1))
            near = correlation ** (1 / np.maximum(filled, 0.1))
            variance = variance * (1 + near) / (1 - near)
            of_slope, slope = variance / fit.time_squares, fit.slope
            if slope_sd is not None:
                trust = slope_sd**2 / (slope_sd**2 + of_slope)
                of_slope, slope = of_slope * trust, slope * trust
            ahead = left - fit.mean_time
            error = np.sqrt(variance / fit.count + of_slope * ahead**2)
            end = fit.mean + slope * ahead
            return np.where(fit.count >= 8, (end - KEPT * _start(series)) / error, np.nan)

    return statistic


def cusum(series: TrialSeries) -> Floats:
    """Scores above a course that would just reach the target, added up, never below zero."""
    start, length = _start(series), series.days
    pace = length / 3.0
    day = np.arange(length)
    done = (1 - np.exp(-day / pace)) / (1 - np.exp(-(length - 1) / pace))
    above = np.nan_to_num((series.pain - start * (1 - 0.3 * done)) / 1.2 - 0.5)
    above[np.isnan(series.pain)] = 0
    total, out = np.zeros(series.trials), np.zeros(series.pain.shape)
    for column in range(length):
        total = np.maximum(0, total + above[:, column])
        out[:, column] = total
    return out


def weekly_medians(pain: Floats, weeks: int) -> Floats:
    """(N, T, weeks) medians of the weeks that end today, oldest first; NaN with under 2 entries."""
    lead = np.full((len(pain), 7 * weeks), np.nan)
    week = np.lib.stride_tricks.sliding_window_view(np.concatenate([lead, pain], axis=1), 7, axis=1)
    ordered = np.sort(week, axis=2)
    count = (~np.isnan(week)).sum(axis=2)[:, :, None]
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=2)
    high = np.take_along_axis(ordered, np.minimum(count // 2, 6), axis=2)
    median = np.where(count >= 2, 0.5 * (low + high), np.nan)[:, :, 0]
    ends = np.arange(pain.shape[1]) + 7 * weeks - 6
    return np.stack([median[:, ends - 7 * back] for back in range(weeks - 1, -1, -1)], axis=2)


def theil_sen(series: TrialSeries) -> Floats:
    """Seven weekly medians: even the hopeful end of the slope's 95 % interval misses the target."""
    medians = weekly_medians(series.pain, 7)
    early, late = np.triu_indices(7, 1)
    slopes = np.sort((medians[:, :, late] - medians[:, :, early]) / (late - early), axis=2)
    pairs, weeks = (~np.isnan(slopes)).sum(axis=2), (~np.isnan(medians)).sum(axis=2)
    reach = 1.6448536269514722 * np.sqrt(weeks * (weeks - 1) * (2 * weeks + 5) / 18)
    hopeful = _pick(slopes, np.clip(np.floor((pairs - reach) / 2), 0, None).astype(int))
    middle = 0.5 * (_pick(slopes, (pairs - 1) // 2) + _pick(slopes, pairs // 2))
    today = np.sort(medians + middle[:, :, None] * np.arange(7)[::-1], axis=2)
    now = 0.5 * (_pick(today, (weeks - 1) // 2) + _pick(today, weeks // 2))
    left = (series.days - 1 - np.arange(series.days)) / 7
    end = now + np.minimum(hopeful, 0) * left - KEPT * _start(series)
    return np.where((weeks >= 4) & (pairs >= 6), end, np.nan)


def _pick(ordered: Floats, place: Floats) -> Floats:
    place = np.clip(place, 0, ordered.shape[2] - 1)
    return np.take_along_axis(ordered, place[:, :, None], axis=2)[:, :, 0]


def boundary(mean: Floats, sd: Floats) -> Statistic:
    """Distance from what people who respond show on the same day (`mean`, `sd`; OQ-style)."""

    def statistic(series: TrialSeries) -> Floats:
        return (level(series) - mean) / sd

    return statistic


def kalman(series: TrialSeries) -> Floats:
    """A level with a damped slope and autocorrelated noise, projected to the trial's end."""
    start, length = baseline(series, DEFAULT_RULES), series.days
    damp, fast, noise = 0.985, 0.45, 0.94
    step = np.array([[1, 1, 0], [0, damp, 0], [0, 0, fast]])
    fresh = np.diag([0.03**2, 0.0085**2, noise * (1 - fast**2)])
    state = np.stack([start, 0 * start, 0 * start], axis=1)
    spread = np.broadcast_to(np.diag([1.0, 0.02**2, noise]), (series.trials, 3, 3)).copy()
    seen = np.array([1.0, 0.0, 1.0])
    ahead = _projections(step[:2, :2], fresh[:2, :2], length)
    out = np.empty(series.pain.shape)
    for day in range(length):
        if day:
            state, spread = state @ step.T, step @ spread @ step.T + fresh
        logged = ~np.isnan(series.pain[:, day])
        of_state = spread @ seen
        gain = of_state / (of_state @ seen + 0.15)[:, None] * logged[:, None]
        state = state + gain * (np.nan_to_num(series.pain[:, day]) - state @ seen)[:, None]
        spread = spread - gain[:, :, None] * of_state[:, None, :]
        row, extra = ahead[length - 1 - day]
        error = np.sqrt(np.einsum("i,nij,j->n", row, spread[:, :2, :2], row) + extra)
        out[:, day] = (state[:, :2] @ row - KEPT * start) / error
    return out


def _projections(step: Floats, fresh: Floats, days: int) -> list[tuple[Floats, float]]:
    """For 0, 1, 2 ... days ahead: how level and slope give the level, and the variance added."""
    power, added, out = np.eye(2), np.zeros((2, 2)), []
    for _ in range(days):
        out.append((power[0], float(added[0, 0])))
        power, added = step @ power, step @ added @ step.T + fresh
    return out
