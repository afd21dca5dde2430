"""Lines of the access history for administrators: which ones, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from patients.finding.asked import meant
from patients.models import AccessLog, Patient
from patients.queries.records import AccessLogQuerySet
from patients.who_looked.unusual import Look, Why

# What was opened, in the clinic's words; the patient's are in patients/care_team/access_history.py.
OPENED: dict[str, str | Promise] = {
    "fhir": _("Record, through FHIR"),
    "record": _("Record"),
    "flag": _("A flag and its evidence"),
    "explain": _("How a flag was worked out"),
    "intake_review": _("First questions"),
    "records": _("Records by tier"),
    "emergency": _("Emergency access"),
    "import": _("Import of a diary"),
    "reassessment": _("Reassessment"),
    "letter": _("A letter"),
    "timeline": _("By day"),
    "visit": _("A visit"),
    "find_time": _("To find a time for a visit"),
    "merge": _("Merge of two records"),
}
WHY: dict[Why, str | Promise] = {
    Why.OWN: _("Own record"),
    Why.EMERGENCY: _("Emergency access"),
    Why.SURNAME: _("Same surname"),
    Why.MANY: _("Many records within an hour"),
    Why.NIGHT: _("At night"),
}


@dataclass(frozen=True)
class Asked:
    """Empty is everybody; days are the clinic's, both counted."""

    first: date
    last: date
    words: str = ""
    user: int | None = None
    emergency: bool = False


def lines(at: Membership, asked: Asked) -> AccessLogQuerySet:
    """The newest first. Whom the words mean is looked up among the patients that one sees."""
    begin, end = span(at.clinic, asked.first, asked.last)
    rows = AccessLog.objects.visible_to(at).between(begin, end)
    if asked.words:
        found = Patient.objects.visible_to(at).sought(meant(asked.words, asked.last)).values("pk")
        rows = rows.filter(Q(patient__in=found) | Q(patient__merged_into__in=found))
    if asked.user is not None:
        rows = rows.filter(user=asked.user)
    if asked.emergency:
        rows = rows.filter(page="emergency")
    return rows.select_related("patient", "user", "system").order_by("-at", "-pk")


def span(clinic: Clinic, first: date, last: date) -> tuple[datetime, datetime]:
    """From the morning of one of the clinic's days to the end of another."""
    zone = clinic.zone
    return (
        datetime.combine(first, time(0), zone),
        datetime.combine(last + timedelta(days=1), time(0), zone),
    )


def looks_of(at: Membership, month: date) -> Iterator[Look]:
    """All of a month by people at work, in the order of time; one query, read in portions. What a program read
    is on the list, and asks for no reason; a carer has the patient's name, and may sit up at night."""
    begin, end = span(at.clinic, month, last_of(month))
    by_people = AccessLog.objects.visible_to(at).between(begin, end).exclude(user=None)
    rows: Any = by_people.exclude(page__contains=":").order_by("at", "pk")
    columns = (
        "at", "user_id", "user__name", "patient_id", "patient__name", "patient__number", "page",
        "patient__user_id",
    )  # fmt: skip
    for when, user, user_name, patient, name, number, page, account in rows.values_list(
        *columns
    ).iterator(5_000):
        local = when.astimezone(at.clinic.zone)
        yield Look(local, user, user_name, patient, name, number, page, account == user)


def last_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def opened(page: str) -> str:
    return str(OPENED.get(page) or (_("As a carer") if ":" in page else page))
