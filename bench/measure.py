"""How good a plateau flag is, looked at every day of the trial.

false flags   of 100 people who respond, how many are ever flagged
sensitivity   of 100 true plateaus, how many are flagged, not more than a week before they begin
delay         weeks from the plateau's begin to its flag, the median of those found
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Bools, Floats, Ints
from pathway.simulation import Cohort, Course

MIX = {
    Course.RAPID_RECOVERY: 0.10,
    Course.RECOVERY: 0.15,
    Course.SLOW_IMPROVER: 0.125,
    Course.DELAYED_RESPONDER: 0.0625,
    Course.FLUCTUATING_RESPONDER: 0.0625,
    Course.FLAT: 0.20,
    Course.EARLY_THEN_FLAT: 0.20,
    Course.FLUCTUATING_FLAT: 0.10,
}
STRESS_MIX = {
    Course.STAIRCASE_RESPONDER: 1 / 6,
    Course.PAUSE_RESPONDER: 1 / 6,
    Course.RANDOM_PACE_RESPONDER: 1 / 6,
    Course.STEP_PLATEAU: 1 / 4,
    Course.WANDERING_PLATEAU: 1 / 4,
}
QUIET_END = 8  # a flag in the last days changes nothing: the window's end is a review anyway
RESAMPLES = 200


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:5.1f} ({self.low:.1f}-{self.high:.1f})"


@dataclass(frozen=True)
class Quality:
    false_flags: Estimate
    sensitivity: Estimate
    delay_weeks: Estimate

    def __str__(self) -> str:
        return f"{self.false_flags} | {self.sensitivity} | {self.delay_weeks}"


def first_day(flags: Bools) -> Ints:
    """(N,) the first flagged day that could still help; -1 for never."""
    useful = flags[:, : flags.shape[1] - QUIET_END + 1]
    return np.where(useful.any(axis=1), useful.argmax(axis=1), -1)


def weights(people: Cohort, mix: dict[Course, float]) -> Floats:
    """(N,) so that the kinds of course count as in `mix`, whatever number was drawn of each."""
    weight = np.zeros(len(people))
    for course, share in mix.items():
        rows = people.course == course
        weight[rows] = share / max(rows.sum(), 1)
    return weight


def quality(
    people: Cohort, first: Ints, mix: dict[Course, float] = MIX, resamples: int = RESAMPLES
) -> Quality:
    """Without `resamples` there are no intervals."""
    weight, found = weights(people, mix), _found(people, first)
    weeks = np.maximum(first - people.onset, 0) / 7
    responds, plateaus = people.responds & (weight > 0), people.plateaus & (weight > 0)
    detected = plateaus & found
    return Quality(
        share(first >= 0, weight, responds, resamples),
        share(found, weight, plateaus, resamples),
        _resampled(weeks[detected], weight[detected], weighted_median, resamples),
    )


def _found(people: Cohort, first: Ints) -> Bools:
    return (first >= 0) & (first >= people.onset - 7)


def share(true_of: Bools, weight: Floats, among: Bools, resamples: int = RESAMPLES) -> Estimate:
    """Of 100 people `among` all, how many it is true of."""
    return _resampled(100.0 * true_of[among], weight[among], _weighted_mean, resamples)


def median(values: Floats) -> Estimate:
    return _resampled(values, np.ones(len(values)), weighted_median)


def _weighted_mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / weight.sum())


def weighted_median(values: Floats, weight: Floats) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _resampled(values: Floats, weight: Floats, figure, resamples: int = RESAMPLES) -> Estimate:
    """Bootstrap over people; the same answer each time."""
    if len(values) == 0:
        return Estimate(np.nan, np.nan, np.nan)
    if not resamples:
        return Estimate(figure(values, weight), np.nan, np.nan)
    rng = np.random.default_rng(0)
    picks = (rng.integers(0, len(values), len(values)) for _ in range(resamples))
    again = [figure(values[pick], weight[pick]) for pick in picks]
    return Estimate(figure(values, weight), *np.quantile(again, [0.025, 0.975]))
