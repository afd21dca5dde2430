"""Who may be in the clinic already under what is about to be registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any

from django.db.models import Case, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.finding.asked import (
    MOST_WORDS,
    NOBODY,
    WHOLE_PHONE,
    Asked,
    alike,
    exactly,
    meant_by_name,
    nearly,
)
from patients.finding.folded import digits_of, fold
from patients.models import Patient
from patients.queries.records import PatientQuerySet

# More would not be compared by anybody.
SHOWN = 10
READ = 200
SAME_BIRTH = _("same date of birth")
SAME_EMAIL = _("same e-mail")
# Neither is enough alone: somebody has said already that the two share an address.
TOO_LITTLE: list[list[str | Promise]] = [[SAME_BIRTH], [SAME_EMAIL]]


@dataclass(frozen=True)
class Double:
    """Somebody who may be the same person, and why, the strongest reason first."""

    patient: Patient
    why: list[str | Promise]


def likely_doubles(patients: PatientQuerySet, details: Mapping[str, Any]) -> list[Double]:
    """At most SHOWN, those with the most reasons first; `details` are fields of Patient. One query."""
    asked = meant_by_name(details["name"])
    same = exactly(asked) | nearly(asked) | _two_words_of(asked) | _reached_alike(details)
    born_then = Case(When(birth_date=details["birth_date"], then=0), default=1)
    near = patients.filter(same).select_related("user").order_by(born_then, "name_key", "pk")
    doubles = [Double(patient, list(_why(patient, details))) for patient in near[:READ]]
    likely = [double for double in doubles if double.why not in TOO_LITTLE]
    return sorted(likely, key=lambda double: (SAME_BIRTH not in double.why, -len(double.why)))[
        :SHOWN
    ]


def not_compared(
    patients: PatientQuerySet, details: Mapping[str, Any], compared: str
) -> list[Double]:
    """All likely doubles, where one of them was not on the page on which somebody said that this is
    another person. None where the number is taken: that is another question."""
    doubles = likely_doubles(patients, details)
    if not set(keys_of(doubles).split()) - set(compared.split()):
        return []
    # Asked last: the double may be this very form, tapped twice.
    return [] if patients.numbered(details["number"]).exists() else doubles


def keys_of(doubles: Iterable[Double]) -> str:
    return " ".join(str(double.patient.pk) for double in doubles)


def _two_words_of(asked: Asked) -> Q:
    """Who has one surname here and two there."""
    pairs = (
        exactly(replace(asked, words=pair)) for pair in combinations(asked.words[:MOST_WORDS], 2)
    )
    return reduce(or_, pairs, NOBODY)


def _reached_alike(details: Mapping[str, Any]) -> Q:
    alike, phone = NOBODY, digits_of(details.get("phone", ""))
    if len(phone) >= WHOLE_PHONE:
        alike |= Q(phone_key=phone)
    if email := details.get("email"):
        alike |= Q(email__iexact=email) | Q(user__email__iexact=email)
    return alike


def _why(patient: Patient, details: Mapping[str, Any]) -> Iterator[str | Promise]:
    words, theirs = set(fold(details["name"]).split()), set(fold(patient.name).split())
    phone, email = digits_of(details.get("phone", "")), details.get("email", "").lower()
    if patient.birth_date == details["birth_date"]:
        yield SAME_BIRTH
    if words == theirs:
        yield _("same name")
    elif alike(words, theirs) or alike(theirs, words):
        yield _("similar name")
    if len(phone) >= WHOLE_PHONE and digits_of(patient.phone) == phone:
        yield _("same phone")
    if email and email in {patient.email.lower(), patient.mail_address.lower()}:
        yield SAME_EMAIL
