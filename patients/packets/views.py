"""What a payer asks before a service, answered from the record; a packet is the same, signed and kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ClinicRequest, clinician
from pathway.models import CriteriaSet
from patients.care_team.actions.access import note_access
from patients.models import Episode, Packet
from patients.packets import actions
from patients.packets.forms import StatementForm
from patients.packets.selectors.drawing import drawing_of
from patients.packets.selectors.proof import (
    guideline_positions,
    place_of,
    proof_page,
    proof_pages,
    sets_for,
)


def _episode(request: ClinicRequest, pk: int) -> Episode:
    episodes = Episode.objects.visible_to(request.membership)
    return get_object_or_404(episodes.select_related("patient__clinic", "condition"), pk=pk)


def _asked(episode: Episode, key: str) -> CriteriaSet:
    return get_object_or_404(sets_for(episode), key=key)


@clinician
@require_safe
def proofs(request: ClinicRequest, pk: int) -> HttpResponse:
    episode, now = _episode(request, pk), timezone.now()
    patient = episode.patient
    note_access(patient=patient, user=request.user, page="proof", now=now)
    today = patient.clinic_date(now)
    context = {
        "episode": episode,
        "patient": patient,
        "pages": proof_pages(episode, list(sets_for(episode)), today),
        "packets": episode.packets.select_related("criteria_set", "signed_by").order_by("-pk"),
    }
    return render(request, "patients/packets/proofs.html", context)


@clinician
@require_safe
def proof(request: ClinicRequest, pk: int, key: str) -> HttpResponse:
    episode = _episode(request, pk)
    return _page(request, episode, _asked(episode, key), None)


def _page(
    request: ClinicRequest, episode: Episode, asked: CriteriaSet, sent: StatementForm | None
) -> HttpResponse:
    """`sent` is a statement that could not be taken; it stands at its own line."""
    patient, now = episode.patient, timezone.now()
    note_access(patient=patient, user=request.user, page="proof", now=now)
    page = proof_page(episode, asked, patient.clinic_date(now))
    about = sent["key"].value() if sent else ""
    lines = []
    for line in page.lines:
        key = line.criterion.key
        own = sent if key == about else StatementForm(initial={"key": key}, auto_id=f"{key}_%s")
        lines.append((line, place_of(line, episode), own if line.is_open else None))
    context = {
        "episode": episode,
        "patient": patient,
        "page": page,
        "lines": lines,
        "positions": guideline_positions(episode, asked, now),
    }
    return render(request, "patients/packets/proof.html", context, status=422 if sent else 200)


@clinician
@require_POST
def state_criterion(request: ClinicRequest, pk: int, key: str) -> HttpResponse:
    episode = _episode(request, pk)
    asked = _asked(episode, key)
    form = StatementForm(request.POST, auto_id=f"{request.POST.get('key', '')}_%s")
    if not form.is_valid():
        return _page(request, episode, asked, form)
    try:
        said = actions.Said(**form.cleaned_data)
        actions.state_criterion(
            episode=episode, asked=asked, said=said, by=request.user, now=timezone.now()
        )
    except actions.NothingToState:
        messages.warning(request, _("Nothing is to be stated there any more."))
    else:
        messages.success(request, _("Saved, in your name."))
    return redirect("proof", pk=pk, key=key)


@clinician
@require_POST
def sign_packet(request: ClinicRequest, pk: int, key: str) -> HttpResponse:
    episode = _episode(request, pk)
    try:
        signed = actions.sign_packet(
            episode=episode, asked=_asked(episode, key), by=request.user, now=timezone.now()
        )
    except actions.SetExpired:
        messages.warning(request, _("This set of criteria has expired. Nothing was signed."))
        return redirect("proof", pk=pk, key=key)
    return redirect("packet", pk=signed.pk)


@clinician
@require_safe
def packet(request: ClinicRequest, pk: int) -> HttpResponse:
    """On paper, with the patient's name, birth date and number on every sheet."""
    rows = Packet.objects.visible_to(request.membership)
    signed = get_object_or_404(rows.select_related("episode__patient", "signed_by"), pk=pk)
    patient = signed.episode.patient
    note_access(patient=patient, user=request.user, page="packet", now=timezone.now())
    said = signed.content
    done = [one["day"] for one in said.get("procedures", [])]
    context = {
        "packet": signed,
        "said": said,
        "drawing": drawing_of(said.get("pain", []), done),
        "is_whole": actions.digest_of(said) == signed.digest,
    }
    return render(request, "patients/packets/packet.html", context)
