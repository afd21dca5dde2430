"""Up to three times are offered together, for the patient to choose one."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, scheduler
from patients.models import Patient, VisitRequest
from scheduling import slots
from scheduling.models import VisitType
from scheduling.models.consultation import MOST_OFFERED
from scheduling.rules.hours import Slot
from scheduling.visit_types.selectors import kind_for
from scheduling.visits.actions.choice import offer_times
from scheduling.visits.actions.locks import NotWaiting, Refused
from scheduling.visits.choosing import chosen_kind, moved_on


@scheduler
@require_POST
def offer_choice(request: ClinicRequest, pk: int) -> HttpResponse:
    """The times that the page proposed for a request."""
    requests = VisitRequest.objects.visible_to(request.membership)
    related = ("episode__patient__clinic", "episode__patient__user", "decision")
    wanted = get_object_or_404(requests.select_related(*related), pk=pk)
    kinds = list(VisitType.objects.of(wanted.episode.patient.clinic).current())
    kind = chosen_kind(request, kinds, kind_for(wanted, kinds))
    return _offer(request, wanted.episode.patient, kind, wanted)


@scheduler
@require_POST
def offer_choice_to(request: ClinicRequest, pk: int) -> HttpResponse:
    """The same for a patient of whom no clinician has asked a visit."""
    mine = Patient.objects.visible_to(request.membership).select_related("clinic", "user")
    patient = get_object_or_404(mine, pk=pk)
    kinds = VisitType.objects.of(patient.clinic).current()
    return _offer(request, patient, chosen_kind(request, kinds, None), None)


def _offer(
    request: ClinicRequest, patient: Patient, kind: VisitType | None, wanted: VisitRequest | None
) -> HttpResponse:
    chosen = _slots(patient, request.POST.getlist("times"), kind)
    if not chosen or patient.user is None:
        messages.warning(request, _("These times cannot be offered. Choose one by one."))
        return _back(patient, wanted, kind)
    try:
        offer_times(
            patient=patient,
            slots=chosen,
            request=wanted,
            kind=kind,
            by=request.user,
            now=timezone.now(),
        )
    except Refused:
        messages.warning(request, _("One of these times has just been taken. Nothing was offered."))
        return _back(patient, wanted, kind)
    except NotWaiting:
        messages.warning(request, moved_on())
        return redirect("board")
    words = _("Offered: %(count)s times. An e-mail tells %(name)s.")
    messages.success(request, words % {"count": len(chosen), "name": patient})
    return redirect("board")


def _slots(patient: Patient, keys: list[str], kind: VisitType | None) -> Sequence[Slot]:
    """Nothing where one is not offered (any more), or there are too many."""
    now, named = timezone.now(), list(dict.fromkeys(keys))[: MOST_OFFERED + 1]
    found = [slots.find(patient.clinic, key, kind=kind, now=now) for key in named]
    chosen = [slot for slot in found if slot is not None and slot.starts > now]
    is_whole = len(chosen) == len(named) <= MOST_OFFERED
    return chosen if is_whole else []


def _back(patient: Patient, wanted: VisitRequest | None, kind: VisitType | None) -> HttpResponse:
    page = redirect("find_time", wanted.pk) if wanted else redirect("find_time_for", patient.pk)
    if kind is not None:
        page["Location"] += f"?type={kind.pk}"
    return page
