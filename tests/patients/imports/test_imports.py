"""Ada, the administrator, brings Maria's diary in through the browser, without a script."""

import re
import stat

import pytest
from django.urls import reverse

from patients import tasks
from patients.models import AccessLog, ImportRun, SymptomLog
from tests import factories
from tests.patients.diaries import FAULTS, FAULTY_COLUMNS


def test_a_diary_comes_in_step_by_step(desk, upload, episode, uploads):
    answer = upload(FAULTS.read_bytes(), name="faults.csv")
    run = ImportRun.objects.get()
    assert answer.url == reverse("import_run", args=[run.pk])

    page = desk.get(answer.url, follow=True)
    assert page.redirect_chain == [(reverse("import_columns", args=[run.pk]), 302)]
    assert page.context["form"]["average_pain"].value() == "intensity"
    assert "Back Pain</td>" in page.text

    answer = desk.post(page.request["PATH_INFO"], FAULTY_COLUMNS)
    assert answer.url == reverse("import_run", args=[run.pk])
    assert "0 % of the file" in desk.get(answer.url).text
    assert not SymptomLog.objects.exists()

    tasks.read_on_due_imports()
    page = desk.get(answer.url)
    assert "Import 7 reports" in page.text
    assert "It says the same as line 13." in page.text
    assert not SymptomLog.objects.exists()

    answer = desk.post(reverse("import_confirm", args=[run.pk]))
    tasks.read_on_due_imports()
    page = desk.get(answer.url)
    assert "<h1>Imported</h1>" in page.text
    assert SymptomLog.objects.filter(episode=episode).count() == 7
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
        (b"\n\n", "The file is empty."),
        (b"PK\x03\x04", "This file holds no table that can be read."),
        (
            b",".join([b"pain"] * 5_000),
            "The first line should name the columns. The line is longer",
        ),
        (b";".join([b"pain"] * 101), "names 101 columns, and 100 can be read at most"),
        (b"pain," + b"x" * 101, "The name of column 2 is longer than 100 characters."),
        (b"date,pain\n" + b"\n" * 200_001, "The file has 200,002 lines"),
    ],
)
def test_a_file_that_is_none_ends_with_the_reason_and_is_deleted(
    desk, upload, uploads, content, why
):
    page = desk.get(upload(content).url).text

    assert "<h1>Could not be read</h1>" in re.sub(r">\s+|\s+<", lambda end: end[0].strip(), page)
    assert why in page
    assert "Nothing was imported from this file." in page
    assert f'<a href="{reverse("imports")}">Choose a file</a>' in page
    assert not list(uploads.iterdir())


def test_an_empty_file_is_refused_at_once(upload):
    answer = upload(b"")

    assert answer.status_code == 422
    assert "The submitted file is empty." in answer.text
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(upload, monkeypatch):
    monkeypatch.setattr("patients.imports.forms.LARGEST_FILE", 5)

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
    monkeypatch.setattr("patients.diary_file.preview.LOOKED_AT", 1)
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

    answer = desk.post(columns_page(desk), FAULTY_COLUMNS)

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


@pytest.mark.parametrize("name", ["diary.xls", "diary.exe", "diary", "diary.csv.html"])
def test_a_file_of_another_kind_is_refused_by_its_name(desk, upload, episode, uploads, name):
    answer = upload("date,pain\n2025-05-03,4\n", name=name, read=False)
    assert answer.status_code == 422
    assert "ends in .csv, .tsv, .txt, .xlsx or .zip" in answer.content.decode()
    assert not uploads.exists()
