"""A broken line costs itself, never its neighbours; reading can stop and go on anywhere."""

import sys
from io import BytesIO

import pytest

from patients.diary_file import Bad, Blank, FilePlace, Report, Shape, read_rows
from tests.patients.diaries import judged


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("date,pain", "The line with the names of the columns is repeated here."),
        ("2026-03-01", "The line has 1 columns, the first line has 2."),
        ("2026-03-01,4,5", "The line has 3 columns, the first line has 2."),
        ("2026-03-01,\x004", "The line holds a NUL byte."),
        ("2026-03-01,4" + " " * 10_000, "The line is longer than 10,000 characters."),
        ("2026-03-01," + "4" * 200_000, "The line is longer than 10,000 characters."),
        ('2026-03-01,"4', "A quotation mark is opened and not closed."),
        ('2026-03-01,"4"x', "A quotation mark is opened and not closed."),
    ],
)
def test_a_broken_line_is_named_and_its_neighbours_are_taken(line, why):
    before, broken, after = judged(f"date,pain\n2026-03-01,4\n{line}\n2026-03-02,5\n")

    assert broken == Bad(3, why)
    assert (before.line, after.line) == (2, 4)


@pytest.mark.parametrize("line", ["", " , ", ",,"])
def test_an_empty_line_is_no_bad_line(line):
    before, blank, after = judged(f"date,pain\n2026-03-01,4\n{line}\n2026-03-02,5\n")

    assert blank == Blank(3)
    assert (before.line, after.line) == (2, 4)


def test_empty_cells_behind_the_last_column_are_passed_over():
    """Spreadsheets write them where a cell once was."""
    first, second = judged("date,pain\n2026-03-01,4,,\n2026-03-02,5,,x\n")

    assert isinstance(first, Report)
    assert second == Bad(3, "The line has 4 columns, the first line has 2.")


def test_a_stray_quotation_mark_far_from_the_next_costs_one_line_each():
    lines = ["date,pain,note"] + [f"2026-03-01,4,{number}" for number in range(60)]
    lines[10] = '2026-03-01,4,"a'
    lines[40] = '2026-03-01,4,b"'
    outcomes = judged("\n".join(lines))

    bad = [outcome.line for outcome in outcomes if isinstance(outcome, Bad)]
    assert bad == [11]
    assert len(outcomes) == 60


def test_two_stray_quotation_marks_close_together_lose_no_line_between_them():
    outcomes = judged('date,pain,note\n2026-03-01,4,"a\n2026-03-02,5,b\n2026-03-03,6,"c\n')

    assert [type(outcome) for outcome in outcomes] == [Bad, Report, Bad]


def test_a_note_may_run_over_several_lines():
    outcomes = judged('date,pain,note\n2026-03-01,4,"one\ntwo"\n2026-03-02,5,three\n')

    assert [(report.line, report.values["note"]) for report in outcomes] == [
        (2, "one\ntwo"),
        (4, "three"),
    ]


def test_an_over_long_last_line_without_its_end_is_named():
    assert judged("date,pain\n" + "x" * 80_000) == [
        Bad(2, "The line is longer than 10,000 characters.")
    ]


def test_latin_1_and_utf_8_may_stand_in_one_file():
    text = "date,pain,note\n2026-03-01,4,ça\n".encode() + "2026-03-02,5,où\n".encode("latin-1")

    assert [report.values["note"] for report in judged(text)] == ["ça", "où"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reading_can_go_on_behind_any_row(end):
    stream = BytesIO(end.join(["a,b", '1,"x', 'y"', "", "3,ü", "4,z"]).encode())
    shape = Shape(",", 2)
    rows = list(read_rows(stream, shape, place=FilePlace()))

    for position, row in enumerate(rows):
        assert list(read_rows(stream, shape, place=row.after)) == rows[position + 1 :]


def test_a_note_over_lines_with_a_nul_byte_in_it_is_not_put_together():
    outcomes = judged('date,pain,note\n2026-03-01,4,"a\nb\0\nc"\n2026-03-02,5,d\n')

    assert [outcome.line for outcome in outcomes if isinstance(outcome, Bad)] == [2, 3, 4]


def test_a_row_over_lines_is_not_longer_than_a_line():
    part = "x" * 1_500
    outcomes = judged('date,pain,note\n2026-03-01,4,"' + f"{part}\n" * 8 + '"\n2026-03-02,5,d\n')

    assert [type(outcome) for outcome in outcomes] == [Bad] * 9 + [Report]


def test_quotation_marks_out_of_place_are_looked_at_once_for_each_line():
    """Each of these lines opens a quotation that the next twenty would leave open."""
    lines = 300
    stream = BytesIO(b'x",,"\n' * lines)
    readers = 0

    def count(_frame, event, called):
        nonlocal readers
        readers += event == "c_call" and called.__name__ == "reader"

    sys.setprofile(count)
    rows = list(read_rows(stream, Shape(",", 2), place=FilePlace()))
    sys.setprofile(None)

    assert len(rows) == lines
    assert 0 < readers <= 2 * lines
