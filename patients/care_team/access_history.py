"""Who opened a record, in words that the patient can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from patients.models import AccessLog

# By the page that wrote the line; another page of the record needs no words of its own.
PAGES: dict[str, str | Promise] = {
    "fhir": _("Your record, read by a computer that your clinic let in"),
    "record": _("Your record"),
    "flag": _("Your scores, to decide about your care"),
    "explain": _("Your scores, to see how a result was worked out"),
    "intake_review": _("The answers to your first questions"),
    "records": _("Your plans, your medicine, what was done, and your pictures"),
    "emergency": _("Opened in an emergency"),
    "merge": _("Two records of yours, to make them one, or two again"),
    "import": _("Your record, to add an earlier diary"),
    "reassessment": _("All of your care, to plan what comes next"),
    "letter": _("A letter about you"),
    "proof": _("Your care so far, to ask for a treatment"),
    "packet": _("A summary of your care for a health plan"),
    "timeline": _("Your record, day by day"),
    "visit": _("A visit of yours, and how to reach you"),
    "person": _("Who you are, and how to reach you"),
    "new_way_in": _("Your account, to give you a new way to sign in"),
    "find_time": _("Your contact details, to find a time for a visit"),
}
OTHER = _("A page of your record")


@dataclass(frozen=True)
class RecordAccess:
    name: str
    role: str
    page: str | Promise
    at: datetime


def accesses(rows: Iterable[AccessLog], clinic: Clinic) -> list[RecordAccess]:
    """The lines of the log with the roles that people have, or last had, in the patient's clinic."""
    lines = list(rows)
    people = Membership.objects.filter(clinic=clinic, user__in={line.user_id for line in lines})
    roles = {one.user_id: one.get_role_display() for one in people.order_by("started_at", "pk")}
    return [
        RecordAccess(
            name=line.who,
            role=_role(line, roles),
            page=_("Your pages, as your carer") if line.by_carer else PAGES.get(line.page, OTHER),
            at=line.at,
        )
        for line in lines
    ]


def _role(line: AccessLog, roles: dict[int, str]) -> str:
    if line.by_carer:
        return gettext("Carer")
    return roles.get(line.user_id, "") if line.user_id else ""
