"""Which column holds what: found by name and by what stands in it, or refused in plain words."""

from io import BytesIO

import pytest

from patients.diary_file import (
    BadFile,
    check_columns,
    guess_columns,
    look_into,
    read_header,
    read_sample,
)


def header_of(text):
    return read_header(BytesIO(text if isinstance(text, bytes) else text.encode()))


def guess(text):
    stream = BytesIO(text.encode())
    header = read_header(stream)
    return guess_columns(header, read_sample(stream, header))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_sign_between_columns_is_found(delimiter):
    header = header_of(f"\ufeffname{delimiter}pain{delimiter}date\n")

    assert header.columns == ("name", "pain", "date")
    assert header.delimiter == delimiter


def test_empty_lines_before_the_names_are_passed_over():
    header = header_of("\n;;\ndate;pain\n2026-03-01;4\n")

    assert header.columns == ("date", "pain")
    assert header.rows_from.line == 3


def test_names_that_come_twice_or_are_missing_get_a_number():
    assert header_of("pain,,pain,pain,\n").columns == (
        "pain",
        "column 2",
        "pain (2)",
        "pain (3)",
        "column 5",
    )
    assert header_of("pain (2),pain,pain\n").columns == ("pain (2)", "pain", "pain (3)")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (b"\n\n,,\n", "The file is empty."),
        (b"x" * 20_000, "The first line should name the columns. The line is longer"),
        (b'date,"pain\n', "The first line should name the columns."),
        (b"pain," * 100, "The first line names 101 columns, and 100 can be read at most"),
        (b"pain," + b"x" * 101, "The name of column 2 is longer than 100 characters"),
    ],
)
def test_what_is_no_csv_file_is_refused(content, why):
    with pytest.raises(BadFile, match=why):
        header_of(content)


def test_a_diary_with_parts_of_a_day_and_the_instant_typed():
    assert guess(
        "name,startday,startmonth,startyear,intensity,date\n"
        "Knee Pain,12,8,2019,8,2019-08-13 02:07:55\n"
        "Headache,0,,0,2,2019-11-25 05:46:34\n"
    ) == {
        "region": "name",
        "day": "startday",
        "month": "startmonth",
        "year": "startyear",
        "logged_at": "date",
        "average_pain": "intensity",
    }


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("date", "2026-03-01", "local_date"),
        ("Date", "30-Nov-2019", "local_date"),
        ("date", "2026-03-01 08:15", "logged_at"),
        ("Day", "2026-03-01", "local_date"),
    ],
)
def test_a_date_is_a_day_or_an_instant_by_what_stands_in_it(column, value, field):
    assert guess(f"{column};Pain score\n{value};4\n") == {
        field: column,
        "average_pain": "Pain score",
    }


def test_a_column_that_is_mostly_empty_is_known_by_what_it_holds():
    assert guess("date,pain\n,4\n,4\n2026-03-01 08:15,4\n")["logged_at"] == "date"


def test_half_a_day_in_parts_is_not_guessed():
    assert guess("day,month,pain\n1,2,3\n") == {"average_pain": "pain"}


def test_a_file_with_names_only_is_guessed_by_them():
    assert guess("startday,startmonth,startyear,pain\n") == {
        "day": "startday",
        "month": "startmonth",
        "year": "startyear",
        "average_pain": "pain",
    }


def test_broken_rows_do_not_disturb_the_guess():
    assert guess("date,pain\n2026-03-01\n\0\n2026-03-01,4\n") == {
        "local_date": "date",
        "average_pain": "pain",
    }


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"pain": "pain"}, "“pain” is not a field. The fields are: region, local_date,"),
        ({"average_pain": "Pain"}, "The file has no column “Pain”. It has: date, pain, day."),
        ({"local_date": "date"}, "No column is given for the pain score"),
        ({"average_pain": "pain"}, "No column is given for the day"),
        ({"average_pain": "pain", "day": "day"}, "needs three columns: day, month and year"),
    ],
)
def test_columns_that_do_not_suffice_are_refused(columns, why):
    with pytest.raises(BadFile, match=why):
        check_columns(header_of("date,pain,day\n"), columns)


def test_a_hundred_equal_names_are_numbered():
    columns = header_of(",".join(["pain"] * 99 + ["pain (2)"])).columns

    assert columns[:3] == ("pain", "pain (2)", "pain (3)")
    assert columns[-1] == "pain (2) (2)"
    assert len(set(columns)) == 100


def test_a_long_text_is_no_day():
    assert "local_date" not in guess("date,pain\n" + "-" * 60 + "2026-03-01,4\n")


def test_what_is_kept_of_a_first_look_is_small():
    """However long the cells are: a few rows, cut, and the short names that stand in a column."""
    rows = "".join(f"{'x' * 5_000},{number},Back\n" for number in range(500))
    stream = BytesIO(f"note,pain,name\n{rows}".encode())

    look = look_into(stream, read_header(stream))

    assert [len(cell) for cell in look.first[0]] == [60, 1, 4]
    assert (len(look.first), look.guess["region"]) == (5, "name")
    assert look.names("note") == []
    assert look.names("name", ["Knee", "back"]) == ["Back", "Knee"]
    assert len(look.names("pain")) == 40
    assert look.names("no such column") == []
