"""docs/security-tables.md says what the code does, and no column is without a class."""

import re

import pytest
from django.conf import settings
from django.forms import BaseForm

from accounts.access import Audience
from spinecare import data_classes, security_tables
from spinecare.data_classes import Data, class_of, class_of_table, columns, tables
from spinecare.privileges import APPS
from spinecare.security_fields import forms_of

PAGE = settings.BASE_DIR / "docs" / "security-tables.md"


def test_the_page_is_as_the_code_is():
    told = PAGE.read_text() == security_tables.render()
    assert told, "run: manage.py write_security_tables"


def test_every_page_has_an_audience_and_its_marks():
    pages = {name: audience for name, _address, audience, _row in security_tables.pages()}
    assert pages["worklist"] == Audience.CLINICIAN
    assert pages["account_login"] == Audience.PUBLIC
    assert pages["account_set_password"] == Audience.PERSON
    [line] = [each for each in security_tables.role_lines() if each.startswith("| record |")]
    assert line == "| record | `/patients/<int:pk>/` |  |  | ✓ |  |  | the row's |"


@pytest.mark.parametrize("model", tables(), ids=lambda model: model._meta.label)
def test_a_table_has_a_class(model):
    assert class_of_table(model) in set(Data)


def test_what_the_lists_name_exists():
    labels = {model._meta.label for model in tables()}
    assert set(data_classes.OF_TABLES) <= labels
    named = {f"{m._meta.label}.{f.name}" for m in tables() for f in m._meta.local_concrete_fields}
    assert set(data_classes.OF_COLUMNS) <= named
    assert {label.split(".")[0] for label in labels} == set(data_classes.OF_APPS)


SOUNDS_LIKE = {
    "password": Data.SECRET, "token_digest": Data.SECRET, "sealed": Data.SECRET,
    "birth_date": Data.PERSON, "email": Data.PERSON,
}  # fmt: skip


def test_a_column_that_sounds_like_a_secret_or_a_person_is_one():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in tables()
        if model._meta.app_label != "pathway"
        for field in model._meta.local_concrete_fields
        if field.name in SOUNDS_LIKE and class_of(model, field) != SOUNDS_LIKE[field.name]
    ]
    assert wrong == []


def test_words_about_a_patient_are_health_data():
    log = columns(next(model for model in tables() if model.__name__ == "SymptomLog"))
    assert {"average_pain", "note", "medicine"} <= set(log[Data.HEALTH])


def test_every_form_stands_there_with_who_may_send_it():
    told = {form for _name, view, _who in security_tables.views() for form in forms_of(view)}
    ours = {form for form in below(BaseForm) if form.__module__.split(".")[0] in APPS}
    missing = {form for form in ours - told if not form.__subclasses__()}
    of_allauths_pages = {"accounts.signing_in_forms", "accounts.passkey_forms"}
    assert {form.__module__ for form in missing} <= of_allauths_pages, missing
    page = security_tables.render()
    assert re.search(
        r"^\| \S+\.DecideForm \| kind .* \| clinician \| decide flag \|$", page, re.MULTILINE
    )


def below(form):
    for each in form.__subclasses__():
        yield each
        yield from below(each)
