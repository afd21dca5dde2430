"""Other ways to log, and the stress cases of the simulation study."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pathway.simulation.cohort import Cohort
from pathway.simulation.settings import MISSING, Noise, Settings

Habit = Callable[[Cohort, np.random.Generator], Cohort]


def repeat_yesterday(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Three in ten people often repeat yesterday's number."""
    pain = people.pain.copy()
    repeats = rng.random(len(pain)) < 0.3
    for day in range(1, pain.shape[1]):
        both = ~np.isnan(pain[:, day]) & ~np.isnan(pain[:, day - 1])
        again = repeats & (rng.random(len(pain)) < 0.5) & both
        pain[again, day] = pain[again, day - 1]
    return replace(people, pain=pain)


def even_numbers(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Three in ten people only ever give even numbers."""
    evens = rng.random(len(people)) < 0.3
    rounded = 2 * np.rint(people.pain / 2)
    return replace(people, pain=np.where(evens[:, None], rounded, people.pain))


def once_a_week(people: Cohort, rng: np.random.Generator) -> Cohort:
    """One entry in each week of the trial, on any of its days, besides the first day."""
    pain = people.pain
    keep = np.zeros(pain.shape, bool)
    for week in range(0, pain.shape[1], 7):
        day = np.minimum(week + rng.integers(0, 7, len(pain)), pain.shape[1] - 1)
        keep[np.arange(len(pain)), day] = True
    keep[:, 0] = True
    return replace(people, pain=np.where(keep, pain, np.nan))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A clinic to try the rules on, and a habit of its people."""

    name: str
    settings: Settings
    habit: Habit | None = None


def scenarios(days: int) -> list[Scenario]:
    """The stress cases, for trials of `days`."""
    clinic = Settings(days=days)
    noise = clinic.noise

    def gaps(kind: str) -> Settings:
        return replace(clinic, missing=MISSING[kind])

    def noisy(other: Noise) -> Settings:
        return replace(clinic, noise=other)

    return [
        Scenario("default (31 % missing, 10 % drop out)", clinic),
        Scenario("nothing missing", gaps("none")),
        Scenario("32 % missing, no drop-out", gaps("m30")),
        Scenario("46 % missing", gaps("m45")),
        Scenario("61 % missing", gaps("m60")),
        Scenario("recovered people stop logging", gaps("recovered_stop")),
        Scenario("one entry a week", gaps("none"), once_a_week),
        Scenario(
            "scatter x 1.35", noisy(replace(noise, sd_median=1.1 * 1.35, sd_range=(0.4, 2.8)))
        ),
        Scenario("scatter x 0.7", noisy(replace(noise, sd_median=0.77))),
        Scenario("autocorrelation 0.5-0.8", noisy(replace(noise, fast_decay=(0.5, 0.8)))),
        Scenario(
            "slow wander 40-70 %",
            noisy(replace(noise, slow_share=(0.4, 0.7), slow_days=(14.0, 35.0))),
        ),
        Scenario(
            "everyone starts in a flare",
            noisy(replace(noise, intake_flare_chance=1.0, intake_flare_most=4.0)),
        ),
        Scenario("twice the flares", noisy(replace(noise, flares_per_day=1 / 30))),
        Scenario("30 % even numbers", clinic, even_numbers),
        Scenario("30 % repeat yesterday", clinic, repeat_yesterday),
        Scenario(
            "baseline 4-5.5 only",
            replace(clinic, baseline_mean=4.8, baseline_sd=0.5, baseline_range=(4.0, 5.5)),
        ),
    ]
