"""The one line of the worklist."""

from dataclasses import replace

import numpy as np
import pytest

from pathway.rules import Status, sentence
from tests.pathway.rules.diaries import numbers

EIGHT_WEEKS = replace(numbers(np.full(84, 6.0)), day=55, baseline=6.3, mean_14=6.1, target=4.41)


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
    line = sentence(replace(EIGHT_WEEKS, status=Status.WORSENING, mean_14=7.8))

    assert line == "6.3 → 7.8 in 8 weeks; 1.5 points higher than at the start"


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


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.7, "function 30 % better"),
        (1.0, "function unchanged"),
        (1.25, "function 25 % worse"),
        (0.0, "function 100 % better"),
    ],
)
def test_function_is_said_in_words(share, words):
    assert sentence(replace(EIGHT_WEEKS, function_share=share)).endswith(f"; {words}")


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
    eased = replace(EIGHT_WEEKS, mean_14=0.0)

    assert sentence(eased, programme_done=0.0, weeks_logged=0) == (
        "6.3 → 0.0 in 8 weeks; needs 4.4 or less; programme done 0 %; 0 of 8 weeks well logged"
    )
    assert sentence(replace(EIGHT_WEEKS, mean_14=None)).startswith("6.3 → ? in")


def test_the_first_days_count_as_one_week():
    assert sentence(replace(EIGHT_WEEKS, day=2), weeks_logged=1).endswith(
        "1 of 1 weeks well logged"
    )
