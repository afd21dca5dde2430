"""The first day, the last entry, the exact count: where a rule begins to hold."""

from dataclasses import replace

import numpy as np
import pytest

from pathway.rules import DEFAULT_RULES, RULES_VERSION, Status, assess, bars, label, version_2_1
from pathway.rules.facts import facts
from tests.pathway.rules.diaries import NOTHING, numbers, series, status_on, turns

DAY = np.arange(84)
FLAT = np.full(84, 6.0)
ONCE_A_WEEK = np.where(DAY % 7 == 0, 6.0, NOTHING)


def test_whoever_logs_once_a_week_has_a_bar_of_their_own(monkeypatch):
    assert Status.PLATEAU in assess(series(ONCE_A_WEEK)).status

    high = replace(bars.BARS, weekly=100.0)
    now = replace(label.EDITIONS[RULES_VERSION], bars=high)
    monkeypatch.setitem(label.EDITIONS, RULES_VERSION, now)
    assert Status.PLATEAU not in assess(series(ONCE_A_WEEK)).status
    assert Status.PLATEAU in assess(series(FLAT)).status


def test_a_response_is_back_as_soon_as_the_fortnight_is_at_the_target_again():
    scores = np.where(DAY < 2, 8.0, 2.0)
    scores[50:58] = 10.0  # eight bad days, after which it is as good as before
    answer = assess(series(scores))
    found, target = turns(answer.status[0]), answer.target[0]
    started = [day for status, day in found if status == "RESPONDED"]

    assert len(started) == 2
    fortnight = scores[started[1] - 13 : started[1] + 1].mean()
    assert fortnight <= target < scores[started[1] - 14 : started[1]].mean()


@pytest.mark.parametrize(("day", "status"), [(6, "IN_PROGRESS"), (7, "INSUFFICIENT_DATA")])
def test_too_few_entries_is_said_from_the_eighth_day(day, status):
    assert status_on([NOTHING] * 10, day, usual=6.0) is Status[status]


def test_a_status_that_never_changed_began_on_the_first_day():
    assert numbers([6.0] * 5).since == 0


def test_a_jump_is_judged_against_the_fortnight_that_ended_a_week_ago():
    quiet, loud = [3.0] * 13, [5.0] * 6
    assert numbers([*quiet, 3.0, *loud, 5.0]).sudden_rise
    # One day of the seven lies in the quiet fortnight: the week's mean is 4.7.
    assert not numbers([*quiet, 3.0, 3.0, *loud]).sudden_rise
    # Higher already on the eighth day back: the fortnight's mean is above 3, the rise below 2.
    assert not numbers([*quiet, 5.0, *loud, 5.0]).sudden_rise


def test_five_entries_in_a_fortnight_tell_that_pain_is_back_and_four_do_not():
    scores = np.where(DAY < 30, 2.0, NOTHING)
    scores[[0, 1]] = 7.0
    often, seldom = scores.copy(), scores.copy()
    often[30 + np.flatnonzero(np.isin(DAY[30:] % 5, [0, 2]))] = 7.0
    seldom[31::3] = 7.0

    def relapsed(pain):
        return Status.RELAPSE in assess(series(pain, usual=7.0, cycle_started=True)).status

    assert relapsed(often)
    assert not relapsed(seldom)


def test_a_rise_may_be_said_from_the_third_week_on():
    steep = np.minimum(4 + DAY / 4.0, 10.0)
    began = dict(turns(assess(series(np.rint(steep), usual=4.0)).status[0]))["WORSENING"]
    assert began == 18  # day 14 is the first that counts, five days in a row are asked for


SHORT_BAR = {
    0: 0.41, 30: 0.41, 38: -0.312, 40: -0.812, 44: -0.84, 45: -0.719, 49: -0.175, 60: -0.16,
    69: -0.16, 72: -0.344, 75: -0.587, 83: -0.63,
}  # fmt: skip
LONG_BAR = {
    60: 0.18, 70: -0.33, 78: -1.07, 85: -1.07, 90: -0.693, 110: -0.24, 150: -0.24, 160: -0.805,
    170: -1.14, 181: -1.14,
}  # fmt: skip


@pytest.mark.parametrize(("days", "bar"), [(84, SHORT_BAR), (182, LONG_BAR)])
def test_in_2_1_the_bar_of_a_day_is_high_at_first_and_low_at_its_two_looks(days, bar):
    found = bars.day_bar(days, days, version_2_1.BARS)
    assert {day: found[day] for day in bar} == pytest.approx(bar, abs=0.001)


def test_a_form_counts_from_the_day_after_the_first():
    def bar(*days):
        forms = {"function": np.array([[40.0] * len(days)]), "function_days": np.array(days)}
        return bars.plateau_bar(series(FLAT, **forms), np.zeros((1, 84), bool), DEFAULT_RULES)[0]

    alone = bars.day_bar(84, 84, pain_only=True)
    more = alone - bars.day_bar(84, 84)
    assert (bar(0) - bar(0, 1))[:3] == pytest.approx([0, more[1], more[2]])


@pytest.mark.parametrize(("entries", "enough"), [(5, False), (6, True)])
def test_after_a_silence_two_entries_more_than_the_limit_end_it(entries, enough):
    scores = np.full(40, 6.0)
    scores[26:] = NOTHING
    scores[40 - entries :] = 6.0

    assert (status_on(scores, 39, usual=6.0) is not Status.INSUFFICIENT_DATA) is enough


@pytest.mark.parametrize(("entries", "enough"), [(3, False), (4, True)])
def test_four_entries_in_a_fortnight_go_on_being_enough(entries, enough):
    scores = np.full(40, 6.0)
    scores[26:] = NOTHING
    scores[[27, 33, 38, 39][4 - entries :]] = 6.0

    assert (status_on(scores, 39, usual=6.0) is not Status.INSUFFICIENT_DATA) is enough


@pytest.mark.parametrize(("days", "enough"), [(21, True), (22, False)])
def test_whoever_logs_weekly_falls_silent_after_a_fortnight_without(days, enough):
    scores = np.where(DAY % 7 == 0, 6.0, NOTHING)
    scores[50:] = NOTHING  # the last entries are on days 42 and 49

    assert (status_on(scores, 42 + days) is not Status.INSUFFICIENT_DATA) is enough


@pytest.mark.parametrize(("score", "reached"), [(7.0, True), (8.0, False)])
def test_the_target_itself_is_reached(score, reached):
    """From 10, 30 % better is 7."""
    scores = np.where(DAY < 14, 10.0, score)
    assert bool(facts(series(scores), DEFAULT_RULES).at_target[0, 40]) is reached


def test_less_than_a_point_is_no_response_however_large_its_share():
    known = facts(series(np.where(DAY < 14, 2.0, 1.2)), DEFAULT_RULES)
    assert known.mean_14[0, 40] <= 0.7 * known.baseline[0, 0]
    assert not known.at_target[0, 40]
    assert facts(series(np.where(DAY < 14, 2.0, 1.0)), DEFAULT_RULES).at_target[0, 40]
