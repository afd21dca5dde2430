"""Before a second record of one person is made, the clinic sees the first."""

from datetime import date

import pytest
from django.urls import reverse

from patients.models import Patient
from tests.factories import PatientFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db

BEN = {
    "name": "Ben Shaw", "birth_date": "1988-01-09", "number": "B-1", "email": "ben@mail.example",
    "phone": "555-0177", "language": "en", "sex": "M",
}  # fmt: skip


@pytest.fixture
def front(ada, maria, sign_in):
    """Ada registers people in the clinic where Maria Ortiz is a patient, born on 4 May 1971."""
    return sign_in(ada)


def register(front, **details):
    return front.post(reverse("register"), BEN | details)


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"name": "MARÍA ORTÍZ", "birth_date": "1971-05-04"}, "same date of birth, same name"),
        ({"name": "Ortiz, Maria", "birth_date": "1980-01-01"}, "same name"),
        ({"name": "Maria Ortis", "birth_date": "1971-05-04"}, "same date of birth, similar name"),
        ({"name": "Maria Ortiz Ruiz"}, "similar name"),
        ({"phone": "(555) 0142 00", "name": "Maria Ortiz"}, "same name"),
        ({"phone": "555 0142"}, "same phone"),
        ({"email": "HERS", "birth_date": "1971-05-04"}, "same date of birth, same e-mail"),
    ],
)
def test_who_may_be_maria_is_shown_before_anything_is_saved(front, maria, details, why):
    if details.get("email"):
        details = details | {"email": maria.email.upper(), "shares_email": "on"}
    answer = register(front, **details)
    page = drawn(answer)
    assert answer.status_code == 422
    assert "Nothing is saved yet" in page
    assert maria.number in page
    assert why in page
    assert not Patient.objects.filter(number="B-1").exists()


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"name": "Mario Otis"},
        {"name": "Maria Shaw"},
        {"birth_date": "1971-05-04"},
        {"phone": ""},
    ],
)
def test_somebody_else_is_registered_at_once(front, details):
    assert register(front, **details).url == reverse("patient_list")


def test_whoever_has_compared_registers(front, maria):
    shown = register(front, phone=maria.phone)
    compared = shown.context["compared"]
    assert register(front, phone=maria.phone, compared=compared).status_code == 302
    assert Patient.objects.get(number="B-1").name == "Ben Shaw"


def test_who_came_after_the_comparison_is_shown_too(front, maria, northside, dr_kim):
    compared = register(front, phone=maria.phone).context["compared"]
    PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", phone="", joined=False)
    answer = register(front, phone=maria.phone, compared=compared)
    assert (answer.status_code, "Ben Shaw" in drawn(answer)) == (422, True)
    assert not Patient.objects.filter(number="B-1").exists()


def test_the_second_tap_of_two_is_no_double(front):
    for _tap in range(2):
        assert register(front).url == reverse("patient_list")
    assert Patient.objects.filter(name="Ben Shaw").count() == 1


def test_a_taken_number_is_said_first_however_it_is_typed(front, maria):
    number = maria.number.lower().replace("-", " ")
    answer = register(front, number=number, phone=maria.phone)
    assert "Another patient has this record number." in drawn(answer)
    assert "Nothing is saved yet" not in drawn(answer)


def test_dashes_are_no_number(front):
    assert "Give a number with letters or digits." in drawn(register(front, number="- -"))


def test_nobody_of_another_clinic_is_shown(front, stella):
    same = {
        "name": stella.name,
        "birth_date": str(stella.birth_date),
        "phone": "",
        "email": stella.email,
    }
    assert register(front, **same).status_code == 302


def test_of_many_with_a_common_name_those_born_that_day_come_first(front, northside, dr_kim):
    for year in range(12):
        PatientFactory(
            clinic=northside,
            by=dr_kim,
            name="Ana Smith",
            birth_date=date(1960 + year, 1, 1),
            joined=False,
        )
    shown = register(front, name="Ana Smith", birth_date="1971-01-01").context["doubles"]
    assert len(shown) == 10
    assert shown[0].patient.birth_date == date(1971, 1, 1)
