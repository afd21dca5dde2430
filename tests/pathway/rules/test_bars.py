"""How much evidence a day asks for."""

import numpy as np
import pytest

from pathway.rules import DEFAULT_RULES
from pathway.rules.bars import BARS, day_bar, plateau_bar
from tests.pathway.rules.diaries import series

FULL = np.full(84, 6.0)


def bar(pain, weekly=False, **more):
    trial = series(pain, **more)
    return plateau_bar(trial, np.full(trial.pain.shape, weekly), DEFAULT_RULES)[0]


@pytest.mark.parametrize("pain_only", [False, True])
@pytest.mark.parametrize("window", BARS.windows)
def test_a_fitted_window_has_its_own_levels_early_at_the_looks_and_between(window, pain_only):
    days = day_bar(window, window, pain_only=pain_only)
    place = BARS.windows.index(window)
    levels = (BARS.pain_only if pain_only else BARS.levels)[place]
    middle = round(9 + 0.418 * window)

    found = days[0], days[middle - 1], days[int(0.8 * window)], days[-1]
    assert found == pytest.approx(levels, abs=0.1)
    assert days[-1] < days[int(0.8 * window)]


def test_windows_in_between_lie_in_between():
    middle = day_bar(105, 105)

    assert middle[0] == pytest.approx((BARS.levels[0][0] + BARS.levels[1][0]) / 2)
    assert middle[-1] == pytest.approx((BARS.levels[0][3] + BARS.levels[1][3]) / 2)


def test_windows_beyond_the_fitted_ones_keep_their_bars():
    assert day_bar(42, 42)[-1] == BARS.levels[0][3]
    assert day_bar(365, 365)[-1] == BARS.levels[-1][3]


def test_a_young_trial_has_the_same_bars_so_far():
    np.testing.assert_array_equal(day_bar(84, 50), day_bar(84, 84)[:50])


def test_pain_alone_has_its_own_bar_until_a_form_is_in():
    forms = {
        "function": np.array([[50.0, np.nan, 40.0]]),
        "function_days": np.array([0, 14, 28]),
    }
    found = bar(FULL, **forms) - DEFAULT_RULES.plateau_logodds

    np.testing.assert_allclose(found[:28], day_bar(84, 84, pain_only=True)[:28])
    np.testing.assert_allclose(found[28:], day_bar(84, 84)[28:])


def test_forms_after_the_last_column_are_not_there():
    late = {"function": np.array([[50.0, 40.0]]), "function_days": np.array([0, 100])}

    np.testing.assert_array_equal(bar(FULL, **late), bar(FULL))


def test_who_logs_once_a_week_is_asked_for_a_little_more():
    np.testing.assert_allclose(bar(FULL, weekly=True) - bar(FULL), BARS.weekly)
