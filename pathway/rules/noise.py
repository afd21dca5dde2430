"""How one person's daily scores scatter around their course.

Total variance is about 1; each person's own scale is integrated out later. The parts: a fast
AR(1), a slow AR(1) (good and bad fortnights), white noise including the rounding to whole numbers,
and extra variance in the first days, because people tend to start care during a flare.
The values rest on published diary studies (Page 2022, Harris 2005, Affleck 1991).
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Bools, Floats

DECAY = np.array([0.45, np.exp(-1 / 16)], np.float32)  # fast and slow, per day
SHARE = np.array([0.70, 0.30], np.float32)
FRESH = SHARE * (1 - DECAY**2)
WHITE = 0.12
INTAKE_VARIANCE, INTAKE_DAYS = 1.5, 6.0


def whiten(pain: Floats, basis: Floats) -> Floats:
    """(N, T, r + 1) what each day says that the days before did not, in units of its own scatter.

    A Kalman filter with a fast and a slow state, run over the r basis curves (r, T) and, as the
    last column, over the scores (N, T). Days without an entry are 0. It is linear, and its gains
    depend only on which days are missing.
    """
    trials, days = pain.shape
    gains, scales = _gains(~np.isnan(pain))
    observed = np.empty((trials, len(basis) + 1), np.float32)
    expected = np.zeros_like(observed)
    states = np.zeros((2, *observed.shape), np.float32)
    decay = DECAY[:, None, None]
    scores = np.nan_to_num(pain)
    white = np.empty((trials, days, observed.shape[1]), np.float32)
    for day in range(days):
        observed[:, :-1] = basis[:, day]
        observed[:, -1] = scores[:, day]
        observed -= expected
        np.multiply(observed, scales[day][:, None], out=white[:, day])
        states *= decay
        states += observed * gains[day][:, :, None]
        np.add(states[0], states[1], out=expected)
    return white


def _gains(logged: Bools) -> tuple[Floats, Floats]:
    """How far an entry moves tomorrow's two states (T, 2, N), and 1 / its own scatter (T, N)."""
    trials, days = logged.shape
    present = logged.T.astype(np.float32)
    gains = np.empty((days, 2, trials), np.float32)
    scales = np.empty((days, trials), np.float32)
    state = _Variance.at_start(trials)
    for day in range(days):
        white = np.float32(WHITE + INTAKE_VARIANCE * np.exp(-day / INTAKE_DAYS))
        scales[day], gains[day] = state.observe(present[day], white)
        state.next_day()
    return gains, scales


@dataclass(slots=True)
class _Variance:
    """What is not known about the two states, per trial (N,)."""

    fast: Floats
    both: Floats
    slow: Floats

    @classmethod
    def at_start(cls, trials: int) -> "_Variance":
        ones = np.ones(trials, np.float32)
        return cls(SHARE[0] * ones, 0 * ones, SHARE[1] * ones)

    def observe(self, present: Floats, white: np.float32) -> tuple[Floats, Floats]:
        to_fast, to_slow = self.fast + self.both, self.both + self.slow
        scale = present / np.sqrt(to_fast + to_slow + white)
        weight = scale * scale
        gain_fast, gain_slow = to_fast * weight, to_slow * weight
        self.fast -= gain_fast * to_fast
        self.both -= gain_fast * to_slow
        self.slow -= gain_slow * to_slow
        return scale, np.stack([gain_fast * DECAY[0], gain_slow * DECAY[1]])

    def next_day(self) -> None:
        self.fast *= DECAY[0] ** 2
        self.fast += FRESH[0]
        self.both *= DECAY[0] * DECAY[1]
        self.slow *= DECAY[1] ** 2
        self.slow += FRESH[1]
