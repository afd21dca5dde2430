"""What holds for every diary: causality, nightly looks, monotony, no crash."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pathway.rules import Status, TrialSeries, assess
from tests.pathway.rules.diaries import people, series

scores = st.one_of(st.integers(0, 10).map(float), st.just(np.nan))
diaries = st.integers(1, 100).flatmap(
    lambda days: arrays.arrays(np.float32, (3, days), elements=scores)
)
usual_scores = arrays.arrays(np.float64, 3, elements=scores)


@settings(max_examples=25, deadline=None)
@given(pain=diaries, usual=usual_scores, cycle=st.booleans(), data=st.data())
def test_the_future_changes_nothing(pain, usual, cycle, data):
    today = data.draw(st.integers(0, pain.shape[1] - 1))
    changed = pain.copy()
    changed[:, today + 1 :] = data.draw(scores)

    was = assess(TrialSeries(pain, usual, 84, cycle_started=cycle)).status
    now = assess(TrialSeries(changed, usual, 84, cycle_started=cycle)).status

    np.testing.assert_array_equal(was[:, : today + 1], now[:, : today + 1])


@settings(max_examples=25, deadline=None)
@given(pain=diaries, usual=usual_scores, cycle=st.booleans(), window=st.sampled_from([28, 42, 84]))
def test_a_nightly_look_equals_the_scan_of_the_whole_trial(pain, usual, cycle, window):
    whole = assess(TrialSeries(pain, usual, window, cycle_started=cycle))
    tonight = assess(
        TrialSeries(pain, usual, window, cycle_started=cycle, from_day=pain.shape[1] - 1)
    )

    np.testing.assert_array_equal(tonight.last_status, whole.last_status)
    np.testing.assert_array_equal(tonight.stall, whole.stall)


@settings(max_examples=20, deadline=None)
@given(pain=diaries, usual=usual_scores, window=st.integers(1, 100))
def test_nothing_crashes_and_every_day_has_a_status(pain, usual, window):
    answer = assess(TrialSeries(pain, usual, window))

    assert set(np.unique(answer.status)) <= set(Status) - {Status.NOT_ASKED}
    assert (answer.last_status >= 0).all()


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    today=st.integers(28, 83),
    days=st.integers(1, 28),
    points=st.integers(1, 4),
)
def test_lower_recent_scores_never_turn_improving_into_a_plateau(seed, today, days, points):
    pain = people(of_each=1, seed=seed).pain[:, : today + 1]
    lower = pain.copy()
    lower[:, -days:] = np.maximum(lower[:, -days:] - points, 0)

    was = assess(series(pain, from_day=today)).last_status
    now = assess(series(lower, usual=pain[:, 0], from_day=today)).last_status

    assert not ((was == Status.IMPROVING) & (now == Status.PLATEAU)).any()
