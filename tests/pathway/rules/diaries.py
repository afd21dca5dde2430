"""Short ways to write a diary down."""

import numpy as np

from pathway.rules import Status, TrialSeries, assess, numbers_of
from pathway.simulation import Course, Settings, cohort

NOTHING = np.nan


def series(pain, usual=None, window=84, **more):
    """Trials from plain lists; `usual` defaults to the first day's score."""
    pain = np.atleast_2d(np.asarray(pain, np.float32))
    usual = pain[:, 0] if usual is None else np.broadcast_to(usual, len(pain))
    return TrialSeries(pain, np.asarray(usual, float), window, **more)


def turns(status):
    """How one trial went: each status with the day it began."""
    first = [0, *(np.flatnonzero(np.diff(status)) + 1)]
    return [(Status(int(status[day])).name, int(day)) for day in first]


def status_on(pain, day, **more):
    return Status(int(assess(series(pain, **more)).status[0, day]))


def numbers(pain, **more):
    return numbers_of(assess(series(pain, **more)), 0)


def people(days=84, of_each=4, seed=3, courses=tuple(Course)):
    return cohort(of_each, Settings(days=days), seed, courses)


def series_of(people, **more):
    days = people.pain.shape[1]
    parts = {
        "pain": people.pain.astype(np.float32),
        "usual_pain": people.usual_pain,
        "window_days": days,
        "function": people.function,
        "function_days": people.function_days,
    }
    return TrialSeries(**(parts | more))
