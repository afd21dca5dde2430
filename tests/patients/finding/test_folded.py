"""The database and Python fold the same, whatever letter somebody is written with."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

import sys
import unicodedata

import pytest
from django.db import IntegrityError, connection, transaction

from patients.finding.folded import (
    FoldedName,
    FoldedNumber,
    PhoneDigits,
    digits_of,
    fold,
    fold_number,
    name_key,
)
from patients.models import Patient
from tests.factories import PatientFactory

WRITTEN = {
    "María José Núñez-Peña": "maria jose nunez pena",
    "O’Brien, Seán": "obrien sean",
    "Ｍａｒｉａ　Ｏｒｔｉｚ": "maria ortiz",
    "Łukasz Strauß": "lukasz strauss",
    "Ægir Þór Sørensen": "aegir thor sorensen",
    "İpek IŞIK ılık": "ipek isik ilik",
    "ΓΙΏΡΓΟΣ": "γιωργοσ",
    "Ёлкина Юлия": "елкина юлия",
    "  D'Angelo   Jr. ": "dangelo jr",
    "-": "",
}
LETTERS_IN_USE = [
    chr(code)
    for code in range(1, sys.maxunicode)
    if unicodedata.category(chr(code))[0] in "LMNPSZ"
    # What Unicode has added since is known to one of the two before the other.
    and unicodedata.ucd_3_2_0.category(chr(code)) != "Cn"
]


@pytest.mark.parametrize(("name", "key"), WRITTEN.items())
def test_a_name_is_folded(name, key):
    assert fold(name) == key


def test_numbers_and_phones_are_folded():
    assert fold_number("n 40–01 ｂ") == fold_number("N-4001B") == "n4001b"
    assert fold_number("12/3") != fold_number("123")
    assert digits_of("+49 (0)171 / １２3") == "490171123"
    assert digits_of("0171 123") == "171123"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("folded", "fold_typed"),
    [(FoldedName, name_key), (FoldedNumber, fold_number), (PhoneDigits, digits_of)],
)
def test_the_database_folds_every_letter_as_python_does(folded, fold_typed):
    typed = [f"a{letter}B{letter}{letter}1" for letter in LETTERS_IN_USE]
    wrong = {text: key for text, key in in_the_database(folded, typed) if key != fold_typed(text)}
    assert wrong == {}
    assert len(typed) > 90_000


def in_the_database(folded, texts):
    sql = folded.template % {"expressions": "typed"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT typed, {sql} FROM unnest(%s::text[]) AS typed", [texts])  # noqa: S608
        return cursor.fetchall()


@pytest.mark.django_db
def test_the_keys_follow_the_record_whoever_writes_it(maria):
    Patient.objects.filter(pk=maria.pk).update(name="Zoë O’Hara", number="z 1", phone="0171 2")
    maria.refresh_from_db()
    assert (maria.name_key, maria.number_key, maria.phone_key) == (
        " zoe ohara \nzoeohara",
        "z1",
        "1712",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["n4711", "N 47 11", "n–4711", "Ｎ-４７１１"])
def test_a_record_number_in_other_letters_is_the_same(northside, dr_kim, number):
    PatientFactory(clinic=northside, by=dr_kim, number="N-4711", joined=False)
    other = Patient(
        clinic=northside, name="Ben Shaw", birth_date="1988-01-09", number=number,
        time_zone="UTC", registered_at="2026-03-02T12:00Z", registered_by=dr_kim,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="one_patient_per_number"), transaction.atomic():
        other.save()


@pytest.mark.django_db
def test_dashes_alone_are_no_number(maria):
    with pytest.raises(IntegrityError, match="patient_has_number"), transaction.atomic():
        Patient.objects.filter(pk=maria.pk).update(number="- –")
