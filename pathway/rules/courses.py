"""The library of courses: how pain may go from here, as a share of where it began.

Two fifths of the prior mass lie on shapes that have a name (quick, gradual, steady or late
recovery; a small early gain; flat; just short of the target; worse). The rest is shape-free: the
whole change is cut into pieces of about twelve days, spread by a Dirichlet law, so that improvement
may come in lumps; half of those that reach the target stand still outright for two to four weeks
and go on at another pace. That part keeps the rule honest about shapes nobody thought of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pathway.rules.series import Bools, Floats

SEED = 7
SHAPE_FREE = 0.6
REACHING, PAUSING = 0.55, 0.5
NAMED_SIZE = 4
LUMPS_REACHING, PAUSES_REACHING, LUMPS_MISSING = 80, 60, 60
LUMP_DAYS, LUMP_ALPHA, LUMP_FRONT = 12.0, 0.8, 0.5
STALLED_SHARE = 0.08  # under half a point at a baseline of 6 is still to come
TARGET_SHARE = 0.30
WORSE_SHARE = -0.10
# Shapes; what they leave out of a course is 0.0008 of the baseline, nowhere over 0.015.
RANK, LONG_RANK, LONG_WINDOW = 15, 24, 183

Family = tuple[float, Floats]


@dataclass(frozen=True, slots=True)
class Library:
    """K courses over T days, with what each of them would mean if it were true.

    curves      (K, T) float32  pain as a share of the baseline
    log_prior   (K,)   float32
    failing                     the courses that end less than 30 % below the baseline
    worsening                   those that end 10 % or more above it
    stalled     (K, T)          from this day on, nothing worth noticing is still to come

    The courses are smooth, so r shapes span them: curves = mix.T @ basis. Sums over the days are
    taken of the shapes and then mixed, which is many times less work.

    basis       (r, T)
    mix         (r, K)
    mix_squares (r (r + 1) / 2, K)  turns the products of the shapes into those of the courses
    """

    curves: Floats
    log_prior: Floats
    failing: slice
    worsening: slice
    stalled: Bools
    basis: Floats
    mix: Floats
    mix_squares: Floats


@lru_cache(maxsize=64)
def library(days: int) -> Library:
    """The courses for a window of `days` (at least 2); the same ones each time."""
    families = list(_families(days))
    drawn = np.concatenate([np.clip(c, 0, 2) for _, c in families])
    weights = np.concatenate([np.full(len(c), mass / len(c)) for mass, c in families])
    order = np.argsort(drawn[:, -1], kind="stable")  # worsening last, before them the other failing
    drawn, weights = drawn[order], weights[order]
    basis, mix = _span(drawn)
    return Library(
        curves=drawn.astype(np.float32),
        log_prior=np.log(weights / weights.sum()).astype(np.float32),
        failing=_ending_at_least(drawn, 1 - TARGET_SHARE),
        worsening=_ending_at_least(drawn, 1 - WORSE_SHARE),
        stalled=_stalled(drawn),
        basis=basis.astype(np.float32),
        mix=mix.astype(np.float32),
        mix_squares=_squares(mix).astype(np.float32),
    )


def _ending_at_least(curves: Floats, share: float) -> slice:
    return slice(int((curves[:, -1] < share).sum()), len(curves))


def _span(curves: Floats) -> tuple[Floats, Floats]:
    """The few shapes that the courses are made of, and how much of each."""
    left, size, right = np.linalg.svd(curves, full_matrices=False)
    rank = RANK if curves.shape[1] < LONG_WINDOW else LONG_RANK
    return right[:rank], (left[:, :rank] * size[:rank]).T


def _squares(mix: Floats) -> Floats:
    first, second = np.triu_indices(len(mix))
    twice = np.where(first == second, 1, 2)[:, None]
    return np.asarray(twice * mix[first] * mix[second])


def _stalled(curves: Floats) -> Bools:
    lowest_ahead = np.minimum.accumulate(curves[:, ::-1], axis=1)[:, ::-1]
    quiet = curves - lowest_ahead < STALLED_SHARE
    stays: Bools = np.minimum.accumulate(quiet[:, ::-1], axis=1)[:, ::-1]
    return stays


def _families(days: int) -> Iterator[Family]:
    """(prior mass, courses) of each family; the order of the draws is part of the version."""
    draw = _Draw(days)
    named = 1 - SHAPE_FREE
    for mass, make in _NAMED:
        yield mass * named, make(draw)
    reaching = REACHING * SHAPE_FREE
    yield reaching * (1 - PAUSING), _lumps(draw, LUMPS_REACHING, 0.33, 0.95)
    yield reaching * PAUSING, _pauses(draw, PAUSES_REACHING, 0.33, 0.85)
    yield (1 - REACHING) * SHAPE_FREE, _lumps(draw, LUMPS_MISSING, -0.05, 0.29)


class _Draw:
    """Stratified uniform draws for one window, on the time scale of a 12-week one."""

    def __init__(self, days: int) -> None:
        self.rng = np.random.default_rng(SEED)
        self.last = days - 1
        self.day = np.arange(days)[None, :]
        self.scale = days / 84.0
        self.root = self.scale**0.5

    def uniform(self, low: float, high: float, size: int = NAMED_SIZE) -> Floats:
        place = (self.rng.permutation(size) + self.rng.random(size)) / size
        column: Floats = (place * (high - low) + low)[:, None]
        return column

    def decay(self, pace: Floats) -> Floats:
        """From 1 at the start towards 0, a third of it left after `pace` days."""
        return np.asarray(np.exp(-self.day / pace))

    def ramp(self, end: Floats) -> Floats:
        """Straight from 0 at the start to 1 on day `end`."""
        return np.asarray(np.minimum(self.day / end, 1))


def _quick_recovery(draw: _Draw) -> Floats:
    pace = np.exp(draw.uniform(np.log(6 * draw.root), np.log(16 * draw.root)))
    rest = draw.uniform(0.0, 0.3)
    return rest + (1 - rest) * draw.decay(pace)


def _gradual_recovery(draw: _Draw) -> Floats:
    pace = draw.uniform(14 * draw.scale, 38 * draw.scale, 2 * NAMED_SIZE)
    depth = draw.uniform(0.40, 1.0, 2 * NAMED_SIZE)
    return 1 - depth * (1 - draw.decay(pace))


def _steady(draw: _Draw) -> Floats:
    depth = draw.uniform(0.33, 0.70)
    end = draw.uniform(0.6, 1.0) * draw.last
    return 1 - depth * draw.ramp(end)


def _late_start(draw: _Draw) -> Floats:
    start = draw.uniform(7, 10 + 26 * draw.scale, 2 * NAMED_SIZE)
    width = draw.uniform(2.5 * draw.root, 8 * draw.root, 2 * NAMED_SIZE)
    depth = draw.uniform(0.36, 0.85, 2 * NAMED_SIZE)
    middle = start + 3 * width
    rise: Floats = 1 / (1 + np.exp(-(draw.day - middle) / width))
    at_start = 1 / (1 + np.exp(middle / width))
    return 1 - depth * (rise - at_start) / (1 - at_start)


def _small_gain(draw: _Draw) -> Floats:
    depth = draw.uniform(0.08, 0.25, 2 * NAMED_SIZE)
    pace = draw.uniform(4 * draw.scale, 16 * draw.scale, 2 * NAMED_SIZE)
    return 1 - depth * (1 - draw.decay(pace))


def _small_steady_gain(draw: _Draw) -> Floats:
    depth = draw.uniform(0.08, 0.25)
    end = draw.uniform(12 * draw.scale, 46 * draw.scale)
    return 1 - depth * draw.ramp(end)


def _flat(draw: _Draw) -> Floats:
    return 1 + draw.uniform(-0.06, 0.06) * draw.day / draw.last


def _just_short(draw: _Draw) -> Floats:
    depth = draw.uniform(0.26, 0.32)
    pace = draw.uniform(10 * draw.scale, 40 * draw.scale)
    whole: Floats = 1 - np.exp(-draw.last / pace)
    return 1 - depth * (1 - draw.decay(pace)) / whole


def _worsening(draw: _Draw) -> Floats:
    return 1 + draw.uniform(0.10, 0.55) * draw.day / draw.last


_NAMED = (
    (0.10, _quick_recovery),
    (0.20, _gradual_recovery),
    (0.12, _steady),
    (0.10, _late_start),
    (0.12, _small_gain),
    (0.08, _small_steady_gain),
    (0.16, _flat),
    (0.06, _just_short),
    (0.06, _worsening),
)


def _lumps(draw: _Draw, size: int, low: float, high: float) -> Floats:
    """Courses whose change comes in pieces, a little more of it early than late."""
    pieces = max(4, round((draw.last + 1) / (LUMP_DAYS * draw.root)))
    pull = LUMP_ALPHA * np.exp(-LUMP_FRONT * np.arange(pieces) / pieces)
    share = draw.rng.gamma(np.broadcast_to(pull, (size, pieces)))
    share /= share.sum(axis=1, keepdims=True)
    done = np.concatenate([np.zeros((size, 1)), np.cumsum(share, axis=1)], axis=1)
    knots = np.linspace(0, draw.last, pieces + 1)
    depth = draw.uniform(low, high, size)
    course: Floats = np.stack([np.interp(draw.day[0], knots, row) for row in done])
    return 1 - depth * course


def _pauses(draw: _Draw, size: int, low: float, high: float) -> Floats:
    """Courses that stand still for weeks and then go on at another pace."""
    days = draw.last + 1
    start = draw.uniform(0.08 * days, 0.5 * days, size)
    wanted = draw.uniform(14 * draw.root, 30 * draw.root, size)
    length = np.minimum(wanted, 0.8 * days - start)
    pace_before = np.exp(draw.uniform(-0.7, 0.7, size))
    gone = np.minimum(draw.day, start) * pace_before + np.maximum(draw.day - start - length, 0)
    course: Floats = gone / gone[:, -1:]
    return 1 - draw.uniform(low, high, size) * course
