"""What a carer saw and did, in words for the patient and the clinic."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.models import AccessLog, Carer, Patient

MOST = 200
# By the page's name; what is not here is a page like others.
SAW: dict[str, str | Promise] = {
    "home": _("Looked at the first page"),
    "progress": _("Looked at the progress"),
    "my_pathway": _("Looked at the care path"),
    "programme": _("Looked at the exercises"),
    "visit_brief": _("Looked at the page for the visit"),
    "log": _("Opened the log"),
    "log_saved": _("Looked at a log"),
    "visits": _("Looked at the visits"),
    "my_risk_facts": _("Looked at the health facts"),
}
DID: dict[str, str | Promise] = {
    "log": _("Filled in the log"),
    "log_day": _("Filled in the log"),
    "log_change": _("Changed a log"),
    "log_undo": _("Withdrew a log"),
    "log_restore": _("Put a log back"),
    "safety": _("Answered the safety questions"),
    "questionnaire": _("Answered questions"),
    "activities": _("Changed the activities"),
    "review_request": _("Asked for a review"),
    "visit_brief": _("Wrote a question for the visit"),
    "my_risk_facts": _("Changed the health facts"),
    "intake_page": _("Answered first questions"),
    "intake_check": _("Sent the first questions"),
    "book_my_visit": _("Booked a visit"),
    "change_my_visit": _("Moved a visit"),
    "move_back_my_visit": _("Moved a visit back"),
    "cancel_my_visit": _("Cancelled a visit"),
    "accept_offer": _("Took an offered time"),
    "decline_offer": _("Let an offered time go"),
}


def carer_did(page: str) -> str:
    """Of a line of the access log, "saw:progress" or "did:log"; empty for a line by staff."""
    what, told, name = page.partition(":")
    if not told:
        return ""
    words, other = (DID, _("Sent something")) if what == "did" else (SAW, _("Looked at a page"))
    return str(words.get(name, other))


def lines_of(carer: Carer) -> list[AccessLog]:
    """The newest first, with `said`."""
    if carer.user_id is None:
        return []
    own = AccessLog.objects.filter(patient=carer.patient_id, user=carer.user_id, page__contains=":")
    lines = list(own.order_by("-at", "-pk")[:MOST])
    for line in lines:
        line.said = carer_did(line.page)  # type: ignore[attr-defined]
    return lines


def names_with_role(patient: Patient, users: Iterable[int]) -> dict[int, str]:
    """By account: "Maria Lopez, carer"; nothing for those who never were one of this patient."""
    rows = Carer.objects.filter(patient=patient, user__in=set(users)).select_related("user")
    return {
        row.user_id: gettext("%(name)s, carer") % {"name": row.user.name}
        for row in rows
        if row.user is not None and row.user_id is not None
    }
