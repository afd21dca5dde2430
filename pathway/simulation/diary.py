"""What people report: the course plus good and bad days, in whole numbers, with gaps."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pathway.simulation.courses import Bools, Course, Floats
from pathway.simulation.settings import Missing, Noise


def wander(people: int, days: int, noise: Noise, rng: np.random.Generator) -> Floats:
    """Fast and slow autocorrelated noise, on each person's own scale, in points."""
    sd = np.clip(rng.lognormal(np.log(noise.sd_median), noise.sd_log_sd, people), *noise.sd_range)
    decay = rng.uniform(*noise.fast_decay, people)
    slow = rng.uniform(*noise.slow_share, people)[:, None]
    slow_days = rng.uniform(*noise.slow_days, people)
    fast_path = _autocorrelated(days, decay, rng)
    slow_path = _autocorrelated(days, np.exp(-1 / slow_days), rng)
    return np.asarray(sd[:, None] * (np.sqrt(1 - slow) * fast_path + np.sqrt(slow) * slow_path))


def _autocorrelated(days: int, decay: Floats, rng: np.random.Generator) -> Floats:
    """(N, days) AR(1) paths of variance 1."""
    fresh = rng.standard_normal((len(decay), days))
    path = np.empty_like(fresh)
    path[:, 0] = fresh[:, 0]
    for day in range(1, days):
        path[:, day] = decay * path[:, day - 1] + np.sqrt(1 - decay**2) * fresh[:, day]
    return path


def weekdays(people: int, days: int, noise: Noise, rng: np.random.Generator) -> Floats:
    """(N, days) each person's own pattern over the week."""
    pattern = rng.uniform(-noise.weekday, noise.weekday, (people, 7))
    pattern -= pattern.mean(axis=1, keepdims=True)
    first = rng.integers(0, 7, people)
    weekday = (first[:, None] + np.arange(days)[None, :]) % 7
    return np.take_along_axis(pattern, weekday, axis=1)


def intake_flare(people: int, days: int, noise: Noise, rng: np.random.Generator) -> Floats:
    """(N, days) care tends to start on bad days; they pass (regression to the mean)."""
    starts_high = rng.random(people) < noise.intake_flare_chance
    height = np.where(starts_high, rng.uniform(0, noise.intake_flare_most, people), 0.0)
    pace = rng.uniform(*noise.intake_flare_days, people)
    return np.asarray(height[:, None] * np.exp(-np.arange(days)[None, :] / pace[:, None]))


def flares(
    course: Course, people: int, days: int, noise: Noise, rng: np.random.Generator
) -> Floats:
    """(N, days) bad days that come without warning; around zero for the fluctuating flat course."""
    if course is Course.STEADY_FLARES:
        return _steady_flares(people, days, rng)
    if course.fluctuates:
        noise = noise.restless()
    path = np.zeros((people, days))
    who, when = np.nonzero(rng.random((people, days)) < noise.flares_per_day)
    points = rng.uniform(*noise.flare_points, who.size)
    length = rng.uniform(*noise.flare_days, who.size)
    for person, day, high, pace in _events(who, when, points, length):
        after = np.arange(min(days - day, math.ceil(2 * pace)))
        path[person, day : day + after.size] += high * np.exp(-after / pace)
    if course is Course.FLUCTUATING_FLAT:
        path -= path.mean(axis=1, keepdims=True)
    return path


def _steady_flares(people: int, days: int, rng: np.random.Generator) -> Floats:
    """(N, days) a flare of two or three points for three days, every ten to sixteen days."""
    every = rng.integers(10, 17, people)[:, None]
    since = (np.arange(days)[None, :] + rng.integers(0, 16, people)[:, None]) % every
    return np.where(since < 3, rng.uniform(2, 3, people)[:, None], 0.0)


def gaps(usual: Floats, missing: Missing, rng: np.random.Generator) -> Bools:
    """(N, days) days without an entry. Day 0 always has one."""
    people, days = len(usual), usual.shape[1]
    share = _own_share(people, missing, rng)
    gone: Bools = rng.random((people, days)) < share[:, None]
    if missing.bursts_per_day > 0:
        _bursts(gone, missing, rng)
    if missing.drop_out > 0:
        stops = rng.random(people) < missing.drop_out
        last = rng.integers(min(14, days - 1), days, people)
        gone |= stops[:, None] & (np.arange(days)[None, :] >= last[:, None])
    if missing.informative > 0:
        eased = np.maximum(usual[:, :1] - usual, 0)
        gone |= rng.random((people, days)) < missing.informative * eased
    gone[:, 0] = False
    return gone


def _own_share(people: int, missing: Missing, rng: np.random.Generator) -> Floats:
    if missing.share == 0:
        return np.zeros(people)
    return np.clip(rng.beta(4, 4 / missing.share - 4, people), 0, 0.95)


def _events(*columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """Row by row; flares and bursts are few, so a plain loop is clear and fast enough."""
    return zip(*(column.tolist() for column in columns), strict=True)


def _bursts(gone: Bools, missing: Missing, rng: np.random.Generator) -> None:
    who, when = np.nonzero(rng.random(gone.shape) < missing.bursts_per_day)
    length = rng.geometric(1 / missing.burst_days, who.size)
    for person, day, days in _events(who, when, length):
        gone[person, day : day + days] = True
