"""Whoever is in the clinic is found however they are typed, in every search box of the product."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from patients.finding.asked import meant
from patients.flags.actions import request_review
from patients.models import Patient
from patients.record.actions.register import register_patient
from tests.factories import PatientFactory
from tests.patients.finding.names import PEOPLE
from tests.stage import staged

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@staged
def forty(northside, dr_kim, now):
    for name, born, phone, number in PEOPLE:
        register_patient(
            clinic=northside, by=dr_kim, now=now, name=name, phone=phone, number=number,
            birth_date=date.fromisoformat(born), email="one@mail.example",
        )  # fmt: skip


def found(dr_kim, typed):
    visible = Patient.objects.visible_to(dr_kim.membership_as())
    return [patient.name for patient in visible.sought(meant(typed, TODAY))]


def test_forty_people_are_found_however_they_are_typed(forty, dr_kim):
    assert len(PEOPLE) == 40
    asked = [(who[0], typed) for who, ways in PEOPLE.items() for typed in ways]
    wrong = {typed: names for name, typed in asked if (names := found(dr_kim, typed)) != [name]}
    assert wrong == {}


@pytest.fixture
def trigrams():
    """The index that an operator may add where the server has the extension; the embedded one has not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            pytest.skip("this server has no pg_trgm")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE INDEX by_trigrams ON patients_patient USING gin (name_key gin_trgm_ops)"
        )
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")


def test_with_an_index_of_trigrams_the_same_people_are_found(forty, trigrams, dr_kim):
    assert "by_trigrams" in Patient.objects.filter(name_key__contains="wisniewski").explain()
    asked = [(who[0], typed) for who, ways in PEOPLE.items() for typed in ways]
    wrong = {typed: names for name, typed in asked if (names := found(dr_kim, typed)) != [name]}
    assert wrong == {}


@pytest.mark.parametrize(
    "typed",
    ["", " ", "'", "-", "%", "_", "\\", "(", "[q-x]+", ".*", "zzzzzz", "nobody here", "1", "12"],
)
def test_what_means_nobody_finds_nobody(forty, dr_kim, typed):
    assert found(dr_kim, typed) == []


def test_a_name_nearly_so_is_offered_only_where_nobody_is_written_so(forty, northside, dr_kim):
    assert found(dr_kim, "Rosa Gonzalez") == ["Rosa Gonzales"]
    PatientFactory(clinic=northside, by=dr_kim, name="Rosa González", joined=False)
    assert found(dr_kim, "Rosa Gonzalez") == ["Rosa González"]


def test_nobody_of_another_clinic_is_found(forty, stella, dr_kim, dr_strand):
    assert found(dr_kim, "stella") == []
    assert found(dr_strand, "nunez") == []
    assert found(dr_strand, "nunes") == []


def test_names_stand_as_people_expect(forty, dr_kim):
    visible = Patient.objects.visible_to(dr_kim.membership_as())
    names = list(visible.order_by("name_key").values_list("name", flat=True))
    assert names[:4] == [
        "Ángel Gómez García",
        "Anne-Marie Lefèvre",
        "Björn Åkesson",
        "Bríd Ní Dhomhnaill",
    ]
    assert names.index("İpek Işık") == names.index("Ibrahim al-Sayed") + 1


BOXES = {"patient_list": "dr_kim", "worklist": "dr_kim", "book_by_phone": "sam"}


@pytest.mark.parametrize(("box", "who"), BOXES.items())
@pytest.mark.parametrize(
    ("typed", "is_near"),
    [("ORTÍZ, maria", False), ("4.5.1971", False), ("5550142", False), ("Ortis", True)],
)
def test_every_box_finds_maria(trial, protocol, now, box, who, typed, is_near, request, sign_in):
    request_review(episode=trial.episode, reason="", protocol=protocol, now=now)
    desk = sign_in(request.getfixturevalue(who))
    page = desk.post(reverse(box), {"q": typed}, follow=True).content.decode()
    assert "Maria Ortiz" in page
    assert ("These names are close" in page) is is_near


@pytest.mark.parametrize(("box", "most"), [("patient_list", 10), ("book_by_phone", 10)])
@pytest.mark.parametrize("typed", ["ortiz", "ortis", "zzzzzz", "n1001", "5550101"])
def test_a_search_asks_ten_times_at_the_most(
    forty, maria, dr_kim, sam, box, most, typed, sign_in, django_assert_max_num_queries
):
    desk = sign_in(sam if box == "book_by_phone" else dr_kim)
    found_at = desk.post(reverse(box), {"q": typed}).url
    desk.get(found_at)
    with django_assert_max_num_queries(most):
        desk.get(found_at)


def test_a_number_typed_in_other_letters_is_the_record(maria, sam, sign_in):
    Patient.objects.filter(pk=maria.pk).update(number="N-40 01", is_veteran=True)
    page = sign_in(sam).post(reverse("add_referral"), {"patient": "ｎ4001"}, follow=True)
    assert "Maria Ortiz" in page.content.decode()
