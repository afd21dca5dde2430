"""The ceiling as 2.1 read it, and how its findings read today."""

from datetime import date, timedelta

import pytest

from patients.models import Finding, Kind
from patients.review.ceiling import told_by
from patients.review.ceiling_2_1 import pathway_2_1
from patients.review.ceiling_history import CeilingForm, CeilingHistory, CeilingStep

DAY_0 = date(2025, 11, 1)
TODAY = DAY_0 + timedelta(days=100)
THERAPY = CeilingStep(2, DAY_0, None)
AT_HOME = CeilingStep(1, DAY_0 - timedelta(days=100), DAY_0)


def form(day, percent, instrument="peg", matters=30.0):
    return CeilingForm(
        instrument, instrument.upper(), DAY_0 + timedelta(days=day), percent, matters
    )


def read(*forms, steps=(THERAPY,)):
    return pathway_2_1(CeilingHistory(14, [*steps], forms=[*forms]), TODAY, plateau=False)


@pytest.mark.parametrize(("day", "counts"), [(-15, False), (-14, True), (0, True), (100, True)])
def test_a_form_counts_from_a_fortnight_before_its_trial(day, counts):
    assert (read(form(day, 60)).instrument == "PEG") is counts


def test_a_form_of_self_care_alone_is_none_of_a_structured_trial():
    seen = read(form(-50, 60), form(10, 50), form(20, 40), steps=(AT_HOME, THERAPY))
    assert (seen.function_share, seen.forms_answered) == (0.8, 2)


def test_of_two_questionnaires_the_one_answered_more_often_speaks():
    seen = read(form(0, 60), form(5, 20, "rmdq"), form(14, 30))
    assert (seen.instrument, seen.function_share, seen.function_change) == ("PEG", 0.5, True)


@pytest.mark.parametrize(
    ("first", "last", "matters", "better"),
    [(60, 30, 30.0, True), (60, 31, 30.0, False), (60, 0, None, False)],
)
def test_better_is_what_matters_to_the_questionnaire_and_nothing_where_nobody_measured_it(
    first, last, matters, better
):
    seen = read(form(0, first, matters=matters), form(14, last, matters=matters))
    assert seen.function_change is better


@pytest.mark.parametrize("forms", [(), (form(0, 0), form(14, 20))])
def test_no_share_without_a_first_score(forms):
    assert read(*forms).function_share is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("share", "words"),
    [(0.8, "PEG -20 %"), (1.0, "PEG +0 %"), (None, "PEG does not span 90 days,")],
)
def test_a_finding_of_2_1_says_function_as_it_kept_it(protocol, share, words):
    """Not as 3.0 would say it: that form is not in what was kept."""
    kept = {
        "instrument": "PEG", "function_share": share, "structured_days": 100, "forms_due": 7,
        "forms_answered": 5,
    }  # fmt: skip
    told = told_by(Finding(kind=Kind.CEILING, protocol=protocol, numbers=kept))
    [seen] = [seen for sign, seen in told if sign.key == "function-not-improved"]
    assert seen.basis == (f"{words} in 100 days of structured trials; 5 of 7 forms answered")
