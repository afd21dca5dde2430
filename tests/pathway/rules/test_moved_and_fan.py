"""Scores that move again after a flag, and where a course may end."""

import numpy as np
import pytest

from pathway.rules.fan import fan
from pathway.rules.moved import moved_since
from pathway.simulation import PLATEAUS, RESPONDERS
from tests.pathway.rules.diaries import people, series, series_of

DAY = np.arange(84)


def moved(pain, flagged, today):
    trial = series(pain, last_day=np.array([today]))
    return int(moved_since(trial, np.array([flagged]))[0])


def test_a_fall_after_the_flag_has_moved_once_it_has_held_for_a_week():
    falls = np.where(DAY < 40, 6.0, np.maximum(6 - (DAY - 40) / 4, 2))
    since = moved(falls, 38, 70)

    assert since == 64
    assert moved(falls, 38, 41) == -1


def test_a_level_diary_has_not_moved_however_the_signal_goes():
    assert moved(np.full(84, 6.0), 38, 66) == -1


def test_a_mean_that_is_no_lower_has_not_moved():
    """Back from a rise: where it was on the day of the flag."""
    rise = np.where((DAY > 44) & (DAY < 52), 8.0, 6.0)
    assert moved(rise, 38, 70) == -1


def test_the_days_are_the_protocols():
    falls = np.where(DAY < 40, 6.0, np.maximum(6 - (DAY - 40) / 4, 2))
    trial = series(falls, last_day=np.array([70]))
    assert moved_since(trial, np.array([38]), days=3)[0] == 68


@pytest.mark.parametrize("days", [84, 182])
def test_the_fan_holds_eight_ends_of_ten(days):
    cast = people(days, of_each=30, courses=RESPONDERS + PLATEAUS)
    half = np.full(len(cast), days // 2)
    found = fan(series_of(cast, last_day=half, function=None, function_days=None))
    end = cast.truth[:, -1]
    inside = ((end >= found.low) & (end <= found.high)).mean()

    assert 0.72 <= inside <= 0.92


def test_the_fan_narrows_as_the_trial_goes_on():
    flat = np.full(84, 6.0)
    wide = [fan(series(flat, last_day=np.array([day]))) for day in (14, 42, 80)]
    widths = [float((each.high - each.low)[0]) for each in wide]

    assert widths[0] > widths[1] > widths[2] > 0
    assert wide[2].low[0] < 6 < wide[2].high[0] + 0.5


def test_the_fan_is_in_order_and_reads_nothing_of_later_days():
    cast = people(of_each=2)
    today = np.full(len(cast), 40)
    known = fan(series_of(cast, last_day=today))
    changed = cast.pain.copy()
    changed[:, 41:] = 10.0
    same = fan(series_of(cast, pain=changed.astype(np.float32), last_day=today))

    assert ((known.low <= known.middle) & (known.middle <= known.high)).all()
    np.testing.assert_array_equal(known.low, same.low)


@pytest.mark.parametrize(("day", "known"), [(13, False), (14, True), (83, True), (84, False)])
def test_there_is_a_fan_from_day_14_to_the_end_of_the_window(day, known):
    found = fan(series(np.full(100, 6.0), last_day=np.array([day])))
    assert bool(np.isfinite(found.low[0])) is known
