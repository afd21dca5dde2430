"""The records of one complaint, tier by tier: listed, added, changed field by field, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import ClinicProtocol, Episode, Letter, Procedure
from patients.record.actions import reopen
from patients.record.actions.records import (
    DoesNotFit,
    change_record,
    keep_record,
    record_procedure,
    withdraw_record,
)
from patients.record.actions.register import EpisodeOpen
from patients.record.actions.reopen import TooLateToReopen, may_reopen, reopens_until
from patients.record.forms.records import SHEETS, RecordForm, RecordSheet
from patients.record.selectors.evidence import evidence_of
from patients.record.selectors.tables import plan_rows, programme_rows, tables
from patients.review.daily_checks import opioid_settings


def _episode(request: ClinicRequest, pk: int) -> Episode:
    episodes = Episode.objects.visible_to(request.membership)
    related = episodes.select_related("patient__clinic", "condition")
    return get_object_or_404(related, pk=pk)


def _sheet(kind: str) -> RecordSheet:
    if kind not in SHEETS:
        raise Http404
    return SHEETS[kind]


def _episode_of(record: Any) -> Episode:
    parent = getattr(record, "programme", None) or getattr(record, "procedure", None)
    episode: Episode = (parent or record).episode
    return episode


def _form(sheet: RecordSheet, record: Any, request: ClinicRequest, now: datetime) -> RecordForm:
    """Bound when something was sent. A row keeps the protocol version that it was recorded under."""
    episode = _episode_of(record)
    modality = getattr(record, "modality", None) if record.pk else None
    kept = getattr(record, "protocol", None) if record.pk else None
    in_use = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    return sheet.form(
        request.POST or None,
        instance=record,
        episode=episode,
        protocol=modality.protocol if modality else kept or in_use,
        today=episode.patient.clinic_date(now),
    )


@clinician
@require_safe
def records(request: ClinicRequest, pk: int) -> HttpResponse:
    episode, now = _episode(request, pk), timezone.now()
    patient = episode.patient
    note_access(patient=patient, user=request.user, page="records", now=now)
    today = patient.clinic_date(now)
    protocol = ClinicProtocol.objects.in_use(patient.clinic, now)
    titles = dict(protocol.modalities.values_list("key", "title"))
    shown = evidence_of(episode, today)
    context = {
        "episode": episode,
        "patient": patient,
        "record": shown.record,
        "chart": shown.chart,
        "tables": tables(shown, episode, today, opioid_settings(protocol)),
        "plans": plan_rows(shown.record, titles),
        "letters": Letter.objects.filter(reassessment__episode=episode).newest(),
        "programmes": programme_rows(shown, titles, today),
        "reopens_until": reopens_until(episode, now),
        "may_reopen": may_reopen(episode, now),
    }
    return render(request, "patients/record/records.html", context)


@clinician
@require_http_methods(["GET", "POST"])
def record_add(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    sheet, episode = _sheet(kind), _episode(request, pk)
    if sheet.parent:
        raise Http404
    record = sheet.model(episode=episode)
    return _add(request, kind, record)


@clinician
@require_http_methods(["GET", "POST"])
def record_add_to(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    """A session of a programme, relief after a procedure."""
    sheet = _sheet(kind)
    if not sheet.parent:
        raise Http404
    parents = SHEETS[sheet.parent].model.objects.visible_to(request.membership).not_withdrawn()
    parent = get_object_or_404(parents.select_related("episode__patient__clinic"), pk=pk)
    return _add(request, kind, sheet.model(**{sheet.parent: parent}))


def _add(request: ClinicRequest, kind: str, record: Any) -> HttpResponse:
    sheet, now = SHEETS[kind], timezone.now()
    form = _form(sheet, record, request, now)
    if hasattr(record, "protocol_id"):
        record.protocol = form.protocol
    if form.is_valid() and _kept(form, request, now):
        messages.success(request, _("Saved."))
        return redirect("records", pk=_episode_of(record).pk)
    return _page(request, kind, form, title=str(sheet.add))


def _kept(form: RecordForm, request: ClinicRequest, now: datetime) -> bool:
    record, by = form.instance, request.user
    try:
        if isinstance(record, Procedure):
            record_procedure(procedure=record, by=by, now=now)
        else:
            keep_record(record=record, by=by, now=now)
    except DoesNotFit:
        form.add_error(None, _does_not_fit())
        return False
    return True


def _does_not_fit() -> str:
    return _("This does not fit what is recorded already. Check the days: is it there twice?")


def _page(request: ClinicRequest, kind: str, form: RecordForm, *, title: str) -> HttpResponse:
    patient = form.episode.patient
    note_access(patient=patient, user=request.user, page="records", now=timezone.now())
    context = {
        "form": form,
        "kind": kind,
        "title": title,
        "episode": form.episode,
        "patient": patient,
        "record": form.instance,
    }
    status = 422 if form.is_bound else 200
    return render(request, "patients/record/record_form.html", context, status=status)


def _row(request: ClinicRequest, kind: str, pk: int) -> Any:
    sheet = _sheet(kind)
    path = f"{sheet.parent}__episode" if sheet.parent else "episode"
    rows = sheet.model.objects.visible_to(request.membership).not_withdrawn()
    return get_object_or_404(rows.select_related(f"{path}__patient__clinic"), pk=pk)


@clinician
@require_http_methods(["GET", "POST"])
def record_change(request: ClinicRequest, kind: str, pk: int) -> HttpResponse:
    """With script each field saves itself; without, all of them are saved with the button."""
    record = _row(request, kind, pk)
    form = _form(SHEETS[kind], record, request, timezone.now())
    if request.htmx and request.method == "POST":
        return _save_field(request, form, request.POST.get("field", ""))
    if form.is_valid() and not _error(form, tuple(form.fields)):
        messages.success(request, _("Saved."))
        return redirect("records", pk=form.episode.pk)
    return _page(request, kind, form, title=str(SHEETS[kind].title))


def _save_field(request: ClinicRequest, form: RecordForm, field: str) -> HttpResponse:
    if field not in form.fields:
        raise Http404
    form.is_valid()
    context = {"error": _error(form, form.together(field))}
    status = 422 if context["error"] else 200
    return render(request, "patients/record/_saved.html", context, status=status)


def _error(form: RecordForm, names: tuple[str, ...]) -> str:
    """Save these fields; returns what keeps them from being saved, or ""."""
    for name in names:
        for error in form.errors.get(name, []):
            return str(error)
    try:
        change_record(record=form.instance, changes=_changes(form, names))
    except DoesNotFit:
        form.add_error(None, _does_not_fit())
        return _does_not_fit()
    return ""


def _changes(form: RecordForm, names: tuple[str, ...]) -> dict[str, Any]:
    open_ = [name for name in names if not form.fields[name].disabled]
    changes = {form.columns.get(name, name): form.cleaned_data[name] for name in open_}
    return changes | form.follows(names)


@clinician
@require_POST
def record_withdraw(request: ClinicRequest, kind: str, pk: int) -> HttpResponse:
    record = _row(request, kind, pk)
    withdraw_record(record=record, by=request.user, now=timezone.now())
    messages.success(request, _("Withdrawn. It stays in the history."))
    return redirect("records", pk=_episode_of(record).pk)


@clinician
@require_POST
def reopen_episode(request: ClinicRequest, pk: int) -> HttpResponse:
    """Reopen the same complaint, with everything that was tried."""
    episode = _episode(request, pk)
    try:
        reopen.reopen_episode(episode=episode, now=timezone.now())
    except TooLateToReopen:
        messages.error(request, _("It was closed too long ago. Start care for a new complaint."))
    except EpisodeOpen:
        messages.error(request, _("There is an open complaint of this region. Use that one."))
    else:
        messages.success(
            request, _("Opened again, with its history. Choose a tier with the patient.")
        )
        return redirect("start_step", pk=episode.pk)
    return redirect("record", pk=episode.patient_id)
