"""Filters of the worklist that somebody wants again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, clinician
from patients.models import SavedView
from patients.worklist.actions import saved_views
from patients.worklist.filters import Filters, back_to
from patients.worklist.forms.worklist import SaveViewForm


@clinician
@require_POST
def save_view(request: ClinicRequest) -> HttpResponse:
    filters, form = Filters.of(request.POST.get("back", "")), SaveViewForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        saved_views.save_view(user=request.user, name=name, query=filters.kept)
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    else:
        messages.warning(request, _("Give the view a name."))
    return back_to(filters)


@clinician
@require_POST
def drop_view(request: ClinicRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.membership), pk=pk)
    saved_views.drop_view(view=view)
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return back_to(Filters.of(request.POST.get("back", "")))
