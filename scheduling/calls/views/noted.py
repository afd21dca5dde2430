"""Calls to people who have gone quiet, noted on the board with one press, and undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, scheduler
from accounts.pace import never_held_back
from patients.models import Patient
from scheduling.calls import actions
from scheduling.calls.selectors import ToCall, calls_about_visits, non_responders
from scheduling.models import Call, Consultation

BESIDE_VISITS = (Call.About.INVITATION, Call.About.ADDRESS)


@scheduler
@require_POST
def note_call(request: ClinicRequest, pk: int) -> HttpResponse:
    mine = Patient.objects.visible_to(request.membership)
    patient = get_object_or_404(mine, pk=pk)
    outcome = request.POST.get("outcome", "")
    if outcome in Call.Outcome.values:
        visit = _about(request, patient)
        asked = request.POST.get("about", "")
        about = asked if asked in BESIDE_VISITS else Call.About.SILENCE
        by, now = request.user, timezone.now()
        actions.note_call(
            patient=patient, outcome=outcome, by=by, now=now, visit=visit, about=about
        )
        messages.success(request, _("The call to %(name)s is noted.") % {"name": patient})
    return redirect("board")


def _about(request: ClinicRequest, patient: Patient) -> Consultation | None:
    """The missed visit that the call was about, if it was about one of theirs."""
    named = request.POST.get("visit", "")
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return None
    mine = Consultation.objects.visible_to(request.membership)
    return mine.filter(pk=int(named), patient=patient).first()


@scheduler
@require_POST
def undo_call(request: ClinicRequest, pk: int) -> HttpResponse:
    mine = Call.objects.visible_to(request.membership)
    call = get_object_or_404(mine.select_related("patient"), pk=pk)
    actions.undo_call(call=call, now=timezone.now())
    messages.success(request, _("The call to %(name)s is undone.") % {"name": call.patient})
    return redirect("board")


@never_held_back
@scheduler
@require_POST
def tell_clinician(request: ClinicRequest, pk: int) -> HttpResponse:
    """Nobody reaches a patient who has gone quiet, or about a visit."""
    mine = Patient.objects.visible_to(request.membership)
    patient, now = get_object_or_404(mine.select_related("clinic"), pk=pk), timezone.now()
    row = _row(request, patient)
    try:
        tries, about = (row.tries, row.kind) if row else (0, Call.About.SILENCE)
        actions.tell_clinician(patient=patient, tries=tries, now=now, about=about)
        words = _("It is on the clinicians' worklist: %(name)s was not reached.")
        messages.success(request, words % {"name": patient})
    except actions.NothingToTell:
        messages.warning(request, _("There is nothing to tell a clinician yet."))
    return redirect("board")


def _row(request: ClinicRequest, patient: Patient) -> ToCall | None:
    """What the button was pressed at: a visit that is to be called about, or the silence."""
    member, now = request.membership, timezone.now()
    visit = _about(request, patient)
    if visit is not None:
        causes = calls_about_visits(member, now)
        rows = (row for cause in causes for row in cause.rows if row.visit == visit)
        return next(rows, None)
    mine = Patient.objects.visible_to(member).filter(pk=patient.pk)
    return next(iter(non_responders(mine, member.clinic, now)), None)
