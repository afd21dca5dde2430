"""Outcomes, chronicity, ceiling signs and the way back down."""

from datetime import date, timedelta

import numpy as np
import pytest

from pathway.rules import (
    Outcome,
    Pathway,
    Rules,
    ceiling_sentence,
    ceiling_signs,
    chronicity,
    is_high_disability,
    outcome,
    relapsed,
    step_down,
)
from pathway.rules.measured import Measured
from tests.pathway.rules.diaries import series

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("baseline", "mean", "count", "expected"),
    [
        (6.0, 4.2, 14, Outcome.RESPONDED),
        (6.0, 4.3, 14, Outcome.PARTIAL),
        (6.0, 5.1, 14, Outcome.PARTIAL),
        (10.0, 8.5, 14, Outcome.PARTIAL),
        (6.0, 5.2, 14, Outcome.NOT_RESPONDED),
        (6.0, 7.9, 14, Outcome.NOT_RESPONDED),
        (6.0, 8.0, 14, Outcome.WORSE),
        (2.0, 1.2, 14, Outcome.PARTIAL),
        (2.0, 1.0, 14, Outcome.RESPONDED),
        (6.0, 0.0, 4, Outcome.RESPONDED),
        (6.0, 0.0, 3, Outcome.UNKNOWN),
        (6.0, None, 0, Outcome.UNKNOWN),
        (None, 3.0, 14, Outcome.UNKNOWN),
    ],
)
def test_how_a_trial_ended(baseline, mean, count, expected):
    assert outcome(baseline=baseline, mean_14=mean, count_14=count) is expected


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "acute"), (41, "acute"), (42, "subacute"), (83, "subacute"), (84, "chronic")],
)
def test_chronicity_turns_at_six_and_twelve_weeks(days, label):
    assert chronicity(TODAY - timedelta(days=days), TODAY) == label


UNCHANGED = {"structured_days": 90, "function_share": 0.71, "forms_due": 6, "forms_answered": 4}


def test_pain_that_comes_back_after_two_cycles_is_a_ceiling_sign():
    signs = ceiling_signs(Pathway(relapsed_cycles=2))

    assert signs.pain_returns is True
    assert signs.reassess
    assert not ceiling_signs(Pathway(relapsed_cycles=1)).reassess


def test_function_unchanged_over_three_months_is_a_ceiling_sign():
    signs = ceiling_signs(Pathway(**UNCHANGED))

    assert signs.function_unchanged
    assert signs.reassess


def test_one_form_due_and_answered_is_enough_to_know():
    assert ceiling_signs(Pathway(**UNCHANGED | {"forms_due": 1, "forms_answered": 1})).reassess


@pytest.mark.parametrize(
    "different",
    [
        {"structured_days": 89},
        {"function_share": 0.70},
        {"function_share": None},
        {"function_change": True},
        {"forms_answered": 3},
        {"forms_due": 0, "forms_answered": 0},
    ],
)
def test_function_is_no_sign_when_it_changed_or_is_hardly_known(different):
    assert not ceiling_signs(Pathway(**(UNCHANGED | different))).function_unchanged


def test_disc_change_counts_only_beside_another_sign_or_a_plateau():
    alone = ceiling_signs(Pathway(disc_progressed=True))

    assert alone.disc_progressed
    assert not alone.reassess
    assert ceiling_signs(Pathway(disc_progressed=True, plateau=True)).reassess
    assert not ceiling_signs(Pathway(plateau=True)).reassess


def test_pain_that_came_back_is_no_reason_while_a_further_cycle_is_under_way():
    signs = ceiling_signs(Pathway(relapsed_cycles=2, cycle_under_way=True))

    assert (signs.pain_returns, signs.reassess) == (True, False)
    plateau = Pathway(relapsed_cycles=2, cycle_under_way=True, disc_progressed=True, plateau=True)
    assert ceiling_signs(plateau).reassess


def test_the_protocol_says_how_much_better_function_has_to_be():
    stricter = Rules(better_share=0.2)

    assert ceiling_signs(Pathway(**UNCHANGED)).function_unchanged
    assert not ceiling_signs(Pathway(**UNCHANGED), stricter).function_unchanged


def day(number):
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("treatments", "relapses", "expected"),
    [
        ([0, 42], [30, 70], {0, 42}),
        ([42, 0], [30, 35], {0}),
        ([0, 42], [42], {0}),
        ([0, 42], [48], {0}),
        ([0, 42], [49], {42}),
        ([0, 42], [41, 60], {0, 42}),
        ([0, 20], [40, 44], {20}),
        ([0, 50], [45, 60], {0, 50}),
        ([0, 40], [50, 45], {0}),
        ([10], [5], set()),
        ([], [5], set()),
    ],
    ids=[
        "each",
        "twice the same",
        "its first day",
        "its first week",
        "a week later",
        "a further treatment",
        "seen in two tiers",
        "a second return",
        "in any order",
        "before any",
        "none",
    ],
)
def test_a_relapse_belongs_to_the_treatment_begun_last(treatments, relapses, expected):
    found = relapsed(map(day, treatments), map(day, relapses))

    assert found == {day(number) for number in expected}


def said(**pathway):
    seen = Pathway(**pathway)
    return ceiling_sentence(seen, ceiling_signs(seen))


def test_the_sentence_of_the_ceiling_names_each_sign_with_its_numbers():
    forms = {**UNCHANGED, "structured_days": 96, "forms_due": 14, "forms_answered": 11}
    twice = {"cycles": 3, "relapsed_cycles": 2}
    unchanged = "after 96 days of structured care; 11 of 14 forms answered"

    assert said(**twice) == "Pain came back after 2 of 3 cycles"
    assert said(**forms) == f"Function not improved {unchanged}"
    assert said(**forms, instrument="PEG") == f"PEG not improved {unchanged}"
    assert said(**forms, function_words="PEG 6 → 5.5") == f"PEG 6 → 5.5 {unchanged}"
    assert said(**forms | twice | {"function_share": 1.0, "disc_progressed": True}) == (
        f"Pain came back after 2 of 3 cycles; function not improved {unchanged}; "
        "progressive disc change recorded on imaging"
    )
    assert said(disc_progressed=True, plateau=True) == (
        "Improvement has levelled off; progressive disc change recorded on imaging"
    )


FORMS = {"function": np.array([[60.0, 30.0]]), "function_days": np.array([0, 60])}
CALM = [6.0] * 40 + [1.0] * 44


def test_a_calm_month_and_half_the_trouble_left_suggest_a_step_down():
    assert step_down(series(CALM, **FORMS)).tolist() == [True]
    assert step_down(series(CALM), np.array([True])).tolist() == [True]


def test_calm_without_good_function_does_not():
    worse = {"function": np.array([[60.0, 31.0]]), "function_days": np.array([0, 60])}

    assert not step_down(series(CALM)).any()
    assert not step_down(series(CALM, **worse)).any()


def test_a_form_of_today_counts():
    today = {"function": np.array([[60.0, 30.0]]), "function_days": np.array([0, 83])}

    assert step_down(series(CALM, **today)).any()


def test_the_calm_has_to_last_28_days_of_full_fortnights():
    assert not step_down(series([6.0] * 44 + [1.0] * 40, **FORMS)).any()
    assert not step_down(series(CALM, last_day=np.array([79]), **FORMS)).any()
    assert step_down(series(CALM, last_day=np.array([80]), **FORMS)).any()
    four = [*CALM[:40], *([0.0, np.nan, np.nan, 0.0, np.nan, np.nan, np.nan] * 7)[:44]]
    assert step_down(series(four, **FORMS)).any()
    gaps = [*CALM[:43], *([np.nan, np.nan, np.nan, 0.0] * 11)[:41]]
    assert not step_down(series(gaps, **FORMS)).any()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (4.8, 5.3, "5"),
        (17.9, 19.0, "19"),
        (16.6, 19.4, "17 to 19"),
        (3.6, 5.4, "5"),
        (0, 2, "0 to 2"),
    ],
)
def test_a_measured_rate_is_said_in_whole_numbers(low, high, words):
    assert str(Measured(low, high)) == words


@pytest.mark.parametrize(("worse", "high"), [(69.9, False), (70, True), (100, True)])
def test_high_disability_begins_at_70_per_cent_of_the_worst_score(worse, high):
    assert is_high_disability(worse) is high
