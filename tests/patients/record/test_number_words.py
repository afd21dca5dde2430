"""What raised a flag, in numbers that a clinician can check against the bar."""

from dataclasses import MISSING, fields

import pytest

from pathway.rules import Numbers, Rules
from patients.models import Finding, Kind
from patients.record.selectors.number_words import number_words, signal_words

RULES = Rules()
UNKNOWN = {field.name: None for field in fields(Numbers) if field.default is MISSING}


def numbers(**known):
    """What a review kept; all that is not named is not known."""
    return UNKNOWN | {"status": "plateau", "rules_version": "3.0"} | known


def said(kind, **known):
    return signal_words(Finding(kind=kind, numbers=numbers(**known)), RULES)


def test_a_stall_stands_beside_the_bar_of_its_day():
    assert said(Kind.PLATEAU, stall=1.239, bar=1.2) == (
        "1.24; 1.20 or more was needed on that day (log-odds of a stall)"
    )


@pytest.mark.parametrize("known", [{"stall": 1.4}, {"bar": 1.2}])
def test_a_plateau_of_before_3_0_kept_no_bar_and_says_none(known):
    assert said(Kind.PLATEAU, **known) == ""


def test_a_rise_that_is_plain_in_points_is_said_in_points():
    assert said(Kind.WORSENING, baseline=4.0, mean_14=5.5, worse=0.4) == (
        "1.5 points above the start; 1.5 on 5 days were needed"
    )


@pytest.mark.parametrize("known", [{"baseline": 4.0, "mean_14": 5.4}, {"mean_14": 8.0}, {}])
def test_a_smaller_rise_or_one_without_a_start_is_said_by_its_signal(known):
    assert said(Kind.WORSENING, worse=0.314, **known) == (
        "0.31; 0.20 on 5 days were needed (log-odds of ending worse)"
    )


def test_pain_that_came_back_stands_beside_the_share_of_its_start():
    assert said(Kind.RELAPSE, baseline=6.0, mean_14=5.2) == (
        f"14-day mean 5.2; {RULES.back_share * 6:.1f} or more on {RULES.back_days} days were needed"
    )
    assert said(Kind.RELAPSE, mean_14=5.2) == ""


@pytest.mark.parametrize("kind", [Kind.SAFETY, Kind.SILENT, Kind.WINDOW_COMPLETE, Kind.STEP_DOWN])
def test_what_no_signal_raised_has_none(kind):
    assert said(kind, stall=2.0, bar=1.0, worse=1.0, baseline=1.0, mean_14=5.0) == ""


def test_a_finding_without_numbers_has_no_signal():
    assert signal_words(Finding(kind=Kind.PLATEAU, numbers={}), RULES) == ""


def test_the_change_is_that_of_the_two_numbers_shown():
    words = number_words(Numbers.from_json(numbers(baseline=6.04, mean_14=4.96, usual_pain=6.0)))
    assert (words.start, words.mean, words.change) == ("6.0", "5.0", "-1.0")
    assert words.parts == ["usual pain, as stated: 6"]
    assert (words.target, words.clears_at) == ("", "")


@pytest.mark.parametrize("known", [{"baseline": 6.0}, {"mean_14": 5.0}])
def test_without_one_of_the_two_no_change_is_said(known):
    assert number_words(Numbers.from_json(numbers(**known))).change == ""
