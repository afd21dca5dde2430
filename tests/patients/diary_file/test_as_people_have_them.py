"""The same three days, saved in every way that people save them: nothing of them is lost."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.diary_file import BadFile, Report, as_plain
from patients.diary_file.workbook import MOST_PARTS
from tests.patients.diaries import NEW_YORK, judged

THREE = [
    (datetime(2026, 2, 25, 8, 30), 4),  # noqa: DTZ001 - a wall clock
    (datetime(2026, 2, 26, 21, 15), 7),  # noqa: DTZ001
    (datetime(2026, 2, 27, 7, 5), 0),  # noqa: DTZ001
]
DAYS = [(at.date(), score) for at, score in THREE]


def table(form="%Y-%m-%d", sign=",", names="date,pain,note", end="\n", above=""):
    """`form` says how a day is written."""
    rows = [names, *(f"{at.strftime(form)},{score},ok" for at, score in THREE)]
    return above + end.join(row.replace(",", sign) for row in rows) + end


def reports(content, **how):
    outcomes = judged(content, **how)
    return [outcome for outcome in outcomes if isinstance(outcome, Report)]


def days(content, **how):
    return [(r.local_date, r.values["average_pain"]) for r in reports(content, **how)]


def clocks(content, **how):
    return [r.logged_at.astimezone(NEW_YORK).replace(tzinfo=None) for r in reports(content, **how)]


WAYS_TO_SAVE = {
    "semicolons": table(sign=";"),
    "tabs": table(sign="\t"),
    "bars": table(sign="|"),
    "with a mark at the start": "\ufeff" + table(),
    "UTF-16": table().encode("utf-16"),
    "UTF-16 without a mark": table().encode("utf-16-le"),
    "UTF-16, the larger byte first": table().encode("utf-16-be"),
    "lines of an old Mac": table(end="\r"),
    "lines of Windows": table(end="\r\n"),
    "a line that says the sign": table(sign=";", above="sep=;\n"),
    "a line that says the sign, quoted": table(sign="|", above='"sep=|"\n'),
    "words above the names": table(above="Pain diary of M. Ortiz\nExported 2026-03-01, 3 rows\n\n"),
    "words above, as wide as the rows": table(sign=";", above="App: PainTracker;;\nDate;2026-03-01;\n"),
    "blank lines": table().replace("\n", "\n\n"),
    "names that come twice": table(names="date,pain,pain"),
    "Spanish names": table(names="Fecha,Dolor (0-10),Notas", sign=";"),
    "names with accents": table(names="Día,Intensidad del dolor,Observación"),
    "names with units": table(names="Date [UTC-5],Pain level 0-10,Comment"),
    "a sentence for a name": table(names="Date,How strong was your pain today?,Anything else"),
    "names over two lines": table(names='date,"pain\n(0-10)",note'),
    "no names": table().split("\n", 1)[1],
    "empty cells behind": table().replace("ok", "ok,,"),
    "a Windows quotation mark": table().replace("ok", "\u201cok\u201d").encode("cp1252"),
}  # fmt: skip
WAYS_TO_WRITE_A_DAY = [
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%y", "%m/%d/%y", "%Y%m%d", "%Y/%m/%d", "%d %b %Y", "%d-%b-%y",
    "%B %d\N{FULLWIDTH COMMA} %Y", "%a %d/%m/%Y", "%A %B %d %Y", "%d de %B de %Y", "%y-%m-%d",
]  # fmt: skip
WAYS_TO_WRITE_A_TIME = [
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p", "%d.%m.%Y %Hh%M",
    "%Y%m%dT%H%M%S", "%b %d %Y %I:%M%p", "%m/%d/%y %H:%M",
]  # fmt: skip


@pytest.mark.parametrize("content", WAYS_TO_SAVE.values(), ids=WAYS_TO_SAVE)
def test_a_file_is_read_however_it_was_saved(content):
    assert days(content) == DAYS


@pytest.mark.parametrize("form", WAYS_TO_WRITE_A_DAY)
def test_a_day_is_read_however_it_is_written(form):
    form = form.replace("\N{FULLWIDTH COMMA}", "")
    assert days(table(form)) == DAYS


@pytest.mark.parametrize("form", WAYS_TO_WRITE_A_TIME)
def test_the_time_of_day_is_kept(form):
    assert clocks(table(form)) == [at for at, _score in THREE]


def test_spanish_months_and_clocks():
    content = "fecha;dolor\n25 de febrero de 2026 8:30 a. m.;4\n26-feb.-2026 9:15 p. m.;7\n"
    assert clocks(content) == [at for at, _score in THREE[:2]]


def test_a_time_in_a_column_of_its_own_orders_the_day():
    """The last report of a day is the day's, wherever it stands in the file."""
    content = "date,time,pain\n2/25/2026,9:15 PM,7\n2/25/2026,8:30 AM,4\n"
    assert clocks(content) == [datetime(2026, 2, 25, 21, 15), datetime(2026, 2, 25, 8, 30)]  # noqa: DTZ001


def test_days_with_midnight_alone_have_no_time():
    """Spreadsheets write one where there was none."""
    content = "Date,Time,Pain\n2026-02-25 00:00:00,08:30:00,4\n2026-02-26 00:00:00,,7\n"
    first, second = clocks(content)
    assert first == THREE[0][0]
    assert second.time() > time(12)


def test_days_as_a_spreadsheet_counts_them():
    assert clocks("date,pain\n46078.3541666667,4\n46079.8854166667,7\n") == [
        at for at, _score in THREE[:2]
    ]
    assert days("date,pain\n46078,4\n") == DAYS[:1]


def test_an_instant_with_its_zone_is_that_instant():
    (report,) = reports("date,pain\n2026-02-26T02:30:00Z,4\n")
    assert report.logged_at == datetime(2026, 2, 26, 2, 30, tzinfo=UTC)
    assert report.local_date == date(2026, 2, 25)


def test_a_score_of_ten():
    assert days("date,pain\n2026-02-25,7/10\n2026-02-26,3 out of 10\n2026-02-27,4 de 10\n") == [
        (date(2026, 2, 25), 7), (date(2026, 2, 26), 3), (date(2026, 2, 27), 4),
    ]  # fmt: skip


def test_lines_above_that_look_like_names_can_be_passed_over():
    content = "date,pain,score\n2026-02-20,1,1\nfecha,dolor,x\n2026-02-25,4,1\n"
    assert len(days(content)) == 2
    assert days(content, skip=2) == DAYS[:1]


# --- The same report, saved by another program ---------------------------------------------------


def ids(content):
    return [report.submission_id for report in reports(content)]


def test_another_program_writes_the_same_report_otherwise_and_it_is_the_same():
    first = ids(table("%d/%m/%Y"))
    assert ids(table("%Y-%m-%d", sign=";")) == first
    assert ids(table("%m/%d/%Y").replace(",4,", ",4.0,")) == first
    assert (
        ids(workbook([["date", "pain", "note"], *([at.date(), s, "ok"] for at, s in THREE)]))
        == first
    )


# --- Workbooks -----------------------------------------------------------------------------------


def workbook(rows, *others, hidden=False):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for sheet in others:
        more = book.create_sheet()
        for row in sheet:
            more.append(row)
    if hidden:
        book.active.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


NAMES = ["Date", "Pain", "Notes"]


def test_a_workbook_is_read():
    rows = [["My diary"], [], NAMES, *([at, score, "one\ntwo"] for at, score in THREE), [None] * 3]
    found = reports(workbook(rows))
    assert [(r.logged_at.replace(tzinfo=None), r.values["average_pain"]) for r in found] == THREE
    assert found[0].values["note"] == "one\ntwo"
    assert [report.line for report in found] == [4, 5, 6]


def test_days_times_and_halves_of_a_workbook():
    rows = [["Date", "Time", "Pain"], *([at.date(), at.time(), score + 0.5] for at, score in THREE)]
    assert clocks(workbook(rows)) == [at for at, _score in THREE]
    assert [score for _day, score in days(workbook(rows))] == [5, 8, 1]


def test_the_first_sheet_with_a_table_that_is_not_hidden_is_read():
    table = [NAMES, *([at.date(), score, ""] for at, score in THREE)]
    assert days(workbook([["Read me"]], table)) == DAYS
    assert days(workbook([NAMES, ["2025-01-01", 1, ""]], table, hidden=True)) == DAYS


def broken(content):
    return content[: len(content) // 2]


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04rest of a spreadsheet", "no table that can be read"),
        (archive(readme="x"), "no table that can be read"),
        (b"%PDF-1.7 and so on", "no table that can be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook of an old kind"),
        (archive(xl__workbook_xml="<workbook/>"), "no sheet with a table"),
        (archive(xl__workbook_xml="x", xl__sharedStrings_xml="0" * 15_000_001), "too large"),
        (archive(**{"xl__workbook_xml": "x", **{f"p{n}": "" for n in range(MOST_PARTS)}}), "too large"),
    ],
    ids=["cut", "other archive", "PDF", "old", "empty", "bomb", "parts"],
)  # fmt: skip
def test_a_file_without_a_diary_says_so(content, why):
    with pytest.raises(BadFile, match=why):
        as_plain(io.BytesIO(content))


def test_a_workbook_without_a_table_or_cut_in_the_middle_says_so():
    whole = workbook([NAMES, *([at.date(), score, ""] for at, score in THREE)])
    for content in (workbook([["My diary"]]), whole[: len(whole) // 2]):
        with pytest.raises(BadFile, match=r"no sheet with a table|no table that can be read"):
            as_plain(io.BytesIO(content))


def changed(old, new):
    """A good workbook whose first sheet was written by somebody else."""
    good = workbook([NAMES, *([at.date(), score, ""] for at, score in THREE)])
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(old, new, 1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return file.getvalue()


LAUGHS = b"".join(b'<!ENTITY x%d "%s">' % (n + 1, b"&x%d;" % n * 10) for n in range(9))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"<worksheet ", b'<!DOCTYPE x [<!ENTITY x0 "ha">' + LAUGHS + b"]><worksheet ", "no sheet with"),
        (b"</sheetData>", b'<row r="100002"><c r="A100002"><v>1</v></c></row></sheetData>', "too large"),
        (b"</sheetData>", b'<row r="9"><c r="A9"><v>nan</v></c></row></sheetData>', "no sheet with a table"),
        (b"</sheetData>", b"", "no sheet with a table"),
    ],
    ids=["entities that grow", "a row far below", "no number", "no end"],
)  # fmt: skip
def test_a_hostile_workbook_ends_with_a_sentence(old, new, why):
    with pytest.raises(BadFile, match=why):
        as_plain(io.BytesIO(changed(old, new)))


def test_a_cell_far_to_the_right_is_passed_over():
    beside = b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>'
    assert days(changed(b"</sheetData>", beside)) == DAYS


def test_a_plain_file_is_read_as_it_is():
    stream = io.BytesIO(table().encode())
    assert as_plain(stream) is stream


# --- However it is written, it is read back ------------------------------------------------------

FORMS = st.sampled_from(
    ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M"]
)


@given(
    rows=st.lists(
        st.tuples(
            st.datetimes(datetime(2020, 1, 1), datetime(2026, 3, 9)),  # noqa: DTZ001
            st.integers(0, 10),
            st.text(st.characters(exclude_categories=["C"], exclude_characters='\r\n\u2028"'), max_size=20),
        ),
        min_size=1, max_size=8,
    ),
    form=FORMS,
    sign=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip
def test_whatever_is_written_in_one_way_is_read_back(rows, form, sign, encoding, end):
    """A file whose days show their order by one that can only be meant so."""
    sure = datetime(2026, 2, 25, 8, 30)  # noqa: DTZ001
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator=end)
    writer.writerow(["date", "pain", "note"])
    for at, score, note in [*rows, (sure, 4, "")]:
        writer.writerow([at.strftime(form), score, note])

    found = reports(text.getvalue().encode(encoding))

    minutes = timedelta(minutes=1)
    assert len(found) >= len({(at, score, note.strip()) for at, score, note in rows})
    for report, (at, score, note) in zip(found, rows, strict=False):
        wall = report.logged_at.astimezone(NEW_YORK).replace(tzinfo=None)
        assert abs(wall - at) < minutes or abs(wall - at) == timedelta(hours=1)  # clocks go forward
        assert report.values["average_pain"] == score
        assert report.values.get("note", "") == note.strip()
