"""Ada, the administrator, brings Maria's diary in through the browser, without a script."""

import csv
import re
import stat
import threading
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from patients import actions, tasks
from patients.models import AccessLog, ImportRun, ReviewDue, SymptomLog
from tests import factories

FAULTS = Path("tests/data/faults.csv")
COLUMNS = {
    "region": "name",
    "day": "startday",
    "month": "startmonth",
    "year": "startyear",
    "logged_at": "date",
    "average_pain": "intensity",
    "typed_in": "America/New_York",
}


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    """Where uploaded files are kept in this test."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT / "imports"


@pytest.fixture
def desk(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def upload(desk, maria):
    """Choose a file for Maria; returns the answer."""

    def send(content, number=maria.number, name="diary.csv"):
        file = BytesIO(content if isinstance(content, bytes) else content.encode())
        file.name = name
        return desk.post(reverse("imports"), {"number": number, "file": file})

    return send


@pytest.fixture
def checked(desk, upload, episode):
    """The file with all faults, uploaded and checked by the worker."""
    upload(FAULTS.read_bytes(), name="faults.csv")
    run = ImportRun.objects.get()
    desk.post(reverse("import_columns", args=[run.pk]), COLUMNS)
    tasks.read_on_due_imports()
    run.refresh_from_db()
    return run


def test_a_diary_comes_in_step_by_step(desk, upload, episode, uploads):
    answer = upload(FAULTS.read_bytes(), name="faults.csv")
    run = ImportRun.objects.get()
    assert answer.url == reverse("import_columns", args=[run.pk])

    page = desk.get(answer.url)
    assert page.context["form"]["average_pain"].value() == "intensity"
    assert "Back Pain</td>" in page.text

    answer = desk.post(page.request["PATH_INFO"], COLUMNS)
    assert answer.url == reverse("import_run", args=[run.pk])
    assert "0 % of the file" in desk.get(answer.url).text
    assert not SymptomLog.objects.exists()

    tasks.read_on_due_imports()
    page = desk.get(answer.url)
    assert "Import 6 reports" in page.text
    assert "It says the same as line 13." in page.text
    assert not SymptomLog.objects.exists()

    answer = desk.post(reverse("import_confirm", args=[run.pk]))
    tasks.read_on_due_imports()
    page = desk.get(answer.url)
    assert "<h1>Imported</h1>" in page.text
    assert SymptomLog.objects.filter(episode=episode).count() == 6
    assert not list(uploads.iterdir())
    assert ImportRun.objects.get().path == ""


def test_the_file_is_for_the_servers_own_eyes_only(upload, uploads, episode):
    upload("date,pain\n2025-05-03,4\n")

    (file,) = uploads.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(uploads.stat().st_mode) == 0o700
    assert "diary" not in file.name


def test_the_patient_can_read_who_brought_the_diary_in(upload, maria, ada):
    upload("date,pain\n2025-05-03,4\n")

    access = AccessLog.objects.get(patient=maria)
    assert (access.user, access.page) == (ada, "import")


def test_history_names_the_task(desk, checked, ada):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    tasks.read_on_due_imports()

    log = SymptomLog.objects.first()
    assert log.entered_by == ada
    assert log.events.get().pgh_context.metadata["purpose"] == "task: import logs"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty."),
        (b"PK\x03\x04", "Save it as “CSV UTF-8” and try again."),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(upload, content, why):
    answer = upload(content)

    assert answer.status_code == 422
    assert why in answer.text
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr("patients.forms.imports.LARGEST_FILE", 5)

    answer = upload("date,pain\n")

    assert answer.status_code == 422
    assert "larger than 5" in answer.text


def test_a_patient_of_another_clinic_cannot_be_chosen(upload, stella):
    answer = upload("date,pain\n2025-05-03,4\n", number=stella.number)

    assert answer.status_code == 422
    assert "No patient of your clinic has this record number." in answer.text


def test_a_stranger_learns_nothing_of_a_run(sign_in, ann, checked):
    desk = sign_in(ann)

    for page in ("import_run", "import_columns", "import_bad_lines"):
        assert desk.get(reverse(page, args=[checked.pk])).status_code == 404
    for page in ("import_columns", "import_confirm", "import_drop"):
        assert desk.post(reverse(page, args=[checked.pk])).status_code == 404
    assert "faults.csv" not in desk.get(reverse("imports")).text


def test_a_clinician_does_not_import(sign_in, dr_kim, checked):
    desk = sign_in(dr_kim)

    assert desk.get(reverse("imports")).status_code == 403
    assert desk.post(reverse("import_confirm", args=[checked.pk])).status_code == 403


# --- The columns --------------------------------------------------------------------------------


def columns_page(desk):
    return reverse("import_columns", args=[ImportRun.objects.get().pk])


def test_the_names_in_the_file_are_offered_with_the_spine_chosen(desk, upload, episode):
    upload(
        "name,date,pain\nKnee Pain,2025-05-03,4\nname,date,pain\n,2025-05-03,4\nLow Back Pain,2025-05-03,4\nknee  pain,x,y\n"
    )

    form = desk.get(columns_page(desk)).context["form"]

    assert {field.label: field.value() for field in form.places()} == {
        "Knee Pain": "leave_out",
        "Low Back Pain": "back",
    }


def test_a_neck_without_an_episode_is_not_left_out_unseen(desk, upload, episode):
    upload("name,date,pain\nNeck pain,2025-05-03,4\n")

    assert "The patient has no open episode for it." in desk.get(columns_page(desk)).text


def test_a_knee_that_was_asked_for_is_taken(desk, upload, episode):
    upload("name,date,pain\nKnee Pain,2025-05-03,4\n")
    desk.post(
        columns_page(desk),
        {
            "region": "name",
            "local_date": "date",
            "average_pain": "pain",
            "typed_in": "UTC",
            "name_0": "back",
        },
    )

    tasks.read_on_due_imports()

    assert ImportRun.objects.get().counts.taken == {"back": 1}


def test_names_that_only_the_check_found_are_offered_for_a_second_check(
    desk, upload, episode, monkeypatch
):
    monkeypatch.setattr("patients.importing.preview.ROWS_FOR_NAMES", 1)
    upload("name,date,pain\nBack,2025-05-03,4\nKnee Pain,2025-05-03,4\n")
    answers = {"region": "name", "local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    desk.post(columns_page(desk), answers)
    tasks.read_on_due_imports()

    form = desk.get(columns_page(desk)).context["form"]

    assert [field.label for field in form.places()] == ["Back", "Knee Pain"]
    desk.post(columns_page(desk), answers | {"name_1": "back"})
    tasks.read_on_due_imports()
    assert ImportRun.objects.get().counts.taken == {"back": 2}


def test_a_choice_that_does_not_suffice_is_refused_and_kept(desk, upload, episode):
    upload("date,pain\n2025-05-03,4\n")

    answer = desk.post(columns_page(desk), {"local_date": "date", "typed_in": "UTC"})

    assert answer.status_code == 422
    assert "Choose the column with the pain score." in answer.text
    assert answer.context["form"]["local_date"].value() == "date"


def test_a_column_that_the_file_does_not_have_is_refused(desk, upload, episode):
    upload("date,pain\n2025-05-03,4\n")

    answer = desk.post(columns_page(desk), COLUMNS)

    assert answer.status_code == 422
    assert "Select a valid choice" in answer.text


def test_half_a_day_is_refused_with_the_reason(desk, upload, episode):
    upload("dd,pain\n3,4\n")
    answers = {"day": "dd", "average_pain": "pain", "typed_in": "UTC"}

    answer = desk.post(columns_page(desk), answers)

    assert answer.status_code == 422
    assert "A day in parts needs three columns" in answer.text


def test_without_an_open_episode_the_page_says_so(desk, upload, maria):
    upload("date,pain\n2025-05-03,4\n")

    answer = desk.post(
        columns_page(desk), {"local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    )

    assert answer.status_code == 422
    assert "Maria Ortiz has no open episode" in answer.text


def test_with_two_open_episodes_the_page_asks_which(desk, upload, episode, maria, dr_kim):
    neck = factories.EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    upload("date,pain\n2025-05-03,4\n")
    answers = {"local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    assert "say which one" in desk.post(columns_page(desk), answers).text

    desk.post(columns_page(desk), answers | {"episode": "neck"})

    run = ImportRun.objects.get()
    assert run.episode == neck
    tasks.read_on_due_imports()
    assert desk.get(columns_page(desk)).context["form"]["episode"].value() == "neck"


def test_more_columns_stand_open_when_one_was_guessed(desk, upload, episode):
    upload("date,pain,note\n2025-05-03,4,stiff\n")

    assert '<details class="more" open>' in desk.get(columns_page(desk)).text


def test_a_file_of_broken_lines_still_has_a_page(desk, upload, episode):
    upload("date,pain\n2025-05-03\n")

    assert "as many columns" in desk.get(columns_page(desk)).text


# --- The work -----------------------------------------------------------------------------------


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

    assert SymptomLog.objects.count() == 6
    assert ImportRun.objects.get().counts.taken_in_all == 6


def test_a_file_without_anything_new_says_so(desk, upload, checked):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    tasks.read_on_due_imports()
    upload(FAULTS.read_bytes())
    run = ImportRun.objects.latest("pk")
    desk.post(reverse("import_columns", args=[run.pk]), COLUMNS)
    tasks.read_on_due_imports()

    page = desk.get(reverse("import_run", args=[run.pk])).text

    assert "Nothing in this file is new." in page
    assert reverse("import_confirm", args=[run.pk]) not in page


def test_a_file_about_other_things_says_so(desk, upload, episode):
    upload("name,date,pain\nhappiness,2025-05-03,4\n")
    answers = {"region": "name", "local_date": "date", "average_pain": "pain", "typed_in": "UTC"}
    desk.post(columns_page(desk), answers)
    tasks.read_on_due_imports()

    page = desk.get(reverse("import_run", args=[ImportRun.objects.get().pk])).text

    assert "No line is a report that can be taken." in page


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
    desk.post(columns, COLUMNS)
    actions.check_import(run=checked, plan=actions.Plan(columns={}), now=timezone.now())

    ImportRun.objects.update(state="columns")
    assert desk.get(run).url == columns


def test_a_worker_that_dies_in_a_chunk_loses_nothing_and_doubles_nothing(
    desk, checked, trial, monkeypatch
):
    ReviewDue.objects.all().delete()
    monkeypatch.setattr("patients.actions.import_reading.CHUNK", 5)
    desk.post(reverse("import_confirm", args=[checked.pk]))
    assert actions.read_on_due_imports(now=timezone.now(), most_chunks=2) == 2
    before = ImportRun.objects.get()
    with monkeypatch.context() as dying:
        dying.setattr("patients.actions.import_reading._note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.read_on_due_imports()
    assert ImportRun.objects.get().offset == before.offset

    tasks.read_on_due_imports()

    run = ImportRun.objects.get()
    assert (run.state, run.counts.taken_in_all, run.counts.rows) == ("done", 6, 31)
    assert SymptomLog.objects.count() == 6
    assert run.bad_lines.count() == run.counts.bad == 22
    assert not run.seen_rows.exists()
    assert ReviewDue.objects.filter(trial=trial).exists()


def test_a_file_that_vanished_ends_its_run(desk, checked, uploads):
    desk.post(reverse("import_confirm", args=[checked.pk]))
    next(uploads.iterdir()).unlink()

    tasks.read_on_due_imports()

    assert ImportRun.objects.get().state == "failed"
    page = desk.get(reverse("import_run", args=[checked.pk])).text
    assert "could not be read to its end" in page


def test_a_file_that_nobody_came_back_to_is_deleted_after_a_day(checked, uploads):
    actions.read_on_due_imports(now=timezone.now() + timedelta(hours=23))
    assert list(uploads.iterdir())

    actions.read_on_due_imports(now=timezone.now() + timedelta(days=1))

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
    actions.drop_import(run=checked, now=now)

    actions.fail_import(run=checked, now=now + timedelta(days=1))

    run = ImportRun.objects.get()
    assert (run.state, run.ended_at) == ("dropped", now)


def test_the_list_of_bad_lines_can_be_saved(desk, checked):
    answer = desk.get(reverse("import_bad_lines", args=[checked.pk]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["line", "reason"]
    assert rows[1] == ["4", "“30-Nov--0001” is no day."]
    assert len(rows) == 23
    assert answer["Content-Disposition"] == 'attachment; filename="faults-bad-lines.csv"'
    assert not any(row[1].startswith(("=", "+", "-", "@")) for row in rows)


def test_only_the_first_of_many_bad_lines_are_shown(desk, checked, monkeypatch):
    monkeypatch.setattr("patients.views.clinic.imports.BAD_LINES_SHOWN", 2)

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
    chunks = actions.read_on_due_imports(now=timezone.now())
    done.set()
    worker.join()

    assert chunks == 0
    assert actions.read_on_due_imports(now=timezone.now()) == 1
    assert SymptomLog.objects.count() == 6
