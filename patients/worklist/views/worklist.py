"""The worklist: who needs a clinician, the most urgent first; and the weekly meeting's list."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ClinicRequest, clinician
from patients.models import Flag, Kind, Patient, SavedView
from patients.queries.records import PatientQuerySet
from patients.review.selectors.set_apart import not_reviewed
from patients.safety_desk.selectors.desk import cases, waiting_flags
from patients.worklist.answers import TEMPLATE, focus_of, row_context, said_before, tabs, way_back
from patients.worklist.filters import PAGE, Filters, back_to
from patients.worklist.forms.worklist import SaveViewForm
from patients.worklist.selectors.worklist import rows, with_what_rows_need


@clinician
@require_http_methods(["GET", "HEAD", "POST"])
def worklist(request: ClinicRequest) -> HttpResponse:
    if request.method == "POST":
        return back_to(Filters.typed(request.POST))
    now, filters = timezone.now(), Filters.read(request.GET)
    visible, said = Flag.objects.visible_to(request.membership), said_before(request)
    chosen = with_what_rows_need(filters.choose(visible, request.user, now))
    found, page = list(chosen[: filters.page + 1]), filters.page
    shown = tabs(request, visible, filters, now)
    waiting = cases(waiting_flags(request.membership), now) if shown["held"] else []
    context = {
        "filters": filters,
        "rows": rows(found[:page], request.membership.clinic, now),
        "patients": [flag.episode.patient_id for flag in found[:page]],
        "first_page": filters.address(),
        "next_page": filters.address(after=filters.next_after(found[page - 1]))
        if len(found) > page
        else "",
        "said": said,
        "focus": focus_of(said) if request.htmx else None,
        "kind_choices": Kind.choices,
        "now": now,
        "waiting": waiting,
        "not_reviewed": []
        if filters.words
        else not_reviewed(_theirs(request)).order_by("name_key", "pk"),
        **shown,
        **way_back(filters),
    }
    if request.htmx:
        return render(request, f"{TEMPLATE}#table", context)
    views = SavedView.objects.visible_to(request.membership).order_by("name")
    return render(request, TEMPLATE, {**context, "views": views, "view_form": SaveViewForm()})


def _theirs(request: ClinicRequest) -> PatientQuerySet:
    return Patient.objects.visible_to(request.membership)


@clinician
@require_safe
def flag_row(request: ClinicRequest, pk: int) -> HttpResponse:
    """One row as it is, when a form in its place was cancelled."""
    filters = Filters.of(request.GET.get("back", ""))
    flag = Flag.objects.visible_to(request.membership).filter(pk=pk)
    if not flag.exists():
        raise Http404
    if not request.htmx:
        return redirect("flag", pk=pk)
    return render(request, f"{TEMPLATE}#row", {**row_context(request, pk, filters), "focus": pk})


@clinician
@require_safe
def beside(request: ClinicRequest, pk: int) -> HttpResponse:
    """The list again, short, to stand beside the evidence of one of its flags on a wide screen."""
    filters = Filters.of(request.GET.get("back", ""))
    visible = Flag.objects.visible_to(request.membership)
    if not visible.filter(pk=pk).exists():
        raise Http404
    listed = filters.choose(visible, request.user, timezone.now())
    context = {
        "flags": listed.select_related("episode__patient")[:PAGE],
        "here": pk,
        **way_back(filters),
    }
    return render(request, "patients/worklist/_beside.html", context)


@clinician
@require_safe
def meeting(request: ClinicRequest) -> HttpResponse:
    """The flags for the weekly meeting, to be printed."""
    now = timezone.now()
    kept = Flag.objects.visible_to(request.membership).to_discuss().order_by("discuss_at", "pk")
    listed = rows(with_what_rows_need(kept), request.membership.clinic, now)
    return render(request, "patients/worklist/meeting.html", {"rows": listed, "now": now})
