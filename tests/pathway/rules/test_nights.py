"""One night's look, mixed company and very short trials: the same answers to the bit."""

import numpy as np
import pytest

from pathway.rules import Status, assess
from pathway.rules import posterior as posterior_module
from tests.pathway.rules.diaries import people, series, series_of

FLAGS = (Status.PLATEAU, Status.WORSENING, Status.RELAPSE, Status.RESPONDED, Status.IMPROVING)
NUMBERS = ("baseline", "mean_14", "stall", "fail", "worse", "slope", "slope_low", "slope_high")


def same(one, other, rows=slice(None)):
    """Equal to the bit, in every number and on every day."""
    assert one.status.tobytes() == other.status[rows].tobytes()
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[rows], name)


@pytest.mark.parametrize("days", [84, 182])
@pytest.mark.parametrize("cycle", [False, True])
def test_every_night_of_real_looking_trials_equals_the_whole_scan(days, cycle):
    cast = people(days, of_each=2)
    whole = assess(series_of(cast, cycle_started=cycle))
    for day in range(10, days, days // 4):
        tonight = assess(
            series_of(
                cast,
                pain=cast.pain[:, : day + 1],
                window_days=days,
                from_day=day,
                cycle_started=cycle,
            )
        )
        np.testing.assert_array_equal(tonight.last_status, whole.status[:, day])


def test_hiding_the_future_changes_no_number_of_today():
    cast = people()
    pain, function = cast.pain.copy(), cast.function.copy()
    pain[:, 46:], function[:, cast.function_days > 45] = np.nan, np.nan

    known = assess(series_of(cast, last_day=np.full(len(cast), 45)))
    hidden = assess(series_of(cast, pain=pain[:, :46], function=function, window_days=84))

    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(known, name), getattr(hidden, name), name)


def test_order_and_company_change_no_bit(monkeypatch):
    cast = people()
    everyone = assess(series_of(cast))
    mixed = np.random.default_rng(0).permutation(len(cast))

    same(assess(series_of(cast.only(mixed))), everyone, mixed)
    same(assess(series_of(cast.only(np.array([11])))), everyone, np.array([11]))
    monkeypatch.setattr(posterior_module, "CHUNK", 7)
    same(assess(series_of(cast)), everyone)


def test_trials_of_any_age_can_be_asked_together():
    cast = people()
    whole = assess(series_of(cast))
    last = np.random.default_rng(1).integers(0, 84, len(cast))

    tonight = assess(series_of(cast, last_day=last, from_day=last))

    rows = np.arange(len(cast))
    np.testing.assert_array_equal(tonight.last_status, whole.status[rows, last])
    assert (tonight.status >= 0).sum() == len(cast)


def test_the_same_people_give_the_same_bits_twice():
    same(assess(series_of(people())), assess(series_of(people())))


def test_nothing_is_flagged_without_data():
    nothing = np.full((3, 84), np.nan)
    nothing[2, 0] = 6

    status = assess(series(nothing, usual=np.array([6.0, np.nan, 6.0]))).status

    assert set(np.unique(status)) == {Status.IN_PROGRESS, Status.INSUFFICIENT_DATA}
    assert (status[:, 20:] == Status.INSUFFICIENT_DATA).all()


@pytest.mark.parametrize("window", [1, 2, 13, 14, 15])
def test_very_short_windows_say_little_and_never_crash(window):
    answer = assess(series(np.full(window, 6.0), window=window))

    assert not np.isin(answer.status, FLAGS[:3]).any()
    assert np.isnan(answer.stall[0]) == (window < 15)


def test_days_that_were_not_asked_for_carry_no_label():
    answer = assess(series(np.full(84, 6.0), from_day=60))

    assert (answer.status[0, :60] == Status.NOT_ASKED).all()
    assert (answer.status[0, 60:] == Status.PLATEAU).all()
    assert not answer.watch[0, :60].any()
