"""How one person's daily scores scatter around their course.

Total variance is about 1; each person's own scale is integrated out later. The parts: a fast
AR(1), a slow AR(1) (good and bad fortnights), white noise including the rounding to whole numbers,
and extra variance in the first days, because people tend to start care during a flare.
The values rest on published diary studies (Page 2022, Harris 2005, Affleck 1991).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Bools, Floats

FAST_DECAY, SLOW_DECAY = 0.45, float(np.exp(-1 / 16))
SLOW_SHARE, WHITE = 0.30, 0.12
INTAKE_VARIANCE, INTAKE_DAYS = 1.5, 6.0


@dataclass(frozen=True, slots=True)
class Innovation:
    """What day `day` adds that the days before it did not already say."""

    day: int
    logged: Bools  # (N,)
    precision: Floats  # (N,), 0 where nothing was logged
    pain: Floats  # (N,)
    curves: Floats  # (N, K)


def innovations(pain: Floats, curves: Floats) -> Iterator[Innovation]:
    """Whiten the scores (N, T) and every course (K, T) day by day, a Kalman filter of two states."""
    decay = np.array([FAST_DECAY, SLOW_DECAY], np.float32)
    share = np.array([1 - SLOW_SHARE, SLOW_SHARE], np.float32)
    fresh = share * (1 - decay**2)
    trials, shape = len(pain), (len(pain), len(curves))
    variance = [np.full(trials, share[0]), np.zeros(trials, np.float32), np.full(trials, share[1])]
    of_pain = [np.zeros(trials, np.float32) for _ in range(2)]
    of_curves = [np.zeros(shape, np.float32) for _ in range(2)]
    for day in range(pain.shape[1]):
        logged = ~np.isnan(pain[:, day])
        if day:
            variance[0] = variance[0] * decay[0] ** 2 + fresh[0]
            variance[1] = variance[1] * decay[0] * decay[1]
            variance[2] = variance[2] * decay[1] ** 2 + fresh[1]
        gain, total = _gain(variance, logged, day)
        new_pain = np.nan_to_num(pain[:, day]) - of_pain[0] - of_pain[1]
        new_curves = curves[None, :, day] - of_curves[0] - of_curves[1]
        for state in (0, 1):
            of_pain[state] = (of_pain[state] + gain[state] * new_pain) * decay[state]
            of_curves[state] += gain[state][:, None] * new_curves
            of_curves[state] *= decay[state]
        yield Innovation(day, logged, np.where(logged, 1 / total, 0), new_pain, new_curves)


def _gain(variance: list[Floats], logged: Bools, day: int) -> tuple[list[Floats], Floats]:
    """Update the state's variance in place with a day's entry; how far each state moves."""
    fast, slow = variance[0] + variance[1], variance[1] + variance[2]
    total = fast + slow + np.float32(WHITE + INTAKE_VARIANCE * np.exp(-day / INTAKE_DAYS))
    gain = [np.where(logged, part / total, np.float32(0)) for part in (fast, slow)]
    variance[:] = [
        variance[0] - gain[0] * fast,
        variance[1] - gain[0] * slow,
        variance[2] - gain[1] * slow,
    ]
    return gain, total
