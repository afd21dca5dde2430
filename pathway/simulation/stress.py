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


def only_on_bad_days(people: Cohort, rng: np.random.Generator) -> Cohort:
    """An entry only on the worse half of a person's own days, and on the first."""
    middle = np.nanmedian(people.pain, axis=1, keepdims=True)
    keep = (people.pain > middle) | (
        (people.pain == middle) & (rng.random(people.pain.shape) < 0.3)
    )
    keep[:, 0] = True
    return replace(people, pain=np.where(keep, people.pain, np.nan))


def mostly_in_flares(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Every day that is two points over what is usual by then, and every third of the others."""
    flare = people.pain >= people.truth + 2
    keep = flare | (rng.random(people.pain.shape) < 1 / 3)
    keep[:, 0] = True
    return replace(people, pain=np.where(keep, people.pain, np.nan))


def fives_and_tens(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Three in ten people only ever say 0, 3, 5, 7 or 10."""
    said = np.array([0.0, 3.0, 5.0, 7.0, 10.0])
    nearest = said[np.abs(np.nan_to_num(people.pain)[:, :, None] - said).argmin(axis=2)]
    picky = (rng.random(len(people)) < 0.3)[:, None] & ~np.isnan(people.pain)
    return replace(people, pain=np.where(picky, nearest, people.pain))


def giving_up(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Everybody stops between the second week and the end of the window."""
    days = people.pain.shape[1]
    last = rng.integers(14, days, len(people))[:, None]
    return replace(people, pain=np.where(np.arange(days) >= last, np.nan, people.pain))


def three_days_in_ten(people: Cohort, rng: np.random.Generator) -> Cohort:
    """An entry on three days of ten, at random, and on the first."""
    keep = rng.random(people.pain.shape) < 0.3
    keep[:, 0] = True
    return replace(people, pain=np.where(keep, people.pain, np.nan))


def only_function_better(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Function gains two fifths to two thirds by the end, whatever pain does."""
    share = people.function_days / people.function_days[-1]
    gain = rng.uniform(0.40, 0.65, len(people))[:, None]
    start = people.function[:, :1]
    score = start * (1 - gain * share) + rng.normal(0, 6, people.function.shape)
    score[:, 0] = start[:, 0]
    missing = np.isnan(people.function)
    return replace(people, function=np.where(missing, np.nan, np.clip(score, 0, 100)))


def only_pain_better(people: Cohort, rng: np.random.Generator) -> Cohort:
    """Function stays where it was."""
    score = people.function[:, :1] + rng.normal(0, 6, people.function.shape)
    missing = np.isnan(people.function)
    return replace(people, function=np.where(missing, np.nan, np.clip(score, 0, 100)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A clinic to try the rules on, and a habit of its people."""

    name: str
    settings: Settings
    habit: Habit | None = None


def ways_of_logging(days: int) -> list[Scenario]:
    """How people keep a diary, besides gaps."""
    clinic, full = Settings(days=days), replace(Settings(days=days), missing=MISSING["none"])
    low = replace(clinic, baseline_mean=3.0, baseline_sd=0.6, baseline_range=(2.0, 4.0))
    flare = replace(clinic.noise, intake_flare_chance=1.0, intake_flare_most=4.0)
    return [
        Scenario("as usual", clinic),
        Scenario("on bad days only", full, only_on_bad_days),
        Scenario("mostly in flares", full, mostly_in_flares),
        Scenario("30 % say 0, 3, 5, 7 or 10", clinic, fives_and_tens),
        Scenario("30 % give even numbers", clinic, even_numbers),
        Scenario("30 % repeat yesterday", clinic, repeat_yesterday),
        Scenario("once a week", full, once_a_week),
        Scenario("three days in ten", full, three_days_in_ten),
        Scenario("everybody gives up", clinic, giving_up),
        Scenario("pain of 2 to 4 at the start", low),
        Scenario("inflated start", replace(clinic, noise=flare)),
    ]


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
