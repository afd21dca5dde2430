"""Shadow mode, for the administrator: what the rules would have said, and how that fared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import ClinicRequest, administrator
from patients.models import Finding, Flag, Kind, ShadowMode
from patients.queries.flags import FlagQuerySet
from patients.review.forms import SwitchForm
from patients.review.selectors.calibration import calibration as calibrate
from patients.review.shadow import set_shadow_mode

LATEST = 50


@administrator
@require_GET
def shadow(request: ClinicRequest) -> HttpResponse:
    """Numbers and sentences; whose they are stays with the clinicians."""
    clinic, now = request.membership.clinic, timezone.now()
    flags = Flag.objects.in_shadow(clinic)
    context = {
        "is_on": ShadowMode.objects.is_on(clinic, now),
        "modes": ShadowMode.objects.latest_first(clinic).select_related("set_by"),
        "counts": [(Kind(row["kind"]).label, row["open"], row["all"]) for row in _by_kind(flags)],
        "findings": Finding.objects.filter(flag__in=flags)
        .select_related("protocol", "trial__tier")
        .defer("protocol__source")
        .order_by("-found_at", "-pk")[:LATEST],
    }
    return render(request, "patients/review/shadow.html", context)


def _by_kind(flags: FlagQuerySet) -> Iterable[Mapping[str, Any]]:
    counted = flags.values("kind").annotate(
        open=Count("pk", filter=Q(closed_at=None)), all=Count("pk")
    )
    return counted.order_by("kind")


@administrator
@require_http_methods(["GET", "POST"])
def switch_shadow(request: ClinicRequest) -> HttpResponse:
    clinic, now = request.membership.clinic, timezone.now()
    is_on = ShadowMode.objects.is_on(clinic, now)
    form = SwitchForm(request.POST or None, initial={"to": "off" if is_on else "on"})
    if form.is_valid():
        on = form.cleaned_data["to"] == "on"
        set_shadow_mode(clinic=clinic, on=on, by=request.user, now=now)
        messages.success(request, _("Shadow mode is on.") if on else _("Shadow mode is off."))
        return redirect("shadow")
    status = 422 if form.is_bound else 200
    context = {"form": form, "is_on": is_on}
    return render(request, "patients/review/switch_shadow.html", context, status=status)


@administrator
@require_GET
def calibration(request: ClinicRequest) -> HttpResponse:
    context = {"calibration": calibrate(request.membership.clinic)}
    return render(request, "patients/review/calibration.html", context)
