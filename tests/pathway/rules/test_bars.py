"""How much evidence a day asks for."""

import numpy as np
import pytest

from pathway.rules import DEFAULT_RULES
from pathway.rules.bars import (
    BARS_LONG,
    BARS_SHORT,
    PAIN_ONLY,
    WEEKLY,
    day_bar,
    plateau_bar,
)
from tests.pathway.rules.diaries import series

FULL = np.full(84, 6.0)


def bar(pain, weekly=False, **more):
    trial = series(pain, **more)
    return plateau_bar(trial, np.full(trial.pain.shape, weekly), DEFAULT_RULES)[0]


@pytest.mark.parametrize(("window", "bars"), [(84, BARS_SHORT), (182, BARS_LONG)])
def test_the_two_looks_ask_for_less_than_the_days_around_them(window, bars):
    days = day_bar(window, window)
    middle = round(9 + 0.418 * window)

    assert days[0] == bars[0]
    assert days[middle] == pytest.approx(bars[1], abs=0.1)
    assert days[int(0.8 * window)] == bars[2]
    assert days[-1] == bars[3]
    assert max(days[middle], days[-1]) < days[int(0.8 * window)] < days[0]


def test_windows_in_between_lie_in_between():
    middle = day_bar(133, 133)

    assert middle[0] == pytest.approx((BARS_SHORT[0] + BARS_LONG[0]) / 2)
    assert middle[-1] == pytest.approx((BARS_SHORT[3] + BARS_LONG[3]) / 2)


def test_windows_beyond_the_fitted_ones_keep_their_bars():
    assert day_bar(42, 42)[-1] == BARS_SHORT[3]
    assert day_bar(365, 365)[-1] == BARS_LONG[3]


def test_a_young_trial_has_the_same_bars_so_far():
    np.testing.assert_array_equal(day_bar(84, 50), day_bar(84, 84)[:50])


def test_pain_alone_asks_for_a_little_more_until_a_form_is_in():
    forms = {
        "function": np.array([[50.0, np.nan, 40.0]]),
        "function_days": np.array([0, 14, 28]),
    }
    more = bar(FULL, **forms) - day_bar(84, 84) - DEFAULT_RULES.plateau_logodds

    np.testing.assert_allclose(more[27:], [PAIN_ONLY[0]] + 56 * [0], atol=1e-9)
    np.testing.assert_allclose(bar(FULL)[28:] - bar(FULL, **forms)[28:], PAIN_ONLY[0])


def test_forms_after_the_last_column_are_not_there():
    late = {"function": np.array([[50.0, 40.0]]), "function_days": np.array([0, 100])}

    np.testing.assert_array_equal(bar(FULL, **late), bar(FULL))


def test_who_logs_once_a_week_is_asked_for_a_little_more():
    np.testing.assert_allclose(bar(FULL, weekly=True) - bar(FULL), WEEKLY)
