"""A patient's request to close the account: an administrator records the outcome."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, administrator
from patients.models import ClosureRequest
from patients.portal.actions import my_data
from patients.portal.actions.my_data import NotOpen
from patients.portal.forms.my_data import SettleClosureForm


@administrator
@require_http_methods(["GET", "POST"])
def settle_closure(request: ClinicRequest, pk: int) -> HttpResponse:
    requests = ClosureRequest.objects.visible_to(request.membership).select_related("patient__user")
    found = get_object_or_404(requests, pk=pk)
    form = SettleClosureForm(request.POST or None)
    if form.is_valid():
        try:
            my_data.settle_closure(
                request=found, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Recorded."))
        except NotOpen:
            messages.warning(request, _("The request was withdrawn or settled in the meantime."))
        return redirect("people")
    status = 422 if form.errors else 200
    context = {"form": form, "closure": found}
    return render(request, "patients/portal/settle_closure.html", context, status=status)
