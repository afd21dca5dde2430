"""Arrays that cannot be trials are refused by name."""

import numpy as np
import pytest

from pathway.rules import InvalidDays, InvalidSeries, OutOfRange, TrialSeries, WrongShape
from tests.pathway.rules.diaries import series

FORMS = np.array([[50.0, 40.0]])
WRONG = {
    "one row only": (WrongShape, "pain", {"pain": np.zeros(10, np.float32)}),
    "no days": (WrongShape, "pain", {"pain": np.zeros((1, 0), np.float32)}),
    "two usual scores for one trial": (WrongShape, "usual_pain", {"usual_pain": np.zeros(2)}),
    "two scores before": (WrongShape, "pain_before", {"pain_before": np.zeros(2)}),
    "two last days": (WrongShape, "last_day", {"last_day": np.array([1, 2])}),
    "two first days": (WrongShape, "from_day", {"from_day": np.array([1, 2])}),
    "function without days": (WrongShape, "function", {"function": FORMS}),
    "days without function": (WrongShape, "function", {"function_days": np.array([0])}),
    "a form too many": (
        WrongShape,
        "function",
        {"function": FORMS, "function_days": np.array([0])},
    ),
    "days of forms in a square": (
        WrongShape,
        "function",
        {"function": FORMS, "function_days": np.array([[0, 14]])},
    ),
    "forms out of order": (
        InvalidDays,
        "function_days",
        {"function": FORMS, "function_days": np.array([14, 14])},
    ),
    "a form before the start": (
        InvalidDays,
        "function_days",
        {"function": FORMS, "function_days": np.array([-1, 14])},
    ),
    "no window": (InvalidDays, "window_days", {"window_days": 0}),
    "a negative first day": (InvalidDays, "from_day", {"from_day": -1}),
    "a last day past the scores": (InvalidDays, "last_day", {"last_day": np.array([30])}),
    "a negative last day": (InvalidDays, "last_day", {"last_day": np.array([-1])}),
    "eleven": (OutOfRange, "pain", {"pain": np.full((1, 30), 11.0, np.float32)}),
    "below zero": (OutOfRange, "usual_pain", {"usual_pain": np.array([-0.1])}),
    "just over ten": (OutOfRange, "usual_pain", {"usual_pain": np.array([10.5])}),
    "just over ten before": (OutOfRange, "pain_before", {"pain_before": np.array([10.5])}),
    "function just over 100": (
        OutOfRange,
        "function",
        {"function": np.array([[100.5, 40.0]]), "function_days": np.array([0, 14])},
    ),
    "endless": (OutOfRange, "pain_before", {"pain_before": np.array([np.inf])}),
    "function over 100": (
        OutOfRange,
        "function",
        {"function": 3 * FORMS, "function_days": np.array([0, 14])},
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_error_names_the_array(wrong):
    error, name, fields = WRONG[wrong]
    right = {"pain": np.full((1, 30), 5, np.float32), "usual_pain": np.ones(1), "window_days": 84}

    with pytest.raises(error, match=f"^{name}"):
        TrialSeries(**(right | fields))
    assert issubclass(error, InvalidSeries)
    assert issubclass(error, ValueError)


def test_the_message_says_what_was_found():
    with pytest.raises(OutOfRange, match=r"^pain must lie in 0-10, found 12\.0$"):
        series([[3, 12]])
    with pytest.raises(WrongShape, match=r"^usual_pain must be \(1,\), not \(2,\)$"):
        TrialSeries(np.ones((1, 3)), np.ones(2), 84)


def test_the_edges_of_every_scale_are_allowed():
    trial = series(
        [[0, 10, np.nan]],
        usual=0,
        window=1,
        pain_before=np.array([10.0]),
        function=np.array([[0.0, 100.0]]),
        function_days=np.array([0, 1]),
        last_day=np.array([2]),
    )

    assert (trial.trials, trial.days) == (1, 3)


def test_a_trial_may_end_on_the_day_it_began():
    assert series([[5, 4, 3]], last_day=np.array([0])).last.tolist() == [0]


def test_no_trials_at_all_are_allowed():
    assert series(np.zeros((0, 5)), usual=1.0, last_day=np.zeros(0, int)).trials == 0


def test_what_lies_after_a_trials_own_last_day_is_not_there():
    trial = series(
        [[1, 2, 3], [4, 5, 6]],
        last_day=np.array([1, 2]),
        function=np.array([[10.0, 20.0], [30.0, 40.0]]),
        function_days=np.array([0, 2]),
    ).until_last_day()

    np.testing.assert_array_equal(trial.pain, [[1, 2, np.nan], [4, 5, 6]])
    np.testing.assert_array_equal(trial.function, [[10, np.nan], [30, 40]])


def test_trials_are_picked_out_whole_and_in_the_order_asked_for():
    trials = series(
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        usual=[1, 4, 7],
        window=42,
        cycle_started=True,
        pain_before=np.array([2.0, 5.0, 8.0]),
        function=np.array([[10.0], [40.0], [70.0]]),
        function_days=np.array([1]),
        from_day=np.array([0, 1, 2]),
        last_day=np.array([2, 1, 2]),
    )
    few = trials.only(np.array([2, 0]))

    for name, expected in {
        "pain": [[7, 8, 9], [1, 2, 3]],
        "usual_pain": [7, 1],
        "pain_before": [8, 2],
        "function": [[70], [10]],
        "function_days": [1],
        "from_day": [2, 0],
        "last_day": [2, 2],
    }.items():
        np.testing.assert_array_equal(getattr(few, name), expected, err_msg=name)
    assert (few.window_days, few.cycle_started) == (42, True)


def test_what_no_trial_has_none_gets_when_picked_out():
    few = series([[1, 2, 3], [4, 5, 6]]).only(np.array([1]))

    assert (few.function, few.pain_before) == (None, None)
    np.testing.assert_array_equal(few.last, [2])
    np.testing.assert_array_equal(few.first_asked, [0])
