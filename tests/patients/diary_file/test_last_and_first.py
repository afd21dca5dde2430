"""The last that is still taken, and the first that is not: bounds of a diary file."""

from datetime import timedelta
from io import BytesIO

import pytest

from patients.diary_file import BadFile, Report, Tally, guess_columns, look_into, read_header
from patients.diary_file.columns import with_choices
from patients.diary_file.problems import quoted
from tests.patients.diaries import NOW, judged


def only(text, **how):
    (outcome,) = judged(text, **how)
    return outcome


def taken(text, **how):
    return isinstance(only(text, **how), Report)


# ------------------------------------------------------------------ scores


@pytest.mark.parametrize(
    ("written", "hint"),
    [("20", False), ("20.5", True), ("21", True), ("100", True), ("101", False)],
)
def test_only_what_a_scale_of_0_to_100_can_hold_is_said_to_be_from_one(written, hint):
    why = only(f"day;pain\n2026-03-01;{written}\n").reason
    assert why.startswith(f"“{written}” is more than 10.")
    assert ("scale of 0 to 100" in why) is hint


@pytest.mark.parametrize(("worst", "rounded"), [("7", False), ("7.5", True), ("", False)])
def test_one_score_of_two_that_was_rounded_is_counted(worst, rounded):
    report = only(f"day,pain,worst pain\n2026-03-01,4,{worst}\n")
    assert report.rounded is rounded
    assert ("worst_pain" in report.values) is bool(worst)


# ------------------------------------------------------------------ texts


@pytest.mark.parametrize("length", [1_000, 1_001, 9_900])
def test_a_note_is_kept_whole_however_long_it_is(length):
    outcome = only(f"day,pain,note\n2026-03-01,4,{'x' * length}\n")
    assert len(outcome.values["note"]) == length


@pytest.mark.parametrize(
    ("length", "shown"), [(40, "“" + "x" * 40 + "”"), (41, "“" + "x" * 40 + "…”")]
)
def test_forty_signs_of_a_cell_are_shown(length, shown):
    assert quoted(f" {'x' * length} ") == shown


# ------------------------------------------------------------------ days


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-03-10", None),
        ("2026-03-11", "2026-03-11 is in the future."),
        ("1972-05-04", None),
        ("1972-05-03", "1972-05-03 is before the patient was born."),
        ("2025-12-31", None),
        ("2025-13-01", "There is no month 13."),
        ("2025-00-01", "There is no month 0."),
        ("2025-12-32", "There is no day 32 in a month."),
        ("2025-12-00", "There is no day 0 in a month."),
        ("2024-02-29", None),
        ("2025-02-29", "“2025-02-29” is not in the calendar."),
    ],
)
def test_from_the_day_of_birth_to_today(day, why):
    outcome = only(f"day,pain\n{day},4\n")
    assert getattr(outcome, "reason", None) == why


@pytest.mark.parametrize(("seconds", "is_taken"), [(0, True), (1, False)])
def test_what_was_typed_this_second_is_not_in_the_future(seconds, is_taken):
    typed = (NOW + timedelta(seconds=seconds)).isoformat(" ")
    assert taken(f"timestamp,pain\n{typed},4\n") is is_taken


@pytest.mark.parametrize(
    ("typed", "is_taken"), [("1972-05-04 10:00", True), ("1972-05-03 23:59", False)]
)
def test_nobody_typed_before_being_born(typed, is_taken):
    assert taken(f"timestamp,pain\n{typed},4\n") is is_taken


def test_a_day_given_beside_parts_of_a_day_is_the_day_and_the_parts_are_not_guessed():
    header = read_header(BytesIO(b"reportdate,startday,month,year,pain\n"))
    assert guess_columns(header, []) == {"local_date": "reportdate", "average_pain": "pain"}


@pytest.mark.parametrize(("length", "is_day"), [(60, True), (61, False)])
def test_a_day_is_looked_for_in_short_cells(length, is_day):
    cell = "2026-03-01".rjust(length, "-")
    stream = BytesIO(f"date,pain\n{cell},4\n".encode())
    guess = look_into(stream, read_header(stream)).guess
    assert (guess.get("local_date") == "date") is is_day


@pytest.mark.parametrize(("days", "is_day"), [(2, True), (1, False)])
def test_half_of_the_cells_are_enough_to_know_a_day(days, is_day):
    cells = ["2026-03-01"] * days + ["the other day"] * 2
    rows = "".join(f"{cell},4\n" for cell in cells)
    stream = BytesIO(f"date,pain\n{rows}".encode())
    assert ("local_date" in look_into(stream, read_header(stream)).guess) is is_day


# ------------------------------------------------------------------ lines


def note_of(lines):
    note = "\n".join(["x"] * lines)
    return f'day,pain,note\n2026-03-01,4,"{note}"\n2026-03-02,5,\n'


@pytest.mark.parametrize(("lines", "rows"), [(20, 2), (21, 22)])
def test_a_note_may_run_over_twenty_lines(lines, rows):
    outcomes = judged(note_of(lines))
    assert len(outcomes) == rows
    assert isinstance(outcomes[0], Report) is (lines == 20)
    assert isinstance(outcomes[-1], Report)


@pytest.mark.parametrize(("length", "is_taken"), [(10_000, True), (10_001, False)])
def test_a_line_of_ten_thousand_bytes_is_read_whole(length, is_taken):
    start = "2026-03-01,4,,,,,,,"
    cells = [("x" * 1_900 + ",") * 5, ""]
    line = (start + "".join(cells)).ljust(length, "y")
    columns = ",".join(["day", "pain", *(f"c{number}" for number in range(line.count(",") - 1))])
    first, second = judged(f"{columns}\n{line}\n{line[:12]}\n")
    assert isinstance(first, Report) is is_taken
    assert second.reason.startswith("The line has 2 columns")


def test_the_sign_that_begins_a_file_is_none_on_a_later_line():
    assert taken("\ufeffday,pain\n2026-03-01,4\n")
    assert "is not a day" in only("day,pain\n\ufeff2026-03-01,4\n").reason


def test_an_over_long_line_ends_where_it_ends():
    """What follows it keeps its number and its place."""
    first, second = judged("day,pain\n" + "x" * 150_000 + "\n2026-03-02,5\n")
    assert (first.line, second.line) == (2, 3)
    assert isinstance(second, Report)


# ------------------------------------------------------------------ the same row again


def test_the_same_words_are_the_same_report_whatever_stands_around_them():
    one = only("day,pain,note\n2026-03-01,4,\n").submission_id
    assert only("pain,mood,day\n4,,2026-03-01\n").submission_id == one
    assert only("day,pain\n 2026-03-01 ,4 \n").submission_id == one
    assert only("day,pain\n2026-03-01,5\n").submission_id != one
    assert only("day,pain\n2026-03-01,4\n", patient=2).submission_id != one


# ------------------------------------------------------------------ columns


@pytest.mark.parametrize(("length", "is_read"), [(100, True), (101, False)])
def test_a_column_has_a_name_of_a_hundred_signs(length, is_read):
    stream = BytesIO(f"pain,{'x' * length}\n".encode())
    if is_read:
        assert len(read_header(stream).columns[1]) == length
    else:
        with pytest.raises(BadFile, match="The name of column 2 is longer"):
            read_header(stream)


@pytest.mark.parametrize(
    ("choices", "columns"),
    [
        ({}, {"local_date": "date", "average_pain": "pain"}),
        ({"score": "average_pain"}, {"local_date": "date", "average_pain": "score"}),
        ({"pain": ""}, {"local_date": "date"}),
        ({"pain": "worst_pain"}, {"local_date": "date", "worst_pain": "pain"}),
        ({"pain": "", "score": "average_pain"}, {"local_date": "date", "average_pain": "score"}),
        ({"date": "logged_at"}, {"logged_at": "date", "average_pain": "pain"}),
    ],
)
def test_what_somebody_says_of_a_column_outweighs_the_guess(choices, columns):
    assert with_choices({"local_date": "date", "average_pain": "pain"}, choices) == columns


def test_one_column_is_guessed_for_one_field():
    """“day” may be the date or the day of the month: it is not both."""
    header = read_header(BytesIO(b"day,month,year,pain\n"))
    found = guess_columns(header, [])
    assert len(set(found.values())) == len(found)


# ------------------------------------------------------------------ the first look, the tally


def first_look(rows, columns="name,pain"):
    stream = BytesIO(f"{columns}\n{rows}".encode())
    return look_into(stream, read_header(stream))


def test_names_in_a_first_look_are_short_different_and_at_most_forty():
    at_most = first_look("".join(f"{'x' * 58}{number},4\n" for number in range(10, 60)))
    assert len(at_most.names("name")) == 40
    assert first_look(f"{'x' * 60},4\n{'x' * 61},4\n,4\n").names("name") == ["x" * 60]
    assert first_look("Back,4\n BACK ,5\nback  ,6\n").names("name") == ["Back"]


def test_the_names_of_the_columns_repeated_are_no_row_of_a_first_look():
    look = first_look("name,pain\nBack,4\n")
    assert look.first == [["Back", "4"]]
    assert look.names("name") == ["Back"]


@pytest.mark.parametrize(("lines", "is_read"), [(200_000, True), (200_001, False)])
def test_a_file_of_two_hundred_thousand_lines_is_read_at_once(lines, is_read):
    stream = BytesIO(b"name,pain\n" + b"\n" * (lines - 1))
    header = read_header(stream)
    if is_read:
        assert look_into(stream, header).first == []
    else:
        with pytest.raises(BadFile, match="200,001 lines, and 200,000 can be read at once"):
            look_into(stream, header)


def test_every_row_read_is_counted_once():
    tally = Tally(bad=1, known=2)
    report = only("timestamp,pain\n2026-03-01 10:00,4.5\n")
    tally.take(report)
    tally.leave_out("x" * 60)
    assert (tally.rows, tally.taken_in_all, tally.rounded, tally.day_from_instant) == (5, 1, 1, 1)
    assert tally.left_out_names == [("x" * 60, 1)]
