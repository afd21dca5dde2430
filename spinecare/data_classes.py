"""What is kept about whom: a class for each column, so that a new one has to be thought about.

A table has a class; a column that says more, or less, has its own. docs/security-tables.md is written from
here (`manage.py write_security_tables`), with what each class asks for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, Field, ForeignKey, Model

from spinecare.privileges import APPS


class Data(StrEnum):
    SECRET = "secret"  # noqa: S105 - the name of a class of data
    HEALTH = "health"
    PERSON = "person"
    WORK = "work"
    PUBLIC = "public"
    TECHNICAL = "technical"


HANDLING = {
    Data.SECRET: "opens something: hashed, a digest, or sealed with MFA_KEYS; in no log, no page, no copy of the record; gone when it is used up",
    Data.HEALTH: "a patient's health, and all that points to it: seen through `visible_to`, openings noted, history kept, in no e-mail (but when and where a visit is, in its invitation), log line, address, cookie or cache; leaves with the patient's own copy or the visit brief",
    Data.PERSON: "who somebody is and how to reach them: seen as health data are, in no log line, address or cookie; e-mail addresses leave for the mail relay",
    Data.WORK: "the clinic's own work, about staff, hours and settings: for the people of the clinic; names of patients in it are personal data",
    Data.PUBLIC: "the published protocol: anybody may read it",
    Data.TECHNICAL: "keys, times, states and counts: told to nobody without the row that they belong to",
}
# The tables of whole apps, and those that differ.
OF_APPS = {
    "accounts": Data.TECHNICAL, "pathway": Data.PUBLIC, "patients": Data.HEALTH, "scheduling": Data.WORK,
    "account": Data.PERSON, "auth": Data.TECHNICAL, "contenttypes": Data.TECHNICAL, "mfa": Data.SECRET,
    "pghistory": Data.TECHNICAL, "sessions": Data.SECRET, "usersessions": Data.PERSON,
    "socialaccount": Data.SECRET,  # allauth's, and empty: ours are SignOnProvider and SignOnLink
}  # fmt: skip
OF_TABLES = {
    "accounts.Clinic": Data.WORK,
    "accounts.ClinicLogo": Data.WORK,
    "accounts.HeldForm": Data.HEALTH,  # as it was posted: a log, a request
    "accounts.Invitation": Data.PERSON,
    "accounts.Membership": Data.WORK,
    "accounts.Notice": Data.PERSON,
    "accounts.SignOnLink": Data.PERSON,
    "accounts.SignOnProvider": Data.WORK,
    "accounts.System": Data.WORK,
    "accounts.User": Data.PERSON,
    "patients.Carer": Data.PERSON,
    "patients.ClinicProtocol": Data.WORK,
    "patients.Cover": Data.WORK,
    "patients.IdentityCheck": Data.PERSON,
    "patients.SavedView": Data.WORK,
    "patients.ShadowMode": Data.WORK,
    "scheduling.Call": Data.HEALTH,
    "scheduling.Consultation": Data.HEALTH,  # that somebody sees a spine clinic, and when
    "scheduling.Referral": Data.HEALTH,
    "scheduling.TextConsent": Data.PERSON,
    "scheduling.TextMessage": Data.HEALTH,
    "scheduling.VisitReminder": Data.HEALTH,
    "scheduling.WaitlistEntry": Data.HEALTH,
    "scheduling.WaitlistOffer": Data.HEALTH,
}
OF_COLUMNS = {
    "account.EmailConfirmation.key": Data.SECRET,
    "accounts.AccountMail.sealed": Data.SECRET,
    "accounts.Invitation.token_digest": Data.SECRET,
    "accounts.Notice.path": Data.SECRET,  # an invitation's token, until it is sent
    "accounts.Notice.off_path": Data.SECRET,
    "accounts.SignOnProvider.sealed_secret": Data.SECRET,
    "accounts.User.password": Data.SECRET,
    "patients.Patient.address": Data.PERSON,
    "patients.Patient.birth_date": Data.PERSON,
    "patients.Patient.email": Data.PERSON,
    "patients.Patient.is_veteran": Data.PERSON,
    "patients.Patient.language": Data.PERSON,
    "patients.Patient.name": Data.PERSON,
    "patients.Patient.number": Data.PERSON,
    "patients.Patient.phone": Data.PERSON,
    "patients.Patient.reach": Data.PERSON,
    "patients.Patient.sex": Data.PERSON,
    "usersessions.UserSession.session_key": Data.SECRET,
}
TOLD_ABOVE = {"id", "submission_id", "position", "sequence", "uid", "tries"}


def tables() -> list[type[Model]]:
    """Without those of history: their columns are those of the tables that they are the history of."""
    models = [model for model in apps.get_models() if _is_own_table(model)]
    return sorted(models, key=lambda model: model._meta.label.lower())


def _is_own_table(model: type[Model]) -> bool:
    return bool(model._meta.managed) and not hasattr(model, "pgh_tracked_model")


def class_of_table(model: type[Model]) -> Data:
    """Raises KeyError for a table of an app that has no class yet."""
    label = model._meta.label
    return OF_TABLES[label] if label in OF_TABLES else OF_APPS[model._meta.app_label]


def class_of(model: type[Model], field: Field[Any, Any]) -> Data:
    """A key, or a moment that a clock has stamped, tells nothing by itself; which row of the protocol a
    patient has does: it is a diagnosis, a treatment, a question."""
    name = f"{model._meta.label}.{field.name}"
    if name in OF_COLUMNS:
        return OF_COLUMNS[name]
    stamped = isinstance(field, DateTimeField) and model._meta.app_label in APPS
    is_key = isinstance(field, ForeignKey) and not _says_what(field)
    is_bare = is_key or stamped or field.name in TOLD_ABOVE
    return Data.TECHNICAL if is_bare else class_of_table(model)


def _says_what(field: ForeignKey[Any, Any]) -> bool:
    return field.related_model._meta.app_label == "pathway" and field.name != "protocol"


def columns(model: type[Model]) -> dict[Data, list[str]]:
    """Its columns, by class."""
    found: dict[Data, list[str]] = {}
    for field in model._meta.local_concrete_fields:
        found.setdefault(class_of(model, field), []).append(field.name)
    return found
