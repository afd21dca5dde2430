"""What function scores add to the pain scores.

A score is start - gain x (1 - course) + error. Start and gain have normal priors and are
integrated out, so each course has a closed form in a few sums.
"""

import numpy as np

from pathway.rules.series import Floats, Ints

TRUST = 0.6  # part of the likelihood that is used: function and pain are not independent
ERROR = 7.0
START_MEAN, START_SD = 43.0, 15.0
GAIN_MEAN, GAIN_SD = 30.0, 16.0


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
    """(N, K) log-likelihood of the scores (N, F) under each course (K, F), tempered.

    `courses` are pain as a share of the baseline on the days of the scores.
    """
    answered = ~np.isnan(function)
    present = answered.astype(np.float32)
    above = np.where(answered, function - START_MEAN, 0).astype(np.float32)
    better = (courses.T - 1).astype(np.float32)
    forms = present.sum(axis=1)[:, None]
    change, change2, product = present @ better, present @ better**2, above @ better
    total = above.sum(axis=1)[:, None] - GAIN_MEAN * change
    squares = (above * above).sum(axis=1)[:, None] + GAIN_MEAN * (GAIN_MEAN * change2 - 2 * product)
    return np.asarray(
        TRUST
        * _normal_line(forms, change, change2, (total, product - GAIN_MEAN * change2, squares))
    )


def _normal_line(
    forms: Floats, change: Floats, change2: Floats, left: tuple[Floats, Floats, Floats]
) -> Floats:
    """Log-likelihood of what is `left` (its sum, its product with the change, its square) under
    a straight line in `change` with normal start and gain, in units of the error."""
    total, product, squares = left
    start = forms + np.float32((ERROR / START_SD) ** 2)
    gain = change2 + np.float32((ERROR / GAIN_SD) ** 2)
    determinant = start * gain - change * change
    explained = gain * total**2 - 2 * change * total * product + start * product**2
    residual = (squares - explained / determinant) / np.float32(ERROR**2)
    return np.asarray(-0.5 * (residual + np.log(determinant)))
