"""When a log is asked for: the protocol's schedule, on plain days."""

from datetime import date, timedelta

import pytest

from patients.logs.log_schedule import LoggedCourse, LogSchedule, asked_lately, asked_on

MONDAY = date(2026, 3, 2)
USUAL = LogSchedule(daily_until_day=42, weekly_log_days=7, entries_needed=4)


def course(*, day, logged=range(1), steps=True, is_settled=True):
    """A step that on Monday is in this day; `logged` counts days back from Monday."""
    began = MONDAY - timedelta(days=day - 1)
    return LoggedCourse(
        since=began,
        steps=[began] if steps else [],
        is_settled=is_settled,
        logged={MONDAY - timedelta(days=back) for back in logged},
    )


def days_until_next(course, schedule=USUAL):
    return (asked_on(course, schedule) - MONDAY).days


def test_before_the_first_log_one_is_asked_for_at_once():
    assert asked_on(course(day=3, logged=[]), USUAL) == MONDAY - timedelta(days=2)


@pytest.mark.parametrize("day", [1, 20, 41])
def test_early_in_a_step_each_day(day):
    assert days_until_next(course(day=day, logged=range(day))) == 1


def test_the_last_daily_log_is_that_of_day_42():
    everyday = range(41)

    assert days_until_next(course(day=41, logged=everyday)) == 1
    assert days_until_next(course(day=42, logged=everyday)) == 7


def test_stable_and_well_logged_once_a_week():
    assert days_until_next(course(day=60, logged=range(14))) == 7


def test_the_cadence_is_the_protocols():
    slower = LogSchedule(daily_until_day=10, weekly_log_days=12, entries_needed=0)

    assert days_until_next(course(day=11, logged=[0]), slower) == 12


def test_a_second_step_that_began_lately_is_followed_daily():
    both = course(day=60, logged=range(14))
    both = LoggedCourse(both.since, [*both.steps, MONDAY], both.is_settled, both.logged)

    assert days_until_next(both) == 1


def test_an_unsettled_course_is_followed_daily():
    assert days_until_next(course(day=60, logged=range(14), is_settled=False)) == 1


def test_between_steps_once_a_week():
    assert days_until_next(course(day=1, steps=False, logged=range(14))) == 7


def test_never_so_few_that_the_rules_are_blind():
    """Of five in two weeks, one more than they need, the oldest falls out after three days."""
    assert days_until_next(course(day=60, logged=[0, 3, 5, 10, 11])) == 3


def entries(logged, day):
    return sum(day - timedelta(days=13) <= one <= day for one in logged)


def stable(weeks, daily_days, misses=()):
    """The days of a stable course after so many daily logs, and what stands logged after each; the
    asked-for logs with these numbers are missed."""
    logged = {MONDAY - timedelta(days=back) for back in range(daily_days)}
    began, asked = MONDAY - timedelta(days=60), 0
    for day in (MONDAY + timedelta(days=one) for one in range(1, weeks * 7 + 1)):
        if day >= asked_on(LoggedCourse(began, [began], True, logged), USUAL):
            asked += 1
            if asked not in misses:
                logged.add(day)
        yield day, logged


@pytest.mark.parametrize("daily_days", [5, 14])
def test_whoever_logs_when_asked_has_one_to_spare(daily_days):
    for day, logged in stable(12, daily_days):
        assert entries(logged, day) >= USUAL.entries_needed + 1
    assert len(logged) <= daily_days + 12 * 2.5 + 1


@pytest.mark.parametrize("daily_days", [5, 14])
@pytest.mark.parametrize("missed", range(1, 26))
def test_with_one_missed_the_rules_still_see_enough(daily_days, missed):
    for day, logged in stable(12, daily_days, misses={missed}):
        assert entries(logged, day) >= USUAL.entries_needed


@pytest.mark.parametrize("daily_days", [5, 14])
def test_missing_one_a_fortnight_still_leaves_enough(daily_days):
    for day, logged in stable(12, daily_days, misses=set(range(3, 60, 5))):
        assert entries(logged, day) >= USUAL.entries_needed


# ------------------------------------------------------------------ how many were asked for in a week


def asked(**of):
    return asked_lately(course(**of), USUAL, MONDAY)


def test_each_day_of_the_first_weeks_whether_logged_or_not():
    assert asked(day=20, logged=range(20)) == 7
    assert asked(day=20, logged=range(7, 20)) == 7


def test_in_a_new_step_the_days_it_has():
    assert asked(day=3, logged=[]) == 3


def test_a_stable_course_is_asked_once_a_week_and_once_only_while_it_waits():
    well = [*range(7, 21)]
    assert asked(day=80, logged=[0, *well]) == 1
    assert asked(day=80, logged=well) == 1


def test_an_unsettled_course_is_asked_each_day():
    assert asked(day=80, logged=range(7, 30), is_settled=False) == 7
