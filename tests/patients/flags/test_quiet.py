"""After a decision with a check date: who speaks, for every pair of kinds and on the days that matter."""

import pytest

from patients.flags.quiet import hushing, speaks
from patients.models import Kind

DAYS = (0, 1, 13, 27, 28, 60)
# Rows are what was decided about, columns what is found later, each by its letter below: "." waits for
# the check date, "28" at most for 28 days, "!" speaks at once. Written by hand; the code does not make it.
COLUMNS = (
    Kind.SAFETY, Kind.WORSENING, Kind.CEILING, Kind.RELAPSE, Kind.FUNCTION_WORSE, Kind.PLATEAU,
    Kind.WINDOW_COMPLETE, Kind.REVIEW_REQUESTED, Kind.OPIOID, Kind.SILENT, Kind.STEP_DOWN,
)  # fmt: skip
TABLE = """
safety             !  !  !  !  !  !  !  !  !  !  !
worsening          !  28 .  28 !  .  .  !  !  .  .
ceiling            !  !  .  !  !  .  .  !  !  .  .
relapse            !  !  !  28 !  .  .  !  !  .  .
function_worse     !  !  !  !  28 .  .  !  !  .  .
plateau            !  !  !  !  !  .  .  !  !  .  .
window_complete    !  !  !  !  !  !  .  !  !  .  .
review_requested   !  !  !  !  !  !  !  !  !  .  .
opioid_course      !  !  !  !  !  !  !  !  !  !  !
insufficient_data  !  !  !  !  !  !  !  !  !  .  .
step_down          !  !  !  !  !  !  !  !  !  !  .
"""
PAIRS = [
    (row.split()[0], kind, word)
    for row in TABLE.strip().splitlines()
    for kind, word in zip(COLUMNS, row.split()[1:], strict=True)
]


def test_the_table_has_every_pair():
    assert {(about, kind) for about, kind, _word in PAIRS} == {(a, b) for a in Kind for b in Kind}


@pytest.mark.parametrize("about", Kind)
def test_who_speaks(about):
    for kind, word in [pair[1:] for pair in PAIRS if pair[0] == about]:
        for days in DAYS:
            expected = {"!": True, ".": False, "28": days >= 28}[word]
            assert speaks(kind, about=[about], days=days) is expected, (kind, days)


@pytest.mark.parametrize("about", Kind)
@pytest.mark.parametrize("kind", [Kind.SAFETY, Kind.WORSENING, Kind.RELAPSE, Kind.FUNCTION_WORSE])
def test_nothing_that_is_worse_is_quiet_for_more_than_28_days(about, kind):
    assert speaks(kind, about=list(Kind), days=28)
    assert speaks(kind, about=[about], days=28)


def test_what_stood_in_the_flag_when_it_was_decided_was_decided_too():
    """A ceiling with the relapse that made it: the same relapse is nothing new on the next day."""
    about = [Kind.CEILING, Kind.RELAPSE]
    assert not speaks(Kind.RELAPSE, about=about, days=1)
    assert speaks(Kind.RELAPSE, about=[Kind.CEILING], days=1)
    assert speaks(Kind.WORSENING, about=about, days=1)


def test_a_second_safety_answer_speaks_though_one_was_decided():
    assert speaks(Kind.SAFETY, about=[Kind.SAFETY, Kind.PLATEAU], days=0)


@pytest.mark.parametrize(
    ("about", "days", "expected"),
    [("plateau", 0, True), ("worsening", 27, False), ("worsening", 28, True),
     ("window_complete", 27, False), ("window_complete", 28, True), ("safety", 0, True)],
)  # fmt: skip
def test_a_planned_end_above_the_start_is_something_worse(about, days, expected):
    assert speaks(Kind.WINDOW_COMPLETE, about=[about], days=days, is_worse=True) is expected


def test_what_keeps_the_ceiling_quiet():
    assert set(hushing(Kind.CEILING)) == {Kind.WORSENING, Kind.CEILING}
