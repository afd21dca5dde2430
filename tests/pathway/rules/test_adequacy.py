"""A fair trial: long enough, and done."""

import pytest

from pathway.rules import Adequacy, Tried, adequacy


def test_six_weeks_attended_is_a_fair_trial():
    found = adequacy(Tried(tier=2, days=42, window_days=84, programme=0.7, sessions=(6, 8)))
    assert found == Adequacy(
        True, ("42 days of 42 needed", "6 of 8 sessions attended", "programme done 70 %")
    )


@pytest.mark.parametrize(
    ("tried", "why"),
    [
        (Tried(tier=2, days=41, window_days=84, programme=1.0), "41 days of 42 needed"),
        (Tried(tier=2, days=60, window_days=84, programme=0.5), "programme done 50 %"),
        (Tried(tier=2, days=60, window_days=84, sessions=(1, 8)), "1 of 8 sessions attended"),
        (Tried(tier=3, days=10, window_days=42), "10 days of 42 needed"),
    ],
)
def test_too_short_or_not_done_is_none_and_says_why(tried, why):
    found = adequacy(tried)
    assert found.is_adequate is False
    assert why in found.why


def test_a_step_that_runs_is_not_too_short_yet():
    running = Tried(tier=3, days=9, window_days=28, runs=True)
    assert adequacy(running) == Adequacy(None, ("9 of 28 days so far",))
    assert adequacy(Tried(tier=3, days=28, window_days=28, runs=True)).is_adequate


def test_a_short_window_is_enough_when_it_was_used():
    assert adequacy(Tried(tier=1, days=28, window_days=28)).is_adequate


def test_two_thirds_is_just_enough():
    assert adequacy(Tried(tier=2, days=42, window_days=84, sessions=(2, 3))).is_adequate
    assert adequacy(Tried(tier=2, days=42, window_days=84, programme=2 / 3)).is_adequate


def test_therapy_that_nobody_recorded_cannot_be_told():
    found = adequacy(Tried(tier=2, days=80, window_days=84))
    assert found.is_adequate is None
    assert found.why[1] == "nothing recorded of sessions or the programme at home"


def test_not_done_at_all_is_zero_not_unknown():
    assert adequacy(Tried(tier=2, days=80, window_days=84, programme=0.0)).is_adequate is False


def test_a_procedure_counts_from_its_day():
    assert adequacy(Tried(tier=4, days=3, window_days=84)) == Adequacy(
        True, ("a procedure, dated",)
    )
