"""The one line of the worklist."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pathway.rules import Status, sentence, then_and_now
from pathway.rules.rounding import one_decimal
from tests.pathway.rules.diaries import numbers

EIGHT_WEEKS = replace(
    numbers(np.full(84, 6.0)), day=55, baseline=6.3, before=None, mean_14=6.1, target=4.41
)


def test_a_plateau_reads_as_in_the_product_book():
    line = sentence(EIGHT_WEEKS, programme_done=0.71, weeks_logged=6)

    assert line == (
        "6.3 → 6.1 in 8 weeks; needs 4.4 or less; programme done 71 %; 6 of 8 weeks well logged"
    )


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (Status.IN_PROGRESS, "6.3 → 6.1 in 8 weeks; too early to tell"),
        (Status.IMPROVING, "6.3 → 6.1 in 8 weeks; needs 4.4 or less"),
        (Status.RESPONDED, "6.3 → 6.1 in 8 weeks; at or below 4.4 since day 38"),
        (Status.RELAPSE, "6.3 at the start, eased, now back at 6.1"),
        (Status.WINDOW_COMPLETE, "planned end reached; 6.3 → 6.1 in 8 weeks; needs 4.4 or less"),
    ],
)
def test_each_status_has_its_sentence(status, line):
    assert sentence(replace(EIGHT_WEEKS, status=status)) == line


def test_worsening_says_how_many_points():
    worse = replace(EIGHT_WEEKS, status=Status.WORSENING, mean_14=7.8, before=6.4)

    assert sentence(worse) == "6.3 → 7.8 in 8 weeks; 1.5 points higher than at the start"
    assert sentence(replace(worse, before=6.0)) == (
        "6.3 → 7.8 in 8 weeks; 1.5 points higher than at the start, "
        "1.8 higher than before the last 14 days"
    )


@pytest.mark.parametrize("status", ["IN_PROGRESS", "PLATEAU", "IMPROVING", "WORSENING"])
def test_a_mean_a_point_above_the_start_is_called_higher_whatever_the_status(status):
    higher = replace(EIGHT_WEEKS, status=Status[status], mean_14=7.3)

    assert sentence(higher) == "6.3 → 7.3 in 8 weeks; 1.0 points higher than at the start"
    assert "higher" not in sentence(replace(higher, mean_14=7.2, status=Status.PLATEAU))


def test_the_end_of_a_window_above_the_start_says_so():
    over = replace(EIGHT_WEEKS, status=Status.WINDOW_COMPLETE, mean_14=8.0)

    assert sentence(over) == (
        "planned end reached; 6.3 → 8.0 in 8 weeks; 1.7 points higher than at the start"
    )


@pytest.mark.parametrize("status", ["IN_PROGRESS", "PLATEAU", "WINDOW_COMPLETE"])
def test_relief_that_is_partly_gone_says_both_numbers(status):
    back = replace(
        EIGHT_WEEKS, status=Status[status], baseline=8.0, mean_14=6.5, target=5.6, eased_to=2.0
    )

    assert sentence(back).endswith("8.0 at the start, eased to 2.0, partly back: 6.5 now")
    assert "eased" not in sentence(replace(back, eased_to=4.6))
    assert "eased" not in sentence(replace(back, mean_14=5.6))


def test_without_pain_there_is_nothing_to_treat_and_no_target():
    none = numbers(np.zeros(84), usual=0.0)

    assert (none.status, none.target) == (Status.IN_PROGRESS, None)
    assert sentence(none) == "0.0 → 0.0 in 12 weeks; no pain to treat"


def test_a_target_below_which_the_diary_always_was_is_not_asked_for():
    flat = numbers(np.full(84, 5.0), usual=10.0)

    assert sentence(flat) == (
        "7.5 → 5.0 in 12 weeks, but the diary has not fallen: 5.0 in its first 14 days"
    )


def test_a_change_is_the_difference_of_the_numbers_shown():
    worse = replace(EIGHT_WEEKS, status=Status.WORSENING, baseline=6.25, mean_14=7.74)

    assert sentence(worse) == "6.3 → 7.7 in 8 weeks; 1.4 points higher than at the start"


@pytest.mark.parametrize(
    ("value", "said"),
    [(4.25, "4.3"), (4.35, "4.4"), (4.2499999999, "4.3"), (6.349999904632568, "6.4"), (0.05, "0.1"), (-0.04, "0.0"),
     (10, "10.0"), (None, "?")],
)  # fmt: skip
def test_numbers_are_rounded_half_up(value, said):
    assert one_decimal(value) == said


def test_what_was_said_and_what_is_so_today_stand_side_by_side():
    back = replace(EIGHT_WEEKS, status=Status.RELAPSE, mean_14=4.8)
    then, today = date(2026, 11, 16), date(2026, 11, 29)

    def line(as_of, now, last_log=None):
        return then_and_now(back, as_of, today=today, now=now, last_log=last_log)

    yesterday = today - timedelta(days=1)
    assert line(then, (today, 8.2), (yesterday, 10)) == (
        "Nov 16: back at 4.8 → today 8.2, last log yesterday: 10"
    )
    assert line(then, (yesterday, 8.2)) == "Nov 16: back at 4.8 → Nov 28 8.2"
    assert line(then, (today, None)) == "Nov 16: back at 4.8 → today no log in 14 days"
    assert line(then, (today, 4.84)) == "Nov 16: back at 4.8"
    assert line(today, (today, 8.2)) == "Nov 29: back at 4.8"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "level at 6.1"),
        ({"mean_14": 7.5}, "higher than at the start, 7.5"),
        ({"status": Status.IMPROVING}, "6.1"),
        ({"eased_to": 3.0}, "partly back at 6.1"),
    ],
)
def test_a_day_is_named_with_what_was_said_on_it(changed, said):
    found = replace(EIGHT_WEEKS, **changed)
    day = date(2026, 11, 16)

    line = then_and_now(found, day, today=day, now=None, last_log=(day, 5))
    assert line == f"Nov 16: {said}, last log today: 5"


@pytest.mark.parametrize(
    ("count", "missing", "line"),
    [
        (0, 4, "0 entries in the last 14 days; 4 more needed to see a pattern"),
        (1, 3, "1 entry in the last 14 days; 3 more needed to see a pattern"),
    ],
)
def test_too_few_entries_are_counted(count, missing, line):
    few = replace(
        EIGHT_WEEKS, status=Status.INSUFFICIENT_DATA, count_14=count, entries_missing=missing
    )

    assert sentence(few) == line


def test_silence_gives_its_true_reason():
    silent = replace(EIGHT_WEEKS, status=Status.INSUFFICIENT_DATA, count_14=5, entries_missing=1)

    assert sentence(replace(silent, days_since_entry=9.0)) == "last entry 9 days ago"
    assert sentence(replace(silent, days_since_entry=2.0)).startswith("5 entries in the last 14")
    unknown = numbers([2.0] * 20, usual=np.nan, cycle_started=True)
    assert sentence(unknown).startswith("nothing tells where it began")


def test_function_is_named_with_its_form_and_never_as_a_share():
    forms = replace(EIGHT_WEEKS, function_share=1.5, function_forms=2)

    assert sentence(forms, function="PEG 1 → 1.5").endswith("; PEG 1 → 1.5")
    assert "function" not in sentence(forms)
    assert "%" not in sentence(forms)


def test_a_first_form_alone_is_no_change():
    assert sentence(replace(EIGHT_WEEKS, function_share=1.0, function_forms=1)).endswith(
        "; one function form so far"
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (0, "1 day"),
        (1, "2 days"),
        (6, "7 days"),
        (7, "1 week"),
        (9, "1 week"),
        (10, "2 weeks"),
        (83, "12 weeks"),
    ],
)
def test_durations_are_days_first_and_weeks_later(day, words):
    assert f" in {words};" in sentence(replace(EIGHT_WEEKS, day=day))


def test_zero_is_written_and_the_unknown_is_a_question_mark():
    eased = replace(EIGHT_WEEKS, mean_14=0.0, fallen=True)

    assert sentence(eased, programme_done=0.0, weeks_logged=0) == (
        "6.3 → 0.0 in 8 weeks; needs 4.4 or less; programme done 0 %; 0 of 8 weeks well logged"
    )
    assert sentence(replace(EIGHT_WEEKS, mean_14=None)).startswith("6.3 → ? in")


def test_the_first_days_count_as_one_week():
    assert sentence(replace(EIGHT_WEEKS, day=2), weeks_logged=1).endswith(
        "1 of 1 weeks well logged"
    )
