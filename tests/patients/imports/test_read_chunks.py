"""What the worker does with a diary, and what Ada sees of it meanwhile and afterwards."""

import csv
import re
import sys
import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import JobFailure
from patients import tasks
from patients.imports.actions.import_logs import Plan, check_import, drop_import, fail_import
from patients.imports.actions.read_chunks import read_on_due_imports
from patients.models import ImportRun, ReviewDue, SymptomLog
from tests.patients.diaries import FAULTS, FAULTY_COLUMNS


def test_the_page_asks_again_with_a_script_and_without(desk, checked):
    ImportRun.objects.update(state="checking", offset=checked.size // 2)
    address = reverse("import_run", args=[checked.pk])

    page = desk.get(address).text
    part = desk.get(address, headers={"HX-Request": "true"})

    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'hx-get="{address}"' in page
    assert re.match(r"\s*<label for=\"read\">(49|50) % of the file, 31 lines</label>", part.text)
    assert "HX-Refresh" not in part


def test_a_finished_run_has_the_page_fetched_anew(desk, checked):
    address = reverse("import_run", args=[checked.pk])

    assert desk.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "http-equiv" not in desk.get(address).text


def test_a_second_press_imports_nothing_twice(desk, checked):
    for _press in range(2):
        desk.post(reverse("import_confirm", args=[checked.pk]))
        tasks.read_on_due_imports()

    assert SymptomLog.objects.count() == 7
    assert ImportRun.objects.get().counts.taken_in_all == 7


def test_a_file_without_anything_new_says_so(desk, upload, checked):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    tasks.read_on_due_imports()
    upload(FAULTS.read_bytes())
    run = ImportRun.objects.latest("pk")
    desk.post(reverse("import_columns", args=[run.pk]), FAULTY_COLUMNS)
    tasks.read_on_due_imports()

    page = desk.get(reverse("import_run", args=[run.pk])).text

    assert "Nothing in this file is new." in page
    assert reverse("import_confirm", args=[run.pk]) not in page


def test_a_file_about_other_things_says_so(desk, upload, episode):
    upload("name,date,pain\nhappiness,2025-05-03,4\n")
    answers = {"region": "name", "local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    run = ImportRun.objects.get()
    desk.post(reverse("import_columns", args=[run.pk]), answers)
    tasks.read_on_due_imports()

    page = desk.get(reverse("import_run", args=[run.pk])).text

    assert "No line can be imported." in page


def test_a_dropped_file_is_gone_and_nothing_was_imported(desk, checked, uploads):
    answer = desk.post(reverse("import_drop", args=[checked.pk]), follow=True)
    tasks.read_on_due_imports()

    assert "Nothing was imported from this file." in answer.text
    assert "Nothing was imported" in desk.get(reverse("import_run", args=[checked.pk])).text
    assert not list(uploads.iterdir())
    assert not SymptomLog.objects.exists()


def test_what_was_imported_cannot_be_dropped(desk, checked):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    tasks.read_on_due_imports()

    desk.post(reverse("import_drop", args=[checked.pk]))

    assert ImportRun.objects.get().state == "done"


def test_a_run_that_has_its_columns_does_not_ask_again(desk, checked):
    ImportRun.objects.update(state="checking")
    columns, run = (reverse(page, args=[checked.pk]) for page in ("import_columns", "import_run"))

    assert desk.get(columns).url == run
    desk.post(columns, FAULTY_COLUMNS)
    check_import(run=checked, plan=Plan(columns={}), now=timezone.now())

    ImportRun.objects.update(state="columns")
    assert desk.get(run).url == columns


def test_a_worker_that_dies_in_a_chunk_loses_nothing_and_doubles_nothing(
    desk, checked, trial, monkeypatch
):
    ReviewDue.objects.all().delete()
    monkeypatch.setattr("patients.imports.actions.read_chunks.CHUNK", 5)
    desk.post(reverse("import_confirm", args=[checked.pk]))
    assert read_on_due_imports(now=timezone.now(), most_chunks=2) == 2
    before = ImportRun.objects.get()
    with monkeypatch.context() as dying:
        dying.setattr("patients.imports.actions.read_chunks._note", lambda *_: sys.exit(1))
        with pytest.raises(SystemExit):
            tasks.read_on_due_imports()
    assert ImportRun.objects.get().offset == before.offset

    tasks.read_on_due_imports()

    run = ImportRun.objects.get()
    assert (run.state, run.counts.taken_in_all, run.counts.rows) == ("done", 7, 31)
    assert SymptomLog.objects.count() == 7
    assert run.bad_lines.count() == run.counts.bad == 20
    assert not run.seen_rows.exists()
    assert ReviewDue.objects.filter(trial=trial).exists()


def test_a_chunk_that_raises_ends_its_run_with_a_sentence(desk, checked, monkeypatch):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    monkeypatch.setattr("patients.imports.actions.read_chunks._note", lambda *_: 1 / 0)
    tasks.read_on_due_imports()
    assert ImportRun.objects.get().state == "failed"
    assert JobFailure.objects.get().error == "ZeroDivisionError"
    page = desk.get(reverse("import_run", args=[checked.pk])).text
    assert "could not be read to its end" in page


def test_a_file_that_vanished_ends_its_run(desk, checked, uploads):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    next(uploads.iterdir()).unlink()

    tasks.read_on_due_imports()

    assert ImportRun.objects.get().state == "failed"
    page = desk.get(reverse("import_run", args=[checked.pk])).text
    assert "could not be read to its end" in page


def test_a_file_that_nobody_came_back_to_is_deleted_after_a_day(checked, uploads):
    read_on_due_imports(now=timezone.now() + timedelta(hours=23))
    assert list(uploads.iterdir())

    read_on_due_imports(now=timezone.now() + timedelta(days=1))

    assert ImportRun.objects.get().state == "failed"
    assert not list(uploads.iterdir())


def test_an_episode_that_closed_meanwhile_gets_nothing(desk, checked, episode, dr_kim):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    type(episode).objects.update(closed_on=date(2026, 3, 2), closed_by=dr_kim)

    tasks.read_on_due_imports()

    run = ImportRun.objects.get()
    assert run.counts.taken_in_all == 0
    assert run.bad_lines.filter(line=2, reason__contains="no open episode for the back").exists()


def test_a_run_that_ended_is_not_ended_again(checked):
    now = timezone.now()
    drop_import(run=checked, now=now)

    fail_import(run=checked, now=now + timedelta(days=1))

    run = ImportRun.objects.get()
    assert (run.state, run.ended_at) == ("dropped", now)


def test_the_list_of_bad_lines_can_be_saved(desk, checked):
    answer = desk.get(reverse("import_bad_lines", args=[checked.pk]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["line", "reason"]
    assert rows[1] == ["4", "“30-Nov--0001” is no day."]
    assert len(rows) == 21
    assert answer["Content-Disposition"] == 'attachment; filename="faults-bad-lines.csv"'
    assert not any(row[1].startswith(("=", "+", "-", "@")) for row in rows)


def test_only_the_first_of_many_bad_lines_are_shown(desk, checked, monkeypatch):
    monkeypatch.setattr("patients.imports.views.BAD_LINES_SHOWN", 2)

    page = desk.get(reverse("import_run", args=[checked.pk])).text

    assert "The CSV file has all of them." in page
    assert "There is no day -3" not in page


def test_rows_of_an_import_say_what_they_are(checked):
    assert str(checked) == "faults.csv: Checked, not imported yet"
    assert str(checked.bad_lines.earliest("line")) == "Line 4: “30-Nov--0001” is no day."
    assert str(checked.seen_rows.model(line=3)) == "Line 3"
    assert not checked.seen_rows.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_read_the_same_run(desk, checked):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    held, done = threading.Event(), threading.Event()

    def other_worker():
        with transaction.atomic():
            ImportRun.objects.claim(timezone.now())
            held.set()
            done.wait(30)
        connection.close()

    worker = threading.Thread(target=other_worker)
    worker.start()
    held.wait(30)
    chunks = read_on_due_imports(now=timezone.now())
    done.set()
    worker.join()

    assert chunks == 0
    assert read_on_due_imports(now=timezone.now()) == 1
    assert SymptomLog.objects.count() == 7
