"""The worklist and what a clinician does in passing: own a flag, let it sleep."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients import actions
from patients.forms.decide import SnoozeForm
from patients.models import Flag
from patients.queries import FlagQuerySet
from patients.worklist import PAGE, rows

LISTS = ("team", "mine", "snoozed", "closed")


def _choose(flags: FlagQuerySet, which: str, request: ClinicRequest, now: datetime) -> FlagQuerySet:
    if which == "closed":
        return flags.closed().order_by("-closed_at")
    if which == "snoozed":
        return flags.snoozed(now).worst_first()
    awake = flags.awake(now).worst_first()
    return awake.owned_by(request.user) if which == "mine" else awake


@clinician
def worklist(request: ClinicRequest) -> HttpResponse:
    now = timezone.now()
    visible = Flag.objects.visible_to(request.user)
    asked = request.GET.get("list", "team")
    which = asked if asked in LISTS else "team"
    chosen = _choose(visible, which, request, now)
    page = chosen.select_related(
        "episode__patient", "trial__tier", "trial__review", "owner"
    ).prefetch_related("findings")[:PAGE]
    context = {
        "which": which,
        "counts": visible.counts(request.user, now),
        "rows": rows(page, now),
        "page_size": PAGE,
        "now": now,
    }
    template = "clinic/worklist.html"
    return render(request, f"{template}#table" if request.htmx else template, context)


@clinician
@require_POST
def acknowledge(request: ClinicRequest, pk: int) -> HttpResponse:
    flag = get_object_or_404(Flag.objects.visible_to(request.user), pk=pk)
    try:
        actions.acknowledge(flag=flag, by=request.user, now=timezone.now())
    except actions.AlreadyClosed:
        messages.warning(request, _("Somebody has decided about this flag. See below."))
        return redirect("flag", pk=pk)
    messages.success(request, _("You own this flag now."))
    return redirect("worklist")


@clinician
@require_http_methods(["GET", "POST"])
def snooze(request: ClinicRequest, pk: int) -> HttpResponse:
    flags = Flag.objects.visible_to(request.user).open().select_related("episode__patient")
    flag = get_object_or_404(flags, pk=pk)
    form = SnoozeForm(request.POST or None)
    if form.is_valid() and _slept(request, flag, form):
        return redirect("worklist")
    status = 422 if form.errors else 200
    return render(request, "clinic/snooze.html", {"flag": flag, "form": form}, status=status)


def _slept(request: ClinicRequest, flag: Flag, form: SnoozeForm) -> bool:
    until = timezone.now() + timedelta(days=form.cleaned_data["days"])
    reason = form.cleaned_data["reason"]
    try:
        actions.snooze(flag=flag, until=until, reason=reason, by=request.user, now=timezone.now())
    except actions.CannotSnooze:
        form.add_error(None, _("An urgent flag cannot be snoozed. Open it and decide."))
        return False
    messages.success(request, _("Snoozed. It comes back sooner if the scores get worse."))
    return True
