"""What a change of a questionnaire's score means, instrument by instrument."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from pathway.rules import SCALES, Change, ScaleKind, change, function_worse, words

SOURCE = Path("pathway/protocols/conservative-spine-care.toml")
START = date(2026, 3, 2)
BETTER, UNCHANGED, WORSE = Change.BETTER, Change.UNCHANGED, Change.WORSE


@pytest.mark.parametrize(
    ("key", "first", "last", "expected"),
    [
        ("promis-pain-interference", 45, 35, BETTER),
        ("promis-pain-interference", 35, 45, WORSE),
        ("promis-physical-function", 35, 45, BETTER),
        ("promis-physical-function", 45, 35, WORSE),
        ("promis-physical-function", 45, 49, UNCHANGED),
        ("peg", 5, 3, BETTER),
        ("peg", 5.0, 3.8, UNCHANGED),
        ("peg", 5.0, 3.7, BETTER),
        ("peg", 1.0, 1.5, UNCHANGED),
        ("peg", 1.0, 2.3, WORSE),
        ("peg", 2.0, 1.0, UNCHANGED),
        ("rmdq", 10, 8, UNCHANGED),
        ("rmdq", 20, 15, BETTER),
        ("rmdq", 10, 15, WORSE),
        ("odi", 40, 30, BETTER),
        ("start-back", 9, 0, UNCHANGED),
        ("start-back", 0, 9, UNCHANGED),
    ],
)
def test_a_change_counts_in_its_direction_and_beyond_its_error(key, first, last, expected):
    assert change(SCALES[key], first, last) is expected


def test_30_per_cent_of_a_t_score_mean_nothing():
    """A T-score of 90 that falls by 4 is no more than one of 20 that does."""
    scale = SCALES["promis-pain-interference"]
    assert {change(scale, first, first - 4) for first in (20, 50, 90)} == {UNCHANGED}


def test_every_scale_says_what_the_protocol_says():
    source = tomllib.loads(SOURCE.read_text())
    scored = {
        each["key"]: each for each in source["instruments"] if each.get("scoring") != "single"
    }
    for key, row in scored.items():
        scale = SCALES[key]
        assert scale.name == row["short_name"]
        assert (scale.minimum, scale.maximum) == (row["minimum"], row["maximum"])
        assert scale.higher_is_worse == row["higher_is_worse"]
        assert scale.least_change == row.get("meaningful_change", scale.least_change)


def test_a_score_as_the_arrays_hold_it():
    assert SCALES["rmdq"].percent(6) == 25
    assert SCALES["promis-physical-function"].percent(30) == 75


def forms(*scores):
    return [(START + timedelta(days=14 * place), score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "is_worse"),
    [
        ((40, 60, 60), True),
        ((40, 50, 50), True),
        ((40, 60, 49), False),
        ((40, 60), False),
        ((60, 30, 69, 69), False),
        ((60, 30, 70, 70), True),
        ((40, 55, 45, 60), False),
    ],
)
def test_function_is_worse_on_two_forms_in_a_row_against_the_first(scores, is_worse):
    assert (function_worse(SCALES["odi"], forms(*scores)) is not None) is is_worse


def test_worse_by_the_least_change_but_within_the_error_is_not_worse():
    assert function_worse(SCALES["peg"], forms(5, 6.2, 6.2)) is None
    assert function_worse(SCALES["peg"], forms(5, 6.3, 6.3)) is not None


def test_a_risk_group_says_nothing_of_function():
    assert function_worse(SCALES["start-back"], forms(0, 9, 9)) is None


def test_worse_function_is_told_with_both_scores_and_both_days():
    found = function_worse(SCALES["odi"], forms(40, 60, 62))

    assert (found.since, found.on) == (date(2026, 3, 16), date(2026, 3, 30))
    assert found.sentence == (
        "ODI 40 → 62, worse on two forms in a row (Mar 16 and Mar 30); 10 or more counts"
    )


@pytest.mark.parametrize(
    ("key", "first", "last", "count", "said"),
    [
        ("peg", 5, 3, 2, "PEG 5 → 3"),
        ("peg", 1.0, 1.5, 2, "PEG 1 → 1.5"),
        ("peg", 4.333333, 4.25, 5, "PEG 4.3 → 4.3, no change"),
        ("rmdq", 10, 8, 3, "Roland–Morris 10 → 8"),  # noqa: RUF001
        ("rmdq", 10, 10, 1, "Roland–Morris 10, one form so far"),  # noqa: RUF001
        ("peg", None, None, 0, "PEG: no form yet"),
    ],
)
def test_a_form_is_named_with_both_scores(key, first, last, count, said):
    assert words(SCALES[key], first, last, count) == said


def test_kinds_of_scale():
    assert SCALES["peg"].kind is ScaleKind.RATIO
    assert SCALES["promis-physical-function"].kind is ScaleKind.T_SCORE
    assert SCALES["start-msk"].kind is ScaleKind.RISK_GROUP
