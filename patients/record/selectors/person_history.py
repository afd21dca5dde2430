"""Who corrected what about a patient, and when: read from the patient's history, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients.models import Patient

NAMED = {
    "name": gettext_lazy("Name"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "number": gettext_lazy("Record number"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "user_id": gettext_lazy("Account"),
}


@dataclass(frozen=True)
class Correction:
    """`who` is empty where a job or a command did it."""

    at: datetime
    who: str
    what: list[tuple[str, str, str]]


def corrections(patient: Patient) -> list[Correction]:
    """Two queries. A state in which none of these fields changed is no entry."""
    events: Any = patient.events  # type: ignore[attr-defined]
    states = list(events.select_related("pgh_context").order_by("-pgh_id"))
    authors = {_author(state) for state in states}
    names = dict(User.objects.filter(pk__in=authors).values_list("pk", "name"))
    entries = (
        Correction(after.pgh_created_at, names.get(_author(after), ""), list(_what(before, after)))
        for after, before in pairwise(states)
    )
    return [entry for entry in entries if entry.what]


def _author(state: Any) -> int:
    return (state.pgh_context.metadata.get("user") if state.pgh_context else None) or 0


def _what(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    for field, name in NAMED.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield str(name), _said(field, was), _said(field, now)


def _said(field: str, value: Any) -> str:
    if field == "user_id":
        return _("signed up") if value else _("none")
    return str(value or _("none"))
