"""A name reads as it is written, and what looks like one record number is one."""

import importlib
import pkgutil

import pytest
from django import forms
from django.urls import reverse

from accounts.models import Invitation
from accounts.one_line import one_line
from patients.models import Patient

# allauth's, whose text only its owner reads; a code is compared with another.
# A secret is taken as it is.
OTHERS = {("AddForm", "name"), ("FreshCodeForm", "code"), ("SignOnForm", "secret")}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana\r\nBcc: all@mail.example", "Ana Bcc: all@mail.example"),
        ("\u202eairaM", "airaM"),
        ("N-10\u200b01\u2060", "N-1001"),
        ("\u202a+1 555 0100\u202c", "+1 555 0100"),
        ("O'Brien-Núñez \u2028 III", "O'Brien-Núñez III"),
        ("a\x00b\x1bc\x85d", "abc d"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\u2066\u2069", ""),
    ],
)
def test_what_is_typed_in_one_line(typed, kept):
    assert one_line(typed) == kept


def all_forms():
    for app in ("accounts", "patients", "scheduling"):
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "form" in module.name:
                importlib.import_module(module.name)
    waiting, found = [forms.BaseForm], set()
    while waiting:
        below = waiting.pop().__subclasses__()
        found |= {
            form
            for form in below
            if form.__module__.startswith(("accounts", "patients", "scheduling"))
        }
        waiting += below
    return found


def test_every_field_of_one_line_is_such_a_field():
    plain = {
        (form.__name__, name)
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if type(field) is forms.CharField
        and not isinstance(field.widget, forms.Textarea | forms.HiddenInput)
    }
    assert plain <= OTHERS


@pytest.mark.django_db
def test_a_record_number_that_looks_the_same_is_taken(maria, ada, sign_in):
    person = {
        "name": "Maria\u202e Two", "birth_date": "1970-05-01", "sex": "F", "number": f"{maria.number}\u200b",
        "email": "two@mail.example", "phone": "", "language": "en",
    }  # fmt: skip
    answer = sign_in(ada).post(reverse("register"), person)
    assert answer.status_code == 422
    assert "Another patient has this record number." in answer.content.decode()
    sign_in(ada).post(reverse("register"), person | {"number": "N-two"})
    assert Patient.objects.get(number="N-two").name == "Maria Two"


@pytest.mark.django_db
def test_a_colleagues_name_has_one_line(ada, sign_in):
    person = {"name": "Dr. Wu\nDr. Kim", "email": "wu@clinic.example", "role": "clinician"}
    sign_in(ada).post(reverse("invite_person"), person)
    assert Invitation.objects.get(email="wu@clinic.example").name == "Dr. Wu Dr. Kim"
