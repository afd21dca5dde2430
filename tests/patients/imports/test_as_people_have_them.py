"""Ada brings in files as people have them: what they leave open is asked once, what is no diary says so."""

import shutil
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from patients import tasks
from patients.models import ImportRun, SymptomLog
from tests.pages import drawn
from tests.patients.diary_file.test_as_people_have_them import THREE, archive, table, workbook

IN_DOUBT = "date,pain\n01/02/2026,4\n02/02/2026,6\n"
COLUMNS = {"local_date": "date", "average_pain": "pain", "typed_in": "UTC"}


@pytest.fixture
def columns_page(desk, upload, episode):
    """Upload a file and stand on the page that says what its columns hold."""

    def stand(content, **how):
        upload(content, **how)
        return desk.get(reverse("import_columns", args=[ImportRun.objects.latest("pk").pk]))

    return stand


@pytest.fixture
def send(desk):
    """Say what the columns hold, have the file checked and imported."""

    def say(page, **answers):
        answer = desk.post(page.request["PATH_INFO"], COLUMNS | answers)
        if answer.status_code == 302:
            tasks.read_on_due_imports()
            desk.post(reverse("import_confirm", args=[ImportRun.objects.latest("pk").pk]))
            tasks.read_on_due_imports()
        return answer

    return say


def days():
    return list(SymptomLog.objects.order_by("logged_at").values_list("local_date", "average_pain"))


# --- The day or the month first? --------------------------------------------------------------


def test_days_in_doubt_are_shown_both_ways_and_asked_about_once(columns_page, send):
    page = columns_page(IN_DOUBT)
    assert page.context["form"]["day_order"].value() == ""
    shown = drawn(page)
    for words in ("How days are written", "01/02/2026", "2026-02-01", "2026-01-02"):
        assert words in shown

    answer = send(page)

    assert answer.status_code == 422
    assert "Say how days are written in this file." in answer.text
    assert not SymptomLog.objects.exists()


@pytest.mark.parametrize(("order", "first"), [("dmy", date(2026, 2, 1)), ("mdy", date(2026, 1, 2))])
def test_the_answer_is_followed(columns_page, send, order, first):
    send(columns_page(IN_DOUBT), day_order=order)

    assert days()[0] == (first, 4)


def test_days_that_decide_ask_nothing_and_can_be_changed(columns_page, send):
    page = columns_page(IN_DOUBT + "25/02/2026,1\n")
    assert page.context["form"]["day_order"].value() == "dmy"
    assert "Some days of this file, read in both ways" not in page.text

    send(page)

    assert days()[0] == (date(2026, 2, 1), 4)


def test_a_file_without_a_doubt_has_no_such_question(columns_page):
    assert "day_order" not in columns_page(table()).context["form"].fields


# --- Two reports on one day ---------------------------------------------------------------------


def test_which_of_two_reports_came_first_is_asked_where_the_days_do_not_say(columns_page, send):
    page = columns_page("date,pain\n2026-02-02,4\n2026-02-02,6\n2026-02-03,5\n2026-02-01,1\n")
    answer = send(page)
    assert answer.status_code == 422
    assert "Say which of two reports of one day came first." in answer.text

    send(page, line_order="newest")

    assert days() == [
        (date(2026, 2, 1), 1), (date(2026, 2, 2), 6), (date(2026, 2, 2), 4), (date(2026, 2, 3), 5),
    ]  # fmt: skip


def test_a_file_that_runs_backwards_is_read_backwards(columns_page, send):
    page = columns_page("date,pain\n2026-02-03,5\n2026-02-02,4\n2026-02-02,6\n")
    assert page.context["form"]["line_order"].value() == "newest"

    send(page)

    assert [score for _day, score in days()] == [6, 4, 5]


def test_times_say_it_themselves(columns_page, send):
    page = columns_page("date,time,pain\n2026-02-02,9:15 PM,4\n2026-02-02,8:00 AM,6\n")
    assert send(page, time="time", typed_in="America/New_York").status_code == 302

    assert [score for _day, score in days()] == [6, 4]


def test_days_in_three_columns_are_asked_about_too(columns_page, send):
    page = columns_page("dd,mm,yyyy,pain\n2,2,2026,4\n2,2,2026,6\n3,2,2026,1\n1,2,2026,1\n")

    answer = send(page, local_date="", day="dd", month="mm", year="yyyy")

    assert "Say which of two reports of one day came first." in answer.text


# --- The names of the columns -------------------------------------------------------------------


def test_each_column_says_what_it_is_taken_for(columns_page):
    page = columns_page("Fecha;Dolor (0-10);Pasos\n2026-02-01;4;5012\n")

    assert page.context["form"].headings() == [
        ("Fecha", "Day"), ("Dolor (0-10)", "Pain score, 0 to 10"), ("Pasos", ""),
    ]  # fmt: skip


def test_the_names_may_stand_further_down(desk, columns_page, send):
    page = columns_page("date,pain\nmine,is bad\nday,how,note\n2026-02-01,4,x\n2026-02-02,5,x\n")
    run = ImportRun.objects.get()
    desk.post(reverse("import_look_again", args=[run.pk]), {"skip_lines": "2"})
    tasks.read_on_due_imports()

    page = desk.get(page.request["PATH_INFO"])
    assert page.context["run"].names == ["day", "how", "note"]
    send(page, local_date="day", average_pain="how")

    assert days() == [(date(2026, 2, 1), 4), (date(2026, 2, 2), 5)]


@pytest.mark.parametrize("lines", ["-1", "151", "many", ""])
def test_a_number_of_lines_that_cannot_be_is_refused(desk, columns_page, lines):
    columns_page(table())
    run = ImportRun.objects.get()

    page = desk.post(
        reverse("import_look_again", args=[run.pk]), {"skip_lines": lines}, follow=True
    )

    assert "Give the number of lines above the names, from 0 to 150." in page.text
    assert ImportRun.objects.get().state == "columns"


def test_an_import_that_ran_is_not_read_again(desk, columns_page, send):
    send(columns_page(table()))

    desk.post(reverse("import_look_again", args=[ImportRun.objects.get().pk]), {"skip_lines": "1"})

    assert ImportRun.objects.get().state == "done"


# --- Kinds of files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("diary.csv", table().encode("utf-16")),
        ("diary.txt", table(end="\r").encode()),
        ("my-record.zip", archive(**{"symptom-log.csv": table()})),
    ],
)
def test_a_file_of_another_kind_comes_in_and_is_gone_afterwards(
    columns_page, send, uploads, name, content
):
    send(columns_page(content, name=name))

    assert [score for _day, score in days()] == [4, 7, 0]
    assert not list(uploads.iterdir())


def test_a_workbook_comes_in(columns_page, send):
    rows = [["date", "pain"], *([at, score] for at, score in THREE)]

    send(columns_page(workbook(rows), name="diary.xlsx"), local_date="date")

    assert [score for _day, score in days()] == [4, 7, 0]


def test_the_text_of_a_workbook_is_for_the_server_alone(columns_page, uploads):
    columns_page(table().encode("utf-16"))

    (file,) = uploads.iterdir()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert file.read_bytes().startswith(b"date,pain")


def test_what_went_to_the_note_is_counted_and_named(desk, columns_page, send):
    page = columns_page("date,pain,exercise\n2026-02-01,4,walked\n2026-02-02,5,yes\n")

    send(page, programme="exercise")

    log = SymptomLog.objects.earliest("local_date")
    assert (log.average_pain, log.programme, log.note) == (4, "", "exercise: walked")
    shown = drawn(desk.get(reverse("import_run", args=[ImportRun.objects.get().pk])))
    assert "Put into the note exercise 1 ." in shown or "exercise 1" in shown
    assert "These cells could not be read. The reports are taken." in shown


# --- The command --------------------------------------------------------------------------------


@pytest.fixture
def command(maria, ada, episode, tmp_path, capsys):
    def run(content, *options, name="diary.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_logs", str(file), "--patient", maria.number, *options)
        return capsys.readouterr().out

    return run


def test_the_command_asks_with_the_lines_in_doubt(command):
    with pytest.raises(CommandError) as refused:
        command(IN_DOUBT)

    assert str(refused.value) == (
        "The days can be read in two ways. Say which is meant:\n"
        "  01/02/2026: 2026-02-01 with --day-first, 2026-01-02 with --no-day-first"
    )
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("option", "first"),
    [("--day-first", date(2026, 2, 1)), ("--no-day-first", date(2026, 1, 2))],
)
def test_the_command_is_told(command, option, first):
    command(IN_DOUBT, option)

    assert days()[0] == (first, 4)


def test_the_command_says_what_it_took_for_granted(command):
    content = "date,pain\n2026-02-02,4\n2026-02-02,6\n2026-02-03,5\n2026-02-01,1\n"
    assert "the lower line is taken for the later one (--newest-first" in command(content)
    assert [score for _day, score in days()] == [1, 4, 6, 5]


def test_the_command_reads_a_file_backwards(command):
    command("date,pain\n2026-02-02,4\n2026-02-02,6\n", "--newest-first")

    assert [score for _day, score in days()] == [6, 4]


def test_the_command_passes_over_lines_and_reads_other_kinds(command):
    command(("date,pain\nx,y\n" + table()).encode("utf-16"), "--skip-lines", "2")

    assert [score for _day, score in days()] == [4, 7, 0]


def test_a_disk_without_room_for_the_text_loses_nothing(desk, upload, episode, monkeypatch):
    """The upload stays as it was, and the run says that it could not be read."""

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    upload(table().encode("utf-16"))

    assert ImportRun.objects.get().state == "failed"
    assert not SymptomLog.objects.exists()
