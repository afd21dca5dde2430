"""Before an injection and beside an opioid: each check is answered, or says that nobody asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.models import Flag, MedicationCourse, Procedure
from patients.review.daily_checks import run_daily_checks
from tests.pages import drawn
from tests.patients.record_data import BESIDE, CHECKS, a_medicine, an_injection

pytestmark = pytest.mark.django_db

PROCEDURE = {
    "purpose": "injection", "level_of_spine": "L4/5", "side": "left", "done_on": "2026-03-02",
    "note": "",
}  # fmt: skip
OPIOID = {"is_opioid": "on", "name": "Tramadol", "use": "planned", "started_on": "2026-03-01"}


@pytest.fixture
def desk(sign_in, dr_kim):
    return sign_in(dr_kim)


@pytest.fixture
def add(desk, episode, trial, protocol):
    def added(kind, key, **sent):
        modality = protocol.modalities.get(key=key).pk
        place = reverse("record_add", args=[episode.pk, kind])
        return desk.post(place, {"modality": modality, **sent})

    return added


def test_a_procedure_is_not_saved_before_each_check_is_answered(add):
    refused = add("procedure", "epidural-steroid-injection", **PROCEDURE)
    assert refused.status_code == 422
    assert drawn(refused).count("Answer, or say that nobody asked.") >= len(CHECKS)
    assert not Procedure.objects.exists()

    assert add("procedure", "epidural-steroid-injection", **PROCEDURE, **CHECKS).status_code == 302
    kept = Procedure.objects.get()
    assert {name: getattr(kept, name) for name in CHECKS} == CHECKS


def test_nothing_is_preselected(desk, episode, trial):
    page = drawn(desk.get(reverse("record_add", args=[episode.pk, "procedure"])))
    assert "Takes a blood thinner" in page
    assert "checked" not in page.split("<main")[1]


def test_the_record_says_what_was_asked(desk, episode, trial, dr_kim, now):
    an_injection(episode, dr_kim, now)
    page = drawn(desk.get(reverse("records", args=[episode.pk])))
    assert "Takes a blood thinner: <strong>Not asked</strong>" in page


def test_an_opioid_is_not_saved_before_its_four_lines_are_answered(add):
    assert add("medicine", "opioid", **OPIOID).status_code == 422
    assert add("medicine", "opioid", **OPIOID, **BESIDE).status_code == 302
    course = MedicationCourse.objects.get()
    assert {name: getattr(course, name) for name in BESIDE} == BESIDE


def test_of_another_medicine_nobody_is_asked_them(add):
    other = {**OPIOID, "name": "Naproxen"}
    del other["is_opioid"]
    assert add("medicine", "nsaid", **other).status_code == 302
    assert MedicationCourse.objects.get().naloxone_offered == "not_asked"


def test_the_flag_says_what_stands_beside_the_opioid(episode, trial, dr_kim, now):
    a_medicine(episode, dr_kim, now, "opioid", days_ago=30, benzodiazepine="yes")
    run_daily_checks(now=now + timedelta(hours=1))
    said = Flag.objects.get(kind="opioid_course").sentence
    beside = "yes: benzodiazepine; not asked: gabapentinoid, sleep apnoea, naloxone offered"
    assert said.endswith(beside)


@pytest.mark.parametrize("table", [Procedure, MedicationCourse])
def test_the_tables_know_three_answers(episode, trial, dr_kim, now, table):
    an_injection(episode, dr_kim, now)
    a_medicine(episode, dr_kim, now, "opioid")
    name = "infection" if table is Procedure else "naloxone_offered"
    with pytest.raises(IntegrityError, match="checks_known"), transaction.atomic():
        table.objects.update(**{name: "maybe"})
