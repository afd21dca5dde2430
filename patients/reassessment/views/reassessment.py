"""Tier 5: each question beside its evidence, and a decision made together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import Episode, Reassessment
from patients.reassessment.actions.answers import AlreadyFinished, AlreadyWithdrawn, NotHeldYet
from patients.reassessment.actions.reassessment import (
    NotFinished,
    NotWhole,
    OtherOpen,
    begin_reassessment,
    finish_reassessment,
    undo_finishing,
    withdraw_reassessment,
)
from patients.reassessment.forms.reason import ReasonForm
from patients.reassessment.forms.reassessment import ReassessmentForm
from patients.reassessment.forms.visit_request import VisitRequestForm
from patients.reassessment.questions import Question
from patients.reassessment.selectors.beside import beside
from patients.reassessment.selectors.follows import what_follows
from patients.reassessment.selectors.room import Asked, Room, room_of
from patients.reassessment.views.saving import Conflict, Desk, Saving, save_typed


@dataclass(frozen=True)
class Shown:
    """A question as the page draws it."""

    asked: Asked
    fields: list[BoundField]
    seen: int
    conflict: Conflict | None
    error: str
    just_saved: bool

    @property
    def question(self) -> Question:
        return self.asked.question

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def sign(self) -> Any:
        return self.question.row


def own_reassessment(request: ClinicRequest, pk: int) -> Reassessment:
    rows = Reassessment.objects.visible_to(request.membership).not_withdrawn()
    related = rows.select_related(
        "episode__patient__clinic", "episode__condition", "protocol", "outcome", "finished_by"
    )
    return get_object_or_404(related, pk=pk)


@clinician
@require_POST
def reassess(request: ClinicRequest, pk: int) -> HttpResponse:
    episodes = Episode.objects.visible_to(request.membership).select_related("patient__clinic")
    episode = get_object_or_404(episodes, pk=pk)
    begun = begin_reassessment(episode=episode, by=request.user, now=timezone.now())
    return redirect("reassessment", pk=begun.pk)


@clinician
@require_http_methods(["GET", "POST"])
def reassessment(request: ClinicRequest, pk: int) -> HttpResponse:
    """Without script, whichever Save is pressed, all that was typed is saved."""
    own, now = own_reassessment(request, pk), timezone.now()
    if request.method == "POST" and own.finished_at:
        messages.warning(request, _("It is finished, and stays as it is. Open it again first."))
        return redirect("reassessment", pk=pk)
    if request.method != "POST":
        return show(request, own, now)
    if unsaved := _save_all(request, own, now):
        return unsaved
    messages.success(request, _("Saved."))
    return redirect("reassessment", pk=pk)


def _save_all(request: ClinicRequest, own: Reassessment, now: datetime) -> HttpResponse | None:
    """The page again with what could not be saved; None where all is well."""
    room = room_of(own, own.episode.patient.clinic_date(now))
    desk = Desk(request.user, now, room, _form(room, now, request.POST))
    saving = save_typed(desk, room.asked)
    if saving.is_clean:
        return None
    return show(request, own_reassessment(request, own.pk), now, saving)


def _form(room: Room, now: datetime, data: Any = None) -> ReassessmentForm:
    own = room.reassessment
    return ReassessmentForm(
        data,
        questions=room.questions,
        signs=room.signs,
        reassessment=own,
        today=own.episode.patient.clinic_date(now),
    )


def show(
    request: ClinicRequest,
    own: Reassessment,
    now: datetime,
    saving: Saving | None = None,
    **more: Any,
) -> HttpResponse:
    patient = own.episode.patient
    note_access(patient=patient, user=request.user, page="reassessment", now=now)
    today = patient.clinic_date(now)
    room = room_of(own, today)
    form = _form(room, now, request.POST if saving else None)
    shown = _shown(room, form, saving or Saving())
    context = {
        "room": room,
        "reassessment": own,
        "episode": own.episode,
        "patient": patient,
        "age": patient.age(today),
        "form": form,
        "shown": shown,
        "signs": {
            evidence: [shown[key] for key in room.signs_beside(evidence)]
            for evidence in ("course", "function", "images")
        },
        "options": [shown[key] for key in room.options],
        "saving": saving,
        **({"follows": what_follows(own)} if own.finished_at else {"beside": beside(own, today)}),
        **_forms_after(own, today),
        **more,
    }
    status = 422 if saving or more else 200
    if saving and saving.conflicts:
        status = 409
    return render(request, "patients/reassessment/reassessment.html", context, status=status)


def _forms_after(own: Reassessment, today: Any) -> dict[str, Any]:
    """What can be done with a finished one."""
    if not own.finished_at:
        return {}
    return {"visit_form": VisitRequestForm(today=today), "reason_form": ReasonForm()}


def _shown(room: Room, form: ReassessmentForm, saving: Saving) -> Mapping[str, Shown]:
    """A question that was not saved keeps the version that its writer had read."""
    return {
        key: Shown(
            asked=asked,
            fields=form.bound(asked.question),
            seen=form.seen(asked.question) if _stays(key, saving) else asked.version,
            conflict=saving.conflicts.get(key),
            error=saving.errors.get(key, ""),
            just_saved=key in saving.saved,
        )
        for key, asked in room.asked.items()
    }


def _stays(key: str, saving: Saving) -> bool:
    return key in saving.conflicts or key in saving.errors


@clinician
@require_POST
def answer_question(request: ClinicRequest, pk: int, question: str) -> HttpResponse:
    """One question, saved by script: its state comes back, or all of it where the answer is another."""
    own, now = own_reassessment(request, pk), timezone.now()
    today = own.episode.patient.clinic_date(now)
    room = room_of(own, today)
    if question not in room.asked:
        raise Http404
    desk = Desk(request.user, now, room, _form(room, now, request.POST))
    saving = save_typed(desk, [question])
    return _part(request, pk, question, saving, now)


def _part(
    request: ClinicRequest, pk: int, question: str, saving: Saving, now: datetime
) -> HttpResponse:
    own = own_reassessment(request, pk)
    room = room_of(own, own.episode.patient.clinic_date(now))
    form = _form(room, now, request.POST if _stays(question, saving) else None)
    context = {
        "room": room,
        "reassessment": own,
        "one": _shown(room, form, saving)[question],
        "answers_script": True,
    }
    part = "_question.html" if saving.afresh else "_state.html"
    status = 409 if saving.conflicts else 422 if saving.errors else 200
    answer = render(request, f"patients/reassessment/{part}", context, status=status)
    if saving.afresh:
        answer["HX-Retarget"] = f"#question-{question}"
        answer["HX-Reswap"] = "outerHTML"
    return answer


@clinician
@require_POST
def finish(request: ClinicRequest, pk: int) -> HttpResponse:
    """What was typed and not saved yet is sent along, and is saved first."""
    own, now = own_reassessment(request, pk), timezone.now()
    if not own.finished_at and (unsaved := _save_all(request, own, now)):
        return unsaved
    try:
        finish_reassessment(reassessment=own, by=request.user, now=now)
    except NotWhole as refused:
        return _unfinished(request, pk, now, refused.missing)
    except NotHeldYet:
        messages.warning(request, _("Not finished: it was held on a day that has not come yet."))
    except (AlreadyFinished, AlreadyWithdrawn):
        messages.info(request, _("It was finished already, or withdrawn."))
    else:
        messages.success(request, _("Finished. Look below at what follows."))
    return redirect("reassessment", pk=pk)


def _unfinished(
    request: ClinicRequest, pk: int, now: datetime, missing: Iterable[Question]
) -> HttpResponse:
    return show(request, own_reassessment(request, pk), now, missing=list(missing))


@clinician
@require_POST
def withdraw(request: ClinicRequest, pk: int) -> HttpResponse:
    own = own_reassessment(request, pk)
    try:
        withdraw_reassessment(reassessment=own, by=request.user, now=timezone.now())
    except (AlreadyFinished, AlreadyWithdrawn):
        messages.warning(request, _("A colleague has finished it, or withdrawn it."))
        return redirect("reassessment", pk=pk)
    messages.success(request, _("Withdrawn. It stays in the history."))
    return redirect("records", pk=own.episode_id)


@clinician
@require_POST
def undo(request: ClinicRequest, pk: int) -> HttpResponse:
    own, now = own_reassessment(request, pk), timezone.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, own, now, reason_form=form)
    reason = form.cleaned_data["reason"]
    try:
        undo_finishing(reassessment=own, reason=reason, by=request.user, now=now)
    except NotFinished:
        messages.info(request, _("It is open already."))
    except OtherOpen:
        messages.warning(
            request, _("Another reassessment has been begun since. Go on with that one.")
        )
    else:
        messages.success(request, _("Open again. Letters and the visit stay as they are."))
    return redirect("reassessment", pk=pk)
