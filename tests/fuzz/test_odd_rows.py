"""Words that an old import or a slip left in a row: every page opens all the same, and every job runs."""

import pytest
from django.apps import apps
from django.db import models

from accounts.models import Clinic, Notice, User
from patients.models import ImportRun, Patient
from tests.fuzz.cases import signed_in
from tests.fuzz.test_fuzz import jobs_that_failed, pages_that_broke
from tests.patients.hostile import allow, put

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def keys(model):
    return list(model._default_manager.values_list("pk", flat=True))


def write(model, **values):
    allow(model)
    put(model, keys(model), **values)


def tables(*apps_of_ours):
    """All but the rows of history."""
    found = (model for app in apps_of_ours for model in apps.get_app_config(app).get_models())
    return [model for model in found if not model.__name__.endswith("Event")]


# A folder of zones is neither a zone nor "not found".
@pytest.mark.parametrize("zone", ["Mars/Olympus", "America"])
def test_pages_open_where_nobody_knows_the_time_zone(world, clients, zone):
    write(Patient, time_zone=zone)
    write(ImportRun, typed_in=zone)
    write(Clinic, time_zone=zone)
    assert list(pages_that_broke(world, clients)) == []
    assert {job.split()[0] for job in jobs_that_failed()} <= {"reminders"}


def test_staff_read_that_a_time_zone_is_not_known(world):
    record = f"/patients/{world.maria.patient.pk}/"
    wu = signed_in(world.people["the clinician"])
    assert "time zone" not in wu.get(record).content.decode()
    write(Patient, time_zone="Mars/Olympus")
    for page in (record, f"/flags/{world.maria.flag.pk}/"):
        assert "The time zone of this patient is not known" in wu.get(page).content.decode()
    write(Clinic, time_zone="Mars/Moat")
    for who in ("the clinician", "the scheduler", "the administrator"):
        said = signed_in(world.people[who]).get("/patients/").content.decode()
        assert 'The time zone of this clinic is not known ("Mars/Moat")' in said.replace(
            "&quot;", '"'
        )


@pytest.mark.parametrize("language", ["zz", "../.."])
def test_pages_open_for_people_whose_language_nobody_speaks(world, clients, language):
    for model in tables("accounts", "patients"):
        if "language" in {field.name for field in model._meta.concrete_fields}:
            write(model, language=language)
    assert list(pages_that_broke(world, clients)) == []
    assert jobs_that_failed() == []
    assert {model.objects.first().language for model in (User, Patient, Notice)} == {language}


def test_pages_open_beside_json_that_holds_nothing(world, clients):
    for model in tables("accounts", "patients", "scheduling"):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.JSONField):
                allow(model)
                kinds = {row.pk: row.__dict__[field.name] for row in model.objects.all()}
                lists = [key for key, said in kinds.items() if isinstance(said, list)]
                put(model, lists, **{field.name: "[]"})
                put(model, set(kinds) - set(lists), **{field.name: "{}"})
    assert list(pages_that_broke(world, clients)) == []
