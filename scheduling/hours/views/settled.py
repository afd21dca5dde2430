"""What became of the visits when time was taken away, and one button that undoes it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, scheduler
from accounts.actions import open_again_on
from scheduling.hours import actions
from scheduling.hours.undoing import UNDO_WITHIN, cancelled_at, moved_at, offered_at, undo_settled
from scheduling.hours.views.plan import SALT
from scheduling.models import Availability, AvailabilityException

PEOPLE = ("patient__user", "clinician__user", "visit_type")


@scheduler
@require_http_methods(["GET", "POST"])
def settled(request: ClinicRequest) -> HttpResponse:
    """Whoever did it sees it, and can undo it for ten minutes."""
    said, now = _said(request), timezone.now()
    if said is None:
        return redirect("availability")
    clinic, at = request.membership.clinic, datetime.fromisoformat(said["at"])
    of: dict[str, Any] = {"clinic": clinic, "by": request.user, "at": at}
    can_undo = now - at <= UNDO_WITHIN
    if request.method == "POST" and can_undo:
        return _undo(request, said, of)
    offers = offered_at(**of).values_list("patient", flat=True)
    context = {
        "clinic": clinic,
        "moved": moved_at(**of).select_related(*PEOPLE),
        "cancelled": cancelled_at(**of).select_related(*PEOPLE),
        "offered": set(offers),
        "can_undo": can_undo,
    }
    return render(request, "scheduling/hours/settled.html", context)


def _said(request: ClinicRequest) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = signing.loads(request.GET.get("of", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return said if said["by"] == request.user.pk else None


def _undo(request: ClinicRequest, said: dict[str, Any], of: dict[str, Any]) -> HttpResponse:
    _take_back(request, said)
    left = undo_settled(**of, now=timezone.now())
    if left:
        names = "; ".join(str(visit.patient) for visit in left)
        words = _("The time off is withdrawn. These visits stay as they are now: %(names)s.")
        messages.warning(request, words % {"names": names})
    else:
        messages.success(request, _("Undone: the time off and all that became of the visits."))
    return redirect("availability")


def _take_back(request: ClinicRequest, said: dict[str, Any]) -> None:
    """The time is there again, so that the visits can have it."""
    member, refs = request.membership, said["ref"]
    if said["what"] == "holiday":
        for day in refs:
            open_again_on(clinic=member.clinic, day=date.fromisoformat(day))
    elif said["what"] == "leave":
        for change in AvailabilityException.objects.visible_to(member).filter(pk__in=refs):
            actions.withdraw_exception(exception=change)
    else:
        for hours in Availability.objects.visible_to(member).filter(pk__in=refs):
            actions.keep_hours(hours=hours)
