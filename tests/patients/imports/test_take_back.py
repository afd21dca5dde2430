"""Ada chose the wrong column: the whole import is taken back, as long as nobody decided on it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from patients import tasks
from patients.imports.actions.take_back import NothingToTakeBack, take_back_import
from patients.models import AccessLog, ImportRun, ReviewDue, SymptomLog
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from tests.factories import LogFactory
from tests.pages import drawn

DIARY = "date,pain,steps\n2025-05-03,4,9\n2025-05-04,5,8\n"


@pytest.fixture
def imported(desk, upload, episode):
    """Steps were taken for pain."""
    return bring(desk, upload, "steps")


def bring(desk, upload, score):
    upload(DIARY)
    run = ImportRun.objects.latest("pk")
    columns = {"local_date": "date", "average_pain": score, "typed_in": "UTC"}
    desk.post(reverse("import_columns", args=[run.pk]), columns)
    tasks.read_on_due_imports()
    desk.post(reverse("import_confirm", args=[run.pk]))
    tasks.read_on_due_imports()
    return ImportRun.objects.get(pk=run.pk)


def take_back(desk, run):
    return drawn(desk.post(reverse("import_take_back", args=[run.pk]), follow=True))


def counting():
    return list(
        SymptomLog.objects.not_withdrawn().order_by("pk").values_list("average_pain", flat=True)
    )


def test_all_its_reports_are_withdrawn_and_nothing_else(desk, imported, episode, trial):
    own = LogFactory(episode=episode, average_pain=3)
    ReviewDue.objects.all().delete()
    assert counting() == [9, 8, 3]

    page = take_back(desk, imported)

    assert "The import is taken back. You can import the file again." in page
    assert "Ada Abel has taken this import back." in page
    assert list(SymptomLog.objects.not_withdrawn()) == [own]
    assert SymptomLog.objects.count() == 3
    assert ReviewDue.objects.filter(trial=trial).exists()


def test_the_history_keeps_what_was_and_the_patient_sees_who(desk, imported, maria, ada):
    before = AccessLog.objects.filter(patient=maria, user=ada).count()

    take_back(desk, imported)

    log = SymptomLog.objects.earliest("pk")
    assert [event.withdrawn_at is None for event in log.events.order_by("pgh_id")] == [True, False]
    assert AccessLog.objects.filter(patient=maria, user=ada).count() >= before


def test_the_same_file_comes_in_again_read_otherwise(desk, upload, imported):
    take_back(desk, imported)

    bring(desk, upload, "pain")

    assert counting() == [4, 5]


def test_a_second_press_changes_nothing(desk, imported):
    take_back(desk, imported)
    first = ImportRun.objects.get().taken_back_at

    page = take_back(desk, imported)

    assert "Nothing of this import counts any more." in page
    assert ImportRun.objects.get().taken_back_at == first


@pytest.fixture
def decision(imported, found, fold, dr_kim, now):
    flag = fold(found(), at=now)
    choice = Choice(
        kind="continue",
        reason="improving_slowly",
        patient_sentence="Keep going.",
        next_check_on=now.date() + timedelta(days=7),
    )
    return decide(flag=flag, choice=choice, by=dr_kim, now=timezone.now())


def test_what_somebody_decided_on_stays(desk, imported, decision):
    page = drawn(desk.get(reverse("import_run", args=[imported.pk])))
    assert "the import cannot be taken back as a whole" in page
    assert "Take all of it back" not in page

    page = take_back(desk, imported)

    assert "Somebody has decided something since. Nothing was taken back." in page
    assert counting() == [9, 8]


def test_a_decision_that_was_undone_does_not_stand_in_the_way(desk, imported, decision, dr_kim):
    undo_decision(decision=decision, by=dr_kim, now=timezone.now())

    take_back(desk, imported)

    assert counting() == []


def test_an_import_that_broke_off_can_be_taken_back_too(desk, imported):
    ImportRun.objects.update(state="failed")

    take_back(desk, imported)

    assert counting() == []


@pytest.mark.parametrize("state", ["columns", "checked", "dropped"])
def test_what_was_never_imported_cannot(desk, checked, ada, state):
    ImportRun.objects.update(state=state)

    with pytest.raises(NothingToTakeBack):
        take_back_import(run=ImportRun.objects.get(), by=ada, now=timezone.now())


def test_a_report_that_the_patient_withdrew_stays_as_it_is(desk, imported, now):
    SymptomLog.objects.filter(average_pain=9).update(withdrawn_at=now - timedelta(days=1))

    take_back(desk, imported)

    assert SymptomLog.objects.get(average_pain=9).withdrawn_at == now - timedelta(days=1)


def test_a_stranger_and_a_clinician_take_nothing_back(sign_in, ann, dr_kim, imported):
    address = reverse("import_take_back", args=[imported.pk])
    assert sign_in(ann).post(address).status_code == 404
    assert sign_in(dr_kim).post(address).status_code == 403
    assert counting() == [9, 8]


def test_what_a_command_imported_can_be_taken_back(desk, maria, ada, episode, tmp_path):
    file = tmp_path / "diary.csv"
    file.write_text("date,pain\n2025-05-03,4\n")
    call_command("import_logs", str(file), "--patient", maria.number)

    take_back(desk, ImportRun.objects.get())

    assert counting() == []


@pytest.mark.parametrize("wrong", [{"state": "taken_back"}, {"taken_back_at": timezone.now()}])
def test_the_database_wants_who_and_when(imported, wrong):
    with pytest.raises(IntegrityError, match="import_taken_back_at_with_by"), transaction.atomic():
        ImportRun.objects.update(**wrong)
