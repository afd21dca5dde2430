"""From a flag to the one behind it on the list that the clinician came from."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, clinician
from patients.models import Flag
from patients.worklist.filters import Filters, back_to


@clinician
@require_safe
def next_flag(request: ClinicRequest, pk: int) -> HttpResponse:
    """Looked up only when asked for: the evidence page has no query to spare."""
    filters = Filters.of(request.GET.get("back", ""))
    flag = get_object_or_404(Flag.objects.visible_to(request.membership), pk=pk)
    return to_next(request, behind(request, flag, filters), filters)


def behind(request: ClinicRequest, flag: Flag, filters: Filters) -> int | None:
    """The flag that follows on the list; to be asked before a decision takes this one away."""
    visible = Flag.objects.visible_to(request.membership)
    rows = filters.choose_behind(flag, visible, request.user, timezone.now())
    return rows.values_list("pk", flat=True).first()


def to_next(request: ClinicRequest, following: int | None, filters: Filters) -> HttpResponse:
    if following is None:
        messages.info(request, _("That was the last flag on this list."))
        return back_to(filters)
    return to_flag(following, filters)


def to_flag(pk: int, filters: Filters) -> HttpResponse:
    """The evidence page, with the way back to the list."""
    query = f"?{urlencode({'back': filters.query})}" if filters.query else ""
    return redirect(reverse("flag", args=[pk]) + query)
