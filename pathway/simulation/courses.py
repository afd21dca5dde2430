"""How usual pain really goes: the noise-free course of each kind of person.

The truth comes from these curves alone, by one rule for every kind (`truth`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pathway.simulation.settings import Settings

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Course(StrEnum):
    """The kinds of course; the order is part of every seed."""

    RAPID_RECOVERY = "rapid_recovery"
    RECOVERY = "recovery"
    SLOW_IMPROVER = "slow_improver"
    DELAYED_RESPONDER = "delayed_responder"
    FLUCTUATING_RESPONDER = "fluctuating_responder"
    FLAT = "flat"
    EARLY_THEN_FLAT = "early_then_flat"
    FLUCTUATING_FLAT = "fluctuating_flat"
    WORSENING = "worsening"
    FALL_THEN_RISE = "fall_then_rise"
    PROCEDURE_RELAPSE = "procedure_relapse"
    GREY_PARTIAL = "grey_partial"
    STAIRCASE_RESPONDER = "staircase_responder"
    PAUSE_RESPONDER = "pause_responder"
    RANDOM_PACE_RESPONDER = "random_pace_responder"
    STEP_PLATEAU = "step_plateau"
    WANDERING_PLATEAU = "wandering_plateau"
    TWO_PHASE_RESPONDER = "two_phase_responder"
    CHANGING_LEVELS = "changing_levels"
    WEARS_OFF = "wears_off"
    STEADY_FLARES = "steady_flares"
    RISE_OF_2 = "rise_of_2"
    RISE_OF_3 = "rise_of_3"
    LATE_STARTER = "late_starter"

    @property
    def fluctuates(self) -> bool:
        return self in {Course.FLUCTUATING_RESPONDER, Course.FLUCTUATING_FLAT}


RESPONDERS = (
    Course.RAPID_RECOVERY,
    Course.RECOVERY,
    Course.SLOW_IMPROVER,
    Course.DELAYED_RESPONDER,
    Course.FLUCTUATING_RESPONDER,
)
PLATEAUS = (Course.FLAT, Course.EARLY_THEN_FLAT, Course.FLUCTUATING_FLAT)
OTHERS = (
    Course.WORSENING,
    Course.FALL_THEN_RISE,
    Course.PROCEDURE_RELAPSE,
    Course.GREY_PARTIAL,
)
STRESS_RESPONDERS = (
    Course.STAIRCASE_RESPONDER,
    Course.PAUSE_RESPONDER,
    Course.RANDOM_PACE_RESPONDER,
)
STRESS_PLATEAUS = (Course.STEP_PLATEAU, Course.WANDERING_PLATEAU)
RISES = (Course.RISE_OF_2, Course.RISE_OF_3)
KINDS = (
    Course.LATE_STARTER,
    Course.TWO_PHASE_RESPONDER,
    Course.CHANGING_LEVELS,
    Course.WEARS_OFF,
    Course.STEADY_FLARES,
    *RISES,
)


@dataclass(frozen=True, slots=True)
class People:
    """Draws for a number of people. `scale`: longer trials move more slowly."""

    rng: np.random.Generator
    start: Floats  # (N, 1) usual pain on day 0
    days: int

    @property
    def scale(self) -> float:
        return self.days / 84

    @property
    def day(self) -> Floats:
        return np.arange(self.days, dtype=np.float64)[None, :]

    def uniform(self, low: float, high: float) -> Floats:
        return self.rng.uniform(low, high, len(self.start))[:, None]

    def decay(self, pace: Floats | float) -> Floats:
        return np.asarray(np.exp(-self.day / pace))

    def ramp(self, end: Floats) -> Floats:
        return np.asarray(np.minimum(self.day / end, 1.0))


def usual_pain(course: Course, people: int, settings: Settings, rng: np.random.Generator) -> Floats:
    """(people, days) the noise-free course, 0-10."""
    start = _starts(people, settings, rng)[:, None]
    return np.clip(_SHAPES[course](People(rng, start, settings.days)), 0.0, 10.0)


def truth(usual: Floats) -> tuple[Bools, Bools, Ints]:
    """Who responds (a third lower at the end), who does not (at most a quarter), and since when.

    The onset of a plateau is the first day after which less than half a point is still to come;
    -1 for those who are no plateau.
    """
    lower = 1 - usual[:, -1] / usual[:, 0]
    to_come = usual - np.minimum.accumulate(usual[:, ::-1], axis=1)[:, ::-1]
    stays = np.minimum.accumulate((to_come < 0.5)[:, ::-1], axis=1)[:, ::-1]
    plateau = lower <= 0.25
    return lower >= 0.33, plateau, np.where(plateau, stays.argmax(axis=1), -1)


def _starts(people: int, settings: Settings, rng: np.random.Generator) -> Floats:
    """A normal distribution cut at both ends, by drawing again."""
    low, high = settings.baseline_range
    start = rng.normal(settings.baseline_mean, settings.baseline_sd, people)
    while (outside := (start < low) | (start > high)).any():
        start[outside] = rng.normal(
            settings.baseline_mean, settings.baseline_sd, int(outside.sum())
        )
    return start


def _rapid_recovery(p: People) -> Floats:
    pace = p.rng.lognormal(np.log(9 * p.scale**0.5), 0.3, len(p.start))[:, None]
    rest = p.uniform(0.0, 1.5)
    return rest + (p.start - rest) * p.decay(pace)


def _recovery(p: People) -> Floats:
    pace = p.uniform(16 * p.scale, 35 * p.scale)
    depth = p.uniform(0.45, 0.95)
    enough: Floats = np.maximum(depth, 0.36 / (1 - np.exp(-(p.days - 1) / pace)))
    return p.start * (1 - enough * (1 - p.decay(pace)))


def _slow_improver(p: People) -> Floats:
    depth = p.uniform(0.36, 0.65)
    end = p.uniform(0.6, 1.0) * (p.days - 1)
    return p.start * (1 - depth * p.ramp(end))


def _delayed_responder(p: People) -> Floats:
    start = p.uniform(10, 10 + 22 * p.scale)
    width = p.uniform(3 * p.scale**0.5, 8 * p.scale**0.5)
    depth = p.uniform(0.40, 0.80)
    middle = start + 3 * width
    rise: Floats = 1 / (1 + np.exp(-(p.day - middle) / width))
    at_start: Floats = 1 / (1 + np.exp(middle / width))
    return p.start * (1 - depth * (rise - at_start) / (1 - at_start))


def _flat(p: People) -> Floats:
    drift = p.rng.normal(0, 0.25, len(p.start))[:, None]
    return p.start + drift * p.day / (p.days - 1)


def _early_then_flat(p: People) -> Floats:
    depth = p.uniform(0.10, 0.24)
    pace = p.uniform(5 * p.scale, 14 * p.scale)
    end = p.uniform(14 * p.scale, 42 * p.scale)
    curved = p.rng.random(len(p.start))[:, None] < 0.5
    return p.start * (1 - depth * np.where(curved, 1 - p.decay(pace), p.ramp(end)))


def _worsening(p: People) -> Floats:
    return p.start + p.uniform(1.0, 3.0) * p.day / (p.days - 1)


def _fall_then_rise(p: People) -> Floats:
    """Downie 2016, "fluctuating": falls, then rises again."""
    depth = p.uniform(0.35, 0.65)
    turn = p.uniform(18 * p.scale, 32 * p.scale)
    back = p.uniform(0.85, 1.0)
    rise = np.clip((p.day - turn) / (18 * p.scale), 0, 1)
    return p.start * (1 - depth * p.ramp(turn) + (depth - (1 - back)) * rise)


def _procedure_relapse(p: People) -> Floats:
    """Quick relief after a procedure, held for weeks, then back at the same intensity."""
    depth = p.uniform(0.40, 0.75)
    hold = p.uniform(14, 14 + 28 * p.scale)
    back = p.uniform(0.92, 1.05)
    pace = p.uniform(5, 12)
    returned: Floats = 1 - np.exp(-np.maximum(p.day - hold, 0) / pace)
    return p.start * (1 - depth * (1 - p.decay(3.0)) + (depth - (1 - back)) * returned)


def _grey_partial(p: People) -> Floats:
    depth = p.uniform(0.25, 0.33)
    pace = p.uniform(10 * p.scale, 40 * p.scale)
    whole: Floats = 1 - np.exp(-(p.days - 1) / pace)
    return p.start * (1 - depth * (1 - p.decay(pace)) / whole)


def _staircase_responder(p: People) -> Floats:
    """Two to four sudden gains at random times."""
    people = len(p.start)
    depth = p.uniform(0.36, 0.80)
    steps = p.rng.integers(2, 5, people)
    when = np.sort(p.rng.uniform(3, 0.85 * p.days, (people, 4)), axis=1)
    size = p.rng.dirichlet(np.ones(4) * 2, people)
    size[np.arange(4)[None, :] >= steps[:, None]] = 0
    size /= size.sum(axis=1, keepdims=True)
    done: Floats = ((p.day[:, None, :] >= when[:, :, None]) * size[:, :, None]).sum(axis=1)
    return p.start * (1 - depth * done)


def _pause_responder(p: People) -> Floats:
    """Improves, stands still for two to four weeks, improves again."""
    depth = p.uniform(0.36, 0.75)
    pause = p.uniform(0.12 * p.days, 0.40 * p.days)
    length = p.uniform(14 * p.scale**0.5, 28 * p.scale**0.5)
    moving: Floats = p.day - np.clip(p.day - pause, 0, length)
    return p.start * (1 - depth * moving / (p.days - 1 - length))


def _random_pace_responder(p: People) -> Floats:
    pace = np.cumsum(np.exp(1.2 * _smooth(p)), axis=1)
    done: Floats = (pace - pace[:, :1]) / (pace[:, -1:] - pace[:, :1])
    return p.start * (1 - p.uniform(0.36, 0.80) * done)


def _wandering_plateau(p: People) -> Floats:
    """Wanders within 0.6 points around a small early gain."""
    drift = _smooth(p)
    drift -= drift[:, :1].copy()
    drift *= 0.6 / np.abs(drift).max(axis=1, keepdims=True)
    gain = p.uniform(0.0, 0.14) * (1 - p.decay(8 * p.scale))
    return p.start * (1 - gain) + drift * (1 - p.decay(7.0))


def _smooth(p: People) -> Floats:
    """(N, days) smooth random curves, a Gaussian process with a length of 15 % of the window."""
    apart = (p.day.T - p.day) / (0.15 * p.days)
    covariance = np.exp(-0.5 * apart**2) + 1e-6 * np.eye(p.days)
    draws = p.rng.standard_normal((len(p.start), p.days))
    return np.asarray(draws @ np.linalg.cholesky(covariance).T)


def _step_plateau(p: People) -> Floats:
    """One sudden small gain, then flat."""
    depth = p.uniform(0.10, 0.24)
    when = p.uniform(3, 0.5 * p.days)
    return p.start * (1 - depth * (p.day >= when))


def _late_starter(p: People) -> Floats:
    """Level for a quarter of the window or longer, then down within weeks: as late as the library knows."""
    start = p.uniform(0.25, 0.42) * p.days
    depth, length = p.uniform(0.40, 0.75), p.uniform(0.20, 0.35) * p.days
    return p.start * (1 - depth * np.clip((p.day - start) / length, 0, 1))


def _two_phase_responder(p: People) -> Floats:
    """A small quick gain, weeks without any, then the rest."""
    depth, first = p.uniform(0.40, 0.75), p.uniform(0.10, 0.20)
    pace = p.uniform(4, 9)
    second = p.uniform(0.30, 0.50) * p.days
    width = p.uniform(3 * p.scale**0.5, 7 * p.scale**0.5)
    rise: Floats = 1 / (1 + np.exp(-(p.day - second) / width))
    return p.start * (1 - first * (1 - p.decay(pace)) - (depth - first) * rise)


def _changing_levels(p: People) -> Floats:
    """Every two to five weeks another level within 15 % of the start, and no way down."""
    people = len(p.start)
    turns = np.cumsum(p.rng.uniform(14, 35, (people, 14)), axis=1)
    levels = p.rng.uniform(-0.15, 0.15, (people, 15, 1))
    levels[:, 0] = 0
    which = (p.day[:, None, :] >= turns[:, :, None]).sum(axis=1)
    return p.start * (1 + np.take_along_axis(levels[:, :, 0], which, axis=1))


def _wears_off(p: People) -> Floats:
    """A medicine that helps within days and less from week to week."""
    depth, pace = p.uniform(0.35, 0.60), p.uniform(2, 5)
    gone = p.uniform(0.5, 0.8) * p.days
    return p.start * (1 - depth * (1 - p.decay(pace)) * (1 - 0.95 * p.ramp(gone)))


def _rise(points: float) -> Callable[[People], Floats]:
    """Level, then higher within three days, no later than three weeks before the end."""

    def shape(p: People) -> Floats:
        when = p.uniform(min(28, p.days / 3), max(p.days - 21, p.days / 2))
        return p.start + points * np.clip((p.day - when) / 3, 0, 1)

    return shape


_SHAPES: dict[Course, Callable[[People], Floats]] = {
    Course.RAPID_RECOVERY: _rapid_recovery,
    Course.RECOVERY: _recovery,
    Course.SLOW_IMPROVER: _slow_improver,
    Course.DELAYED_RESPONDER: _delayed_responder,
    Course.FLUCTUATING_RESPONDER: _recovery,
    Course.FLAT: _flat,
    Course.EARLY_THEN_FLAT: _early_then_flat,
    Course.FLUCTUATING_FLAT: _flat,
    Course.WORSENING: _worsening,
    Course.FALL_THEN_RISE: _fall_then_rise,
    Course.PROCEDURE_RELAPSE: _procedure_relapse,
    Course.GREY_PARTIAL: _grey_partial,
    Course.STAIRCASE_RESPONDER: _staircase_responder,
    Course.PAUSE_RESPONDER: _pause_responder,
    Course.RANDOM_PACE_RESPONDER: _random_pace_responder,
    Course.STEP_PLATEAU: _step_plateau,
    Course.WANDERING_PLATEAU: _wandering_plateau,
    Course.TWO_PHASE_RESPONDER: _two_phase_responder,
    Course.CHANGING_LEVELS: _changing_levels,
    Course.WEARS_OFF: _wears_off,
    Course.STEADY_FLARES: _flat,
    Course.RISE_OF_2: _rise(2.0),
    Course.RISE_OF_3: _rise(3.0),
    Course.LATE_STARTER: _late_starter,
}
