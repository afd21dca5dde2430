"""Simulated people. Nothing here is patient data."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from pathway.simulation import diary
from pathway.simulation.courses import (
    OTHERS,
    PLATEAUS,
    RESPONDERS,
    Bools,
    Course,
    Floats,
    Ints,
    truth,
    usual_pain,
)
from pathway.simulation.settings import Settings

COURSES = RESPONDERS + PLATEAUS + OTHERS


@dataclass(frozen=True, slots=True)
class Cohort:
    """N people over T days, and what is true of them.

    pain          (N, T)  the score they reported, whole, 0-10; NaN on days without an entry
    usual_pain    (N,)    "usual pain, last 4 weeks" at the start
    function      (N, F)  function scores, 0-100, higher is worse; NaN where missing
    function_days (F,)
    course        (N,)    the kind of course, a `Course`
    truth         (N, T)  noise-free usual pain
    responds      (N,)    a third lower at the end
    plateaus      (N,)    at most a quarter lower
    onset         (N,)    first day of the plateau; -1 for the others
    """

    pain: Floats
    usual_pain: Floats
    function: Floats
    function_days: Ints
    course: NDArray[np.object_]
    truth: Floats
    responds: Bools
    plateaus: Bools
    onset: Ints

    def __len__(self) -> int:
        return len(self.pain)

    def only(self, rows: Bools | Ints) -> "Cohort":
        """Some of the people."""
        picked = {name: getattr(self, name)[rows] for name in _PER_PERSON}
        return replace(self, **picked)


_PER_PERSON = tuple(field.name for field in fields(Cohort) if field.name != "function_days")


def simulate(course: Course, people: int, settings: Settings, rng: np.random.Generator) -> Cohort:
    """`people` people on one kind of course; the same generator state gives the same people."""
    usual = usual_pain(course, people, settings, rng)
    noise, days = settings.noise, settings.days
    felt = usual + diary.wander(people, days, noise, rng)
    felt += diary.weekdays(people, days, noise, rng)
    flare = diary.intake_flare(people, days, noise, rng)
    felt += flare + diary.flares(course, people, days, noise, rng)
    gone = diary.gaps(usual, settings.missing, rng)
    remembered = usual[:, 0] + rng.normal(0, 1.0, people) + 0.25 * flare[:, 0]
    function_days = np.arange(0, days, settings.form_every)
    responds, plateaus, onset = truth(usual)
    return Cohort(
        pain=np.where(gone, np.nan, np.clip(np.rint(felt), 0, 10)),
        usual_pain=np.clip(np.rint(remembered), 0, 10),
        function=_function(usual, function_days, settings, rng),
        function_days=function_days,
        course=np.full(people, course, dtype=object),
        truth=usual,
        responds=responds,
        plateaus=plateaus,
        onset=onset,
    )


def cohort(
    people: int, settings: Settings, seed: int, courses: Sequence[Course] = COURSES
) -> Cohort:
    """`people` of each kind of course. A kind's people do not depend on which others are drawn."""
    order = list(Course)
    parts = [
        simulate(
            course,
            people,
            settings,
            np.random.default_rng([seed, settings.days, order.index(course)]),
        )
        for course in courses
    ]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _PER_PERSON}
    return replace(parts[0], **joined)


def diary_before(people: Cohort, settings: Settings, rng: np.random.Generator) -> Floats:
    """(N,) mean pain of a diary kept in the fortnight before day 0."""
    days = 14
    usual = np.repeat(people.truth[:, :1], days, axis=1)
    felt = usual + diary.wander(len(people), days, settings.noise, rng)
    score = np.clip(np.rint(felt), 0, 10)
    gone = diary.gaps(usual, replace(settings.missing, drop_out=0.0), rng)
    return np.asarray(np.where(gone, 0, score).sum(axis=1) / (~gone).sum(axis=1))


def _function(usual: Floats, days: Ints, settings: Settings, rng: np.random.Generator) -> Floats:
    """Function follows pain at a person's own rate, and in some people hardly at all."""
    people = len(usual)
    better = 1 - usual[:, days] / usual[:, :1]
    start = np.clip(12 + 5.0 * usual[:, 0] + rng.normal(0, 10, people), 15, 90)[:, None]
    rate = rng.normal(0.9, 0.25, people)
    apart = rng.random(people) < settings.discordant
    rate = np.where(apart, rng.uniform(-0.2, 0.4, people), rate)[:, None]
    score = start * (1 - rate * better) + rng.normal(0, settings.form_error, better.shape)
    score = np.clip(score, 0, 100)
    score[rng.random(score.shape) < settings.form_gaps] = np.nan
    score[:, :1] = np.where(np.isnan(score[:, :1]), start, score[:, :1])
    return score
