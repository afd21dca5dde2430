"""What is told already is not told again, and what a decision keeps quiet waits for its day."""

from dataclasses import MISSING, fields
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from pathway.rules import Numbers, Status
from patients.models import Kind, Severity
from patients.review.look import Before, Look
from patients.review.open_findings import OpenFindings, in_relief
from patients.review.step_down import step_down_sentence

DAY = date(2026, 3, 2)
HERS = SimpleNamespace(trial=7, today=DAY)
UNKNOWN = {field.name: None for field in fields(Numbers) if field.default is MISSING}


def days(number):
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("known", "is_shadow", "has"),
    [
        ((7, Kind.PLATEAU, False), False, True),
        ((7, Kind.PLATEAU, False), True, True),
        ((7, Kind.PLATEAU, True), True, True),
        ((7, Kind.PLATEAU, True), False, False),
        ((8, Kind.PLATEAU, False), False, False),
        ((7, Kind.WORSENING, False), False, False),
    ],
)
def test_what_stands_open_of_the_same_trial_is_known_and_what_only_the_shadow_knows_is_new(
    known, is_shadow, has
):
    assert OpenFindings(kinds={known}).has(HERS, Kind.PLATEAU, DAY, is_shadow) is has


@pytest.mark.parametrize(
    ("cycles", "has"),
    [([], True), ([-10], True), ([-9], False), ([0], False), ([1], True), ([-20, -5], False)],
)
def test_pain_back_after_a_further_injection_is_another_relapse(cycles, has):
    """The open relapse began ten days ago; this one today."""
    known = OpenFindings(
        kinds={(7, Kind.RELAPSE, False)}, relapsed={(7, False): DAY - days(10)},
        cycles={7: [DAY + days(each) for each in cycles], 8: [DAY]},
    )  # fmt: skip
    assert known.has(HERS, Kind.RELAPSE, DAY, is_shadow=False) is has


@pytest.mark.parametrize(
    ("known", "is_shadow", "has"),
    [
        ((3, False), False, True),
        ((3, False), True, True),
        ((3, True), True, True),
        ((3, True), False, False),
        ((4, False), False, False),
    ],
)
def test_the_ceiling_is_told_once_an_episode(known, is_shadow, has):
    assert OpenFindings(ceilings={known}).has_ceiling(3, is_shadow) is has


@pytest.mark.parametrize(("day", "waits"), [(-1, False), (0, True), (13, True), (14, False)])
def test_an_injection_is_given_its_time_and_not_a_day_more(day, waits):
    periods = {3: [(DAY - days(90), DAY - days(76)), (DAY, DAY + days(14))]}
    assert in_relief(periods, 3, DAY + days(day)) is waits
    assert not in_relief(periods, 4, DAY + days(day))


# ------------------------------------------------------------------ one look


def look(status=Status.PLATEAU, before=(None, None), quiet=(None, None, []), **more):
    whole = dict.fromkeys(field.name for field in fields(Look))
    numbers = UNKNOWN | {"status": "window_complete", "rules_version": "3.0"}
    whole |= {"run": HERS, "status": status, "before": Before(*before, *quiet), "numbers": numbers}
    return Look(**whole | {"steps_down": False} | more)


@pytest.mark.parametrize(
    ("status", "kind", "severity"),
    [
        (Status.WORSENING, Kind.WORSENING, Severity.REVIEW),
        (Status.RELAPSE, Kind.RELAPSE, Severity.REVIEW),
        (Status.PLATEAU, Kind.PLATEAU, Severity.REVIEW),
        (Status.WINDOW_COMPLETE, Kind.WINDOW_COMPLETE, Severity.REVIEW),
        (Status.INSUFFICIENT_DATA, Kind.SILENT, Severity.CHECK_IN),
    ],
)
def test_what_is_worth_a_flag(status, kind, severity):
    assert look(status).says == [(kind, severity)]


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.IMPROVING, Status.RESPONDED])
def test_who_goes_on_well_is_no_flag_and_worse_function_and_calm_weeks_are(status):
    assert look(status).says == []
    assert look(status, function="worse", steps_down=True).says == [
        (Kind.FUNCTION_WORSE, Severity.REVIEW), (Kind.STEP_DOWN, Severity.CHECK_IN),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "since"),
    [
        ((Status.PLATEAU, DAY - days(5)), DAY - days(5)),
        ((Status.IMPROVING, DAY - days(5)), DAY),
        ((Status.PLATEAU, None), DAY),
        ((None, None), DAY),
    ],
)
def test_a_status_holds_since_the_first_look_that_saw_it(before, since):
    assert look(before=before).since == since


@pytest.mark.parametrize(
    ("begun", "until", "quiet"),
    [(-5, 5, True), (-5, 1, True), (-5, 0, False), (-5, -1, False), (None, 5, False),
     (-5, None, False)],
)  # fmt: skip
def test_quiet_ends_on_the_day_of_the_check(begun, until, quiet):
    at = [None if each is None else DAY + days(each) for each in (begun, until)]
    assert look(quiet=(*at, [Kind.PLATEAU])).is_quiet(Kind.PLATEAU) is quiet


def test_something_worse_speaks_while_it_is_quiet():
    quiet = look(quiet=(DAY - days(5), DAY + days(5), [Kind.PLATEAU]))
    assert not quiet.is_quiet(Kind.WORSENING)
    assert quiet.is_quiet(Kind.WINDOW_COMPLETE)


@pytest.mark.parametrize(("mean", "quiet"), [(9.0, False), (6.0, True)])
def test_a_planned_end_above_the_start_is_something_worse(mean, quiet):
    numbers = UNKNOWN | {
        "status": "window_complete", "rules_version": "3.0", "baseline": 6.0, "mean_14": mean,
    }  # fmt: skip
    decided = (DAY - days(5), DAY + days(5), [Kind.PLATEAU])
    assert look(quiet=decided, numbers=numbers).is_quiet(Kind.WINDOW_COMPLETE) is quiet


@pytest.mark.parametrize(
    ("function", "said"),
    [("", "4.0 → 1.5; at most 1 for four weeks"),
     ("PEG 4 → 1", "4.0 → 1.5; at most 1 for four weeks; PEG 4 → 1")],
)  # fmt: skip
def test_four_calm_weeks_are_said_with_what_function_says(function, said):
    numbers = Numbers.from_json(
        UNKNOWN | {"status": "responded", "rules_version": "3.0", "baseline": 4.0, "mean_14": 1.5}
    )
    assert step_down_sentence(numbers, function) == said
