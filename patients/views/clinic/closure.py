"""A patient's request to close the account: an administrator records what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, administrator
from patients import actions
from patients.forms.my_data import SettleClosureForm
from patients.models import ClosureRequest


@administrator
@require_http_methods(["GET", "POST"])
def settle_closure(request: ClinicRequest, pk: int) -> HttpResponse:
    requests = ClosureRequest.objects.visible_to(request.user).select_related("patient__user")
    found = get_object_or_404(requests, pk=pk, patient__clinic=request.membership.clinic)
    form = SettleClosureForm(request.POST or None)
    if form.is_valid():
        try:
            actions.settle_closure(
                request=found, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Recorded."))
        except actions.NotOpen:
            messages.warning(request, _("The request was taken back or settled in the meantime."))
        return redirect("people")
    status = 422 if form.errors else 200
    context = {"form": form, "closure": found}
    return render(request, "clinic/settle_closure.html", context, status=status)
