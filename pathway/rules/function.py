"""What function scores add to the pain scores."""

import numpy as np

from pathway.rules.series import Floats, Ints

TRUST = 0.6  # part of the likelihood that is used: function and pain are not independent
ERROR = 7.0
START_MEAN, START_SD = 43.0, 15.0
GAIN_MEAN, GAIN_SD = 30.0, 16.0


def share_of_first(function: Floats, function_days: Ints, days: int) -> Floats:
    """(N, days) the last known function score as a share of the first; 0.7 is 30 % better.

    NaN before the first score, and where the first score is 0 (nothing can be gained).
    """
    unknown = np.full((len(function), 1), np.nan)
    last = np.concatenate([unknown, function], axis=1)
    first = last.copy()
    for column in range(1, last.shape[1]):
        gap, seen = np.isnan(last[:, column]), ~np.isnan(first[:, column - 1])
        last[gap, column] = last[gap, column - 1]
        first[seen, column] = first[seen, column - 1]
    known = np.searchsorted(function_days, np.arange(days), side="right")
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = np.where(first > 0, last / first, np.nan)[:, known]
    return share


def course_evidence(function: Floats, function_days: Ints, curves: Floats) -> Floats:
    """(N, F, K) running log-likelihood of the scores so far under each course, tempered.

    score = start - gain x (1 - course) + error; start and gain have normal priors and are
    integrated out.
    """
    better = curves[:, function_days] - 1
    shape = (len(function), len(curves))
    mean = [np.full(shape, START_MEAN), np.full(shape, GAIN_MEAN)]
    variance = [np.full(shape, START_SD**2), np.zeros(shape), np.full(shape, GAIN_SD**2)]
    so_far = np.zeros(shape)
    out = np.empty((len(function), function_days.size, len(curves)), np.float32)
    for column in range(function_days.size):
        x = better[None, :, column]
        of_start, of_gain = variance[0] + variance[1] * x, variance[1] + variance[2] * x
        total = of_start + of_gain * x + ERROR**2
        answered = ~np.isnan(function[:, column])[:, None]
        surprise = np.nan_to_num(function[:, column])[:, None] - mean[0] - mean[1] * x
        so_far += np.where(answered, -0.5 * surprise**2 / total - 0.5 * np.log(total), 0.0)
        start, gain = (
            np.where(answered, of_start / total, 0),
            np.where(answered, of_gain / total, 0),
        )
        mean = [mean[0] + start * surprise, mean[1] + gain * surprise]
        variance = [
            variance[0] - start * of_start,
            variance[1] - start * of_gain,
            variance[2] - gain * of_gain,
        ]
        out[:, column] = TRUST * so_far
    return out
