"""A file is read by the worker alone: what Ada sees until then, and of a file that kills its worker."""

import sys
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from patients import tasks
from patients.imports.actions import read_chunks
from patients.imports.actions.import_logs import drop_import
from patients.imports.actions.read_chunks import MOST_TRIES, read_on_due_imports
from patients.models import ImportRun, SymptomLog
from tests.factories import EpisodeFactory, PatientFactory

DIARY = "name,date,pain\nBack,2025-05-03,4\n"


@pytest.fixture
def waiting(upload, episode):
    """Uploaded; the worker is away."""
    upload(DIARY, read=False)
    return ImportRun.objects.get()


def page_of(desk, run, page="import_run", **how):
    return desk.get(reverse(page, args=[run.pk]), **how)


def test_while_the_worker_is_away_the_page_says_so_and_shows_a_way_back(desk, waiting):
    page = page_of(desk, waiting).text

    assert "We are reading your file" in page
    assert '<progress id="read" max="100" value="0">' in page
    assert f'href="{reverse("imports")}"' in page
    assert reverse("import_drop", args=[waiting.pk]) in page
    assert "This takes longer than usual." not in page
    assert page_of(desk, waiting, "import_columns").url == reverse("import_run", args=[waiting.pk])


def test_after_half_a_minute_it_says_that_it_takes_longer(desk, waiting):
    ImportRun.objects.update(due_at=timezone.now() - timedelta(seconds=31))

    part = page_of(desk, waiting, headers={"HX-Request": "true"})

    assert "This takes longer than usual." in part.text
    assert "HX-Refresh" not in part


def test_when_it_was_read_the_page_moves_on_to_the_columns(desk, waiting):
    tasks.read_on_due_imports()

    part = page_of(desk, waiting, headers={"HX-Request": "true"})
    page = page_of(desk, waiting, follow=True)

    assert part["HX-Refresh"] == "true"
    assert "What each column holds" in page.text


def test_what_waits_can_be_dropped(desk, waiting, uploads):
    desk.post(reverse("import_drop", args=[waiting.pk]))
    tasks.read_on_due_imports()

    assert ImportRun.objects.get().state == "dropped"
    assert not list(uploads.iterdir())


def test_the_columns_page_reads_no_file(desk, waiting, uploads):
    tasks.read_on_due_imports()
    next(uploads.iterdir()).unlink()

    page = page_of(desk, waiting, "import_columns")

    assert "<td>Back</td>" in page.text
    assert page.context["form"]["average_pain"].value() == "pain"


@pytest.mark.parametrize("state", ["reading", "importing"])
def test_a_file_that_kills_its_workers_is_given_up(desk, waiting, ada, state, monkeypatch):
    """Out of memory or out of time, whatever ends the process leaves no more than the count."""
    if state == "importing":
        tasks.read_on_due_imports()
        ImportRun.objects.update(
            state=state, due_at=timezone.now(), confirmed_at=timezone.now(), confirmed_by=ada
        )
    for kind, deadly in (("reading", "_look_into"), ("importing", "read_chunk")):
        if kind == state:
            name = f"patients.imports.actions.read_chunks.{deadly}"
            monkeypatch.setattr(name, lambda *_args, **_named: sys.exit(1))
    for _worker in range(MOST_TRIES):
        with pytest.raises(SystemExit):
            tasks.read_on_due_imports()
    assert ImportRun.objects.get().is_reading

    tasks.read_on_due_imports()

    run = ImportRun.objects.get()
    assert (run.state, run.path) == ("failed", "")
    assert "Split it into smaller files" in page_of(desk, run).text


def test_a_server_that_is_away_is_not_the_files_fault(waiting, monkeypatch):
    with monkeypatch.context() as away:

        def gone(*_args):
            raise OperationalError

        away.setattr("patients.imports.actions.read_chunks._look_into", gone)
        with pytest.raises(OperationalError):
            read_on_due_imports(now=timezone.now())

    tasks.read_on_due_imports()

    run = ImportRun.objects.get()
    assert (run.state, run.tries) == ("columns", 0)


def test_two_files_of_one_name_and_size_are_two(upload, episode):
    """She mended one number; the name and the length are as they were."""
    for content in (DIARY, DIARY.replace(",4", ",5"), DIARY):
        upload(content, read=False)
    assert ImportRun.objects.count() == 2


def test_a_file_dropped_while_the_worker_opens_it_is_not_read(waiting, ada, monkeypatch):
    counted = read_chunks._note_try

    def then_dropped(now):
        run = counted(now)
        drop_import(run=waiting, now=now)
        return run

    monkeypatch.setattr(read_chunks, "_note_try", then_dropped)
    read_on_due_imports(now=timezone.now(), most_chunks=1)
    run = ImportRun.objects.get()
    assert (run.state, run.first_look) == ("dropped", {})


def test_a_run_that_cannot_even_be_reviewed_ends_and_stops_no_other(waiting, monkeypatch):
    def raises(**_rest):
        raise ValueError

    monkeypatch.setattr(read_chunks, "_look_into", lambda *_: 1 / 0)
    monkeypatch.setattr(read_chunks, "fail_import", raises)
    tasks.read_on_due_imports()
    run = ImportRun.objects.get()
    assert (run.state, run.due_at) == ("failed", None)


def test_a_server_that_goes_away_while_a_run_is_ended_is_raised(waiting, monkeypatch):
    def gone(**_rest):
        raise OperationalError

    monkeypatch.setattr(read_chunks, "fail_import", gone)
    with pytest.raises(OperationalError):
        read_on_due_imports(now=timezone.now() + timedelta(days=1))


def test_a_file_of_names_alone_is_done_without_a_line(desk, upload, episode):
    upload("date,pain\n")
    run = ImportRun.objects.get()
    columns = {"local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    desk.post(reverse("import_columns", args=[run.pk]), columns)
    tasks.read_on_due_imports()
    run.refresh_from_db()
    assert (run.state, run.counts.rows, run.line) == ("checked", 0, 1)


def test_the_task_has_less_time_than_the_other_tasks(settings):
    task = tasks.read_on_due_imports
    assert task.soft_time_limit < task.time_limit < settings.CELERY_TASK_SOFT_TIME_LIMIT


def test_a_large_file_lets_small_ones_by(desk, upload, checked, northside, dr_kim, monkeypatch):
    """Of two files that wait each is read one chunk in turn."""
    monkeypatch.setattr("patients.imports.actions.read_chunks.CHUNK_BYTES", 40)
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben", number="N-ben")
    EpisodeFactory(patient=ben, by=dr_kim)
    desk.post(reverse("import_confirm", args=[checked.pk]))
    upload("date,pain\n2025-05-03,4\n", number="N-ben", read=False)
    small = ImportRun.objects.latest("pk")

    read_on_due_imports(now=timezone.now() + timedelta(seconds=3), most_chunks=2)

    assert ImportRun.objects.get(pk=small.pk).state == "columns"
    assert ImportRun.objects.get(pk=checked.pk).state == "importing"
    for seconds in range(6, 60, 3):
        read_on_due_imports(now=timezone.now() + timedelta(seconds=seconds))
    assert ImportRun.objects.get(pk=checked.pk).counts.rows == 31
    assert SymptomLog.objects.count() == 7
