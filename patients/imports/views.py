"""An administrator brings in a patient's own diary: file, columns, check, confirm, summary."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, administrator
from patients.diary_file import BadFile
from patients.imports.actions.import_logs import (
    check_import,
    confirm_import,
    drop_import,
    import_targets,
    look_again,
    upload_import,
)
from patients.imports.actions.take_back import (
    AlreadyDecided,
    NothingToTakeBack,
    can_be_taken_back,
    take_back_import,
    was_decided_on,
)
from patients.imports.forms import ImportColumnsForm, ImportFileForm, LookAgainForm
from patients.models import ImportRun, Patient

LISTED = 20
BAD_LINES_SHOWN = 200


@administrator
@require_http_methods(["GET", "POST"])
def imports(request: ClinicRequest) -> HttpResponse:
    form = ImportFileForm(
        request.POST or None,
        request.FILES or None,
        patients=Patient.objects.visible_to(request.membership),
    )
    if form.is_valid():
        run = upload_import(
            patient=form.cleaned_data["number"],
            upload=form.cleaned_data["file"],
            by=request.user,
            now=timezone.now(),
        )
        return redirect("import_run", pk=run.pk)
    runs = ImportRun.objects.visible_to(request.membership).select_related("patient")
    context = {"form": form, "runs": runs.order_by("-created_at", "-pk")[:LISTED]}
    return render(request, "patients/imports/imports.html", context, status=_status(form))


@administrator
@require_http_methods(["GET", "POST"])
def import_columns(request: ClinicRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    if not run.can_be_planned:
        return redirect("import_run", pk=run.pk)
    episodes = import_targets(patient=run.patient, episode=None)
    preview = run.preview
    form = ImportColumnsForm(request.POST or None, run=run, preview=preview, regions=episodes)
    if form.is_valid():
        try:
            check_import(run=run, plan=form.plan(episodes), now=timezone.now())
        except BadFile as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("import_run", pk=run.pk)
    again = LookAgainForm(initial={"skip_lines": run.skip_lines})
    context = {"form": form, "run": run, "preview": preview, "again": again}
    return render(request, "patients/imports/imports_columns.html", context, status=_status(form))


@administrator
@require_POST
def import_look_again(request: ClinicRequest, pk: int) -> HttpResponse:
    """Read the file anew, with the names of its columns further down."""
    run = _run(request, pk)
    form = LookAgainForm(request.POST)
    if form.is_valid():
        look_again(run=run, skip=form.cleaned_data["skip_lines"], now=timezone.now())
        return redirect("import_run", pk=run.pk)
    messages.error(request, _("Give the number of lines above the names, from 0 to 150."))
    return redirect("import_columns", pk=run.pk)


@administrator
def import_run(request: ClinicRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    context = {"run": run, "is_held_up": run.is_held_up(timezone.now())}
    if request.htmx:
        response = render(request, "patients/imports/imports_run.html#progress", context)
        if not run.is_reading:
            # The page is another one now: let the browser fetch the whole of it.
            response["HX-Refresh"] = "true"
        return response
    if run.state == ImportRun.State.COLUMNS:
        return redirect("import_columns", pk=run.pk)
    bad_lines = run.bad_lines.order_by("line", "pk")[:BAD_LINES_SHOWN]
    context |= {"tally": run.counts, "bad_lines": bad_lines}
    if can_be_taken_back(run):
        context |= {"can_be_taken_back": True, "was_decided_on": was_decided_on(run)}
    return render(request, "patients/imports/imports_run.html", context)


@administrator
@require_POST
def import_confirm(request: ClinicRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    confirm_import(run=run, by=request.user, now=timezone.now())
    return redirect("import_run", pk=run.pk)


@administrator
@require_POST
def import_drop(request: ClinicRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    drop_import(run=run, now=timezone.now())
    messages.success(request, _("Nothing was imported from this file."))
    return redirect("imports")


@administrator
@require_POST
def import_take_back(request: ClinicRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        take_back_import(run=run, by=request.user, now=timezone.now())
    except AlreadyDecided:
        messages.error(request, _("Somebody has decided something since. Nothing was taken back."))
    except NothingToTakeBack:
        messages.info(request, _("Nothing of this import counts any more."))
    else:
        messages.success(request, _("The import is taken back. You can import the file again."))
    return redirect("import_run", pk=run.pk)


@administrator
def import_bad_lines(request: ClinicRequest, pk: int) -> StreamingHttpResponse:
    run = _run(request, pk)
    response = StreamingHttpResponse(_csv(run), content_type="text/csv; charset=utf-8")
    name = f"{Path(run.file_name).stem}-bad-lines.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _run(request: ClinicRequest, pk: int) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.membership).select_related("patient", "episode")
    return get_object_or_404(runs, pk=pk)


def _status(form: ImportFileForm | ImportColumnsForm) -> int:
    return 422 if form.errors else 200


class _Echo:
    """A file that returns what csv writes to it."""

    def write(self, text: str) -> str:
        return text


def _csv(run: ImportRun) -> Iterator[str]:
    """With the mark at the start by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["line", "reason"])
    for bad in run.bad_lines.order_by("line", "pk").iterator():
        yield writer.writerow([bad.line, bad.reason])
