"""What function scores add to the pain scores.

A score is start - gain x (1 - course) + error. Start and gain have normal priors and are
integrated out, so each course has a closed form in a few sums.
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Floats, Ints

ERROR = 7.0
START_MEAN, START_VARIANCE = 43.0, 225.0
GAIN_MEAN, GAIN_VARIANCE = 33.0, 300.0
START_WITH_GAIN = 150.0  # covariance: who starts worse has more to gain


def first_and_last(function: Floats, function_days: Ints, days: int) -> tuple[Floats, Floats]:
    """(N, days) the first function score and the last one known on each day; NaN before."""
    unknown = np.full((len(function), 1), np.nan)
    last = np.concatenate([unknown, function], axis=1)
    first = last.copy()
    for column in range(1, last.shape[1]):
        gap, seen = np.isnan(last[:, column]), ~np.isnan(first[:, column - 1])
        last[gap, column] = last[gap, column - 1]
        first[seen, column] = first[seen, column - 1]
    known = np.searchsorted(function_days, np.arange(days), side="right")
    return first[:, known], last[:, known]


def share_of_first(first: Floats, last: Floats) -> Floats:
    """1 is unchanged, 0.7 is 30 % better; NaN where the first is 0, for nothing can be gained."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(first > 0, last / first, np.nan)


def course_evidence(function: Floats, courses: Floats) -> Floats:
    """(N, K) log-likelihood of the scores (N, F) under each course (K, F).

    `courses` are pain as a share of the baseline on the days of the scores.
    """
    answered = ~np.isnan(function)
    present = answered.astype(np.float32)
    above = np.where(answered, function - START_MEAN, 0).astype(np.float32)
    better = (courses.T - 1).astype(np.float32)
    line = _FunctionLine(
        forms=present.sum(axis=1)[:, None],
        change=present @ better,
        change_squares=present @ better**2,
        total=above.sum(axis=1)[:, None],
        product=above @ better,
        squares=(above * above).sum(axis=1)[:, None],
    )
    return line.log_likelihood()


@dataclass(frozen=True, slots=True)
class _FunctionLine:
    """Sums (N, K) of a straight line of scores in the change that a course foresees."""

    forms: Floats
    change: Floats
    change_squares: Floats
    total: Floats
    product: Floats
    squares: Floats

    def log_likelihood(self) -> Floats:
        """With normal start and gain integrated out; in units of a form's error."""
        total, product, squares = self._beyond_mean_gain()
        start, gain = self.forms + _PRIOR[0, 0], self.change_squares + _PRIOR[1, 1]
        together = self.change + _PRIOR[0, 1]
        determinant = start * gain - together**2
        explained = gain * total**2 - 2 * together * total * product + start * product**2
        residual = (squares - explained / determinant) / np.float32(ERROR**2)
        return np.asarray(-0.5 * (residual + np.log(determinant)))

    def _beyond_mean_gain(self) -> tuple[Floats, Floats, Floats]:
        """The scores' sum, product with the change and square, after the usual start and gain."""
        gain = np.float32(GAIN_MEAN)
        return (
            self.total - gain * self.change,
            self.product - gain * self.change_squares,
            self.squares + gain * (gain * self.change_squares - 2 * self.product),
        )


_PRIOR: Floats = (
    ERROR**2 * np.linalg.inv([[START_VARIANCE, START_WITH_GAIN], [START_WITH_GAIN, GAIN_VARIANCE]])
).astype(np.float32)
