"""Who changed what about the clinic, and when: read from its history, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Clinic, User

# No clinic is changed every day; older entries stay in the table.
READ = 60
NAMED = {
    "name": gettext_lazy("Name"),
    "emergency_number": gettext_lazy("Emergency number"),
    "sender_name": gettext_lazy("Sender of e-mails"),
    "reminder_texts": gettext_lazy("Own sentences in reminders"),
    "colour": gettext_lazy("Colour"),
    "logo": gettext_lazy("Logo"),
    "address": gettext_lazy("Address"),
    "phone": gettext_lazy("Phone"),
    "phone_weekdays": gettext_lazy("Days"),
    "phone_opens": gettext_lazy("From"),
    "phone_closes": gettext_lazy("To"),
    "closed_on": gettext_lazy("Closed on"),
    "time_zone": gettext_lazy("Time zone"),
    "alert_email": gettext_lazy("Told first of a safety answer"),
    "next_alert_email": gettext_lazy("Told if nobody takes it on"),
    "sign_on_roles": gettext_lazy("Have to come by the clinic's sign-on"),
    "legal_age": gettext_lazy("Legal age"),
    "care_team_only": gettext_lazy("Clinicians see their own patients only"),
}


@dataclass(frozen=True)
class ClinicChange:
    """`who` is empty where a command of the operator changed it."""

    at: datetime
    who: str
    what: list[tuple[str, str, str]]
    pk: int = 0
    can_be_undone: bool = False


def clinic_changes(clinic: Clinic) -> list[ClinicChange]:
    """Two queries. A state in which none of these fields changed is no entry."""
    events: Any = clinic.events  # type: ignore[attr-defined]
    states = list(events.select_related("pgh_context").order_by("-pgh_id")[: READ + 1])
    names = dict(User.objects.filter(pk__in=set(map(_author, states))).values_list("pk", "name"))
    entries = (
        ClinicChange(
            after.pgh_created_at,
            names.get(_author(after), ""),
            list(_what(before, after)),
            after.pgh_id,
            stands(clinic, before, after),
        )
        for after, before in pairwise(states)
    )
    return [entry for entry in entries if entry.what]


def changed(before: Any, after: Any) -> list[str]:
    """The fields that this change changed."""
    return [name for name in NAMED if getattr(before, name) != getattr(after, name)]


def stands(clinic: Clinic, before: Any, after: Any) -> bool:
    """Whether all of it is as this change left it."""
    return all(getattr(clinic, name) == getattr(after, name) for name in changed(before, after))


def _author(state: Any) -> int:
    return (state.pgh_context.metadata.get("user") if state.pgh_context else None) or 0


def _what(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """Each changed field with what stood there and what stands there now."""
    for field, name in NAMED.items():
        was, now = getattr(before, field), getattr(after, field)
        if (
            field == "logo"
        ):  # by the beginning of its name: which one it was can be seen at the top of the page
            was, now = was[:6], now[:6]
        if field == "closed_on":
            was, now = _only(was, now), _only(now, was)
        if field == "phone_weekdays":
            was, now = _weekdays(was), _weekdays(now)
        if was != now:
            yield str(name), _said(was), _said(now)


def _only(days: Iterable[date], others: Iterable[date]) -> list[date]:
    return sorted(set(days) - set(others))


def _weekdays(numbers: Iterable[int]) -> list[str]:
    return [str(WEEKDAYS_ABBR[number]) for number in numbers]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        texts = (text for kind in value.values() for text in kind.values())
        return " / ".join(texts) or _("none")
    if isinstance(value, list):
        return ", ".join(map(_said_one, value)) or _("none")
    return _said_one(value) or _("none")


def _said_one(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "M j, Y")
    if isinstance(value, time):
        return time_format(value, "H:i")
    return str(value)
