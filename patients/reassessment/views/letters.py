"""Letters that follow: written from the record, changed by hand, made final, printed; none is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import Letter, Reassessment
from patients.models.records.letter import GAP
from patients.reassessment.actions import letters
from patients.reassessment.actions.letters import Words, newest_letter, words_of
from patients.reassessment.actions.visit_request import NotFinishedYet
from patients.reassessment.forms.letter import LetterForm
from patients.reassessment.forms.reason import ReasonForm
from patients.reassessment.selectors.facts import facts_of
from patients.reassessment.selectors.letter_clinic import gp_letter, referral_letter
from patients.reassessment.selectors.letter_patient import patient_letter
from patients.reassessment.views.reassessment import own_reassessment

Kind = Letter.Kind
WRITERS = {Kind.GP: gp_letter, Kind.PATIENT: patient_letter, Kind.REFERRAL: referral_letter}
REFUSALS: dict[type[Exception], str | Promise] = {
    letters.WrittenByColleague: gettext_lazy(
        "A colleague has changed this letter since you opened it. Read it, then do it again."
    ),
    letters.HasGap: gettext_lazy("Not final: fill in what stands in [[ double brackets ]] first."),
    letters.NotAddressed: gettext_lazy("Not final: say to whom it goes, and save."),
    letters.OtherState: gettext_lazy("A colleague was first: look at how the letter stands now."),
    NotFinishedYet: gettext_lazy("The reassessment is open again. Finish it first."),
}
LONGEST = 9


def _kind(kind: str) -> str:
    if kind not in Kind.values:
        raise Http404
    return kind


def _seen(request: ClinicRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0


@clinician
@require_http_methods(["GET", "POST"])
def letter(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    """As it stands; POST saves the words as a draft."""
    own, now = own_reassessment(request, pk), timezone.now()
    if request.method != "POST":
        return _page(request, own, _kind(kind), newest_letter(own, kind), now)
    saved = _saved(request, own, _kind(kind), now)
    if isinstance(saved, HttpResponse):
        return saved
    messages.success(request, _("Saved as a draft. Nothing was sent."))
    return redirect("letter", pk=pk, kind=kind)


def _saved(
    request: ClinicRequest, own: Reassessment, kind: str, now: datetime
) -> Letter | HttpResponse:
    """What was typed, as a draft; or the page that says why not. Whoever comes second keeps what they
    typed, and is shown what stands there."""
    form = LetterForm(request.POST, kind=kind)
    if not form.is_valid():
        return _page(request, own, kind, newest_letter(own, kind), now, form=form)
    words = Words(language=_language(own, kind), **form.cleaned_data)
    by, seen = request.user, _seen(request)
    try:
        return letters.write_letter(
            reassessment=own, kind=kind, words=words, seen=seen, by=by, now=now
        )
    except letters.WrittenByColleague:
        newest = newest_letter(own, kind)
        return _page(request, own, kind, newest, now, form=form, theirs=newest)
    except NotFinishedYet:
        messages.warning(request, str(REFUSALS[NotFinishedYet]))
        return _page(request, own, kind, newest_letter(own, kind), now, form=form)


def _language(own: Reassessment, kind: str) -> str:
    """Colleagues are written to in the clinic's language."""
    return own.episode.patient.language if kind == Kind.PATIENT else settings.LANGUAGE_CODE


def _page(
    request: ClinicRequest,
    own: Reassessment,
    kind: str,
    newest: Letter | None,
    now: datetime,
    **more: Any,
) -> HttpResponse:
    patient = own.episode.patient
    note_access(patient=patient, user=request.user, page="letter", now=now)
    initial = {"text": newest.text, "addressee": newest.addressee} if newest else {}
    versions = own.letters.filter(kind=kind).select_related("entered_by").order_by("-version")
    context = {
        "reassessment": own,
        "patient": patient,
        "kind": kind,
        "title": Kind(kind).label,
        "newest": newest,
        "gap": GAP,
        "has_gap": newest is not None and GAP in newest.text,
        "versions": versions,
        "form": LetterForm(initial=initial, kind=kind),
        "reason_form": ReasonForm(),
        **more,
    }
    status = 409 if "theirs" in more else 422 if more else 200
    return render(request, "patients/reassessment/letter.html", context, status=status)


@clinician
@require_POST
def write_anew(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    """From what is recorded now, as the next version; what was typed is kept as the one before."""
    own, now = own_reassessment(request, pk), timezone.now()
    typed = _typed(request, own, _kind(kind), now)
    if isinstance(typed, HttpResponse):
        return typed
    return _act(
        request,
        pk,
        kind,
        lambda: letters.write_letter(
            reassessment=own,
            kind=kind,
            words=_from_record(own, kind, now, typed),
            seen=typed.version if typed else 0,
            by=request.user,
            now=now,
        ),
        _("Draft written. Nothing was sent."),
    )


def _from_record(own: Reassessment, kind: str, now: datetime, before: Letter | None) -> Words:
    text = WRITERS[Kind(kind)](facts_of(own, now))
    return Words(text, _language(own, kind), before.addressee if before else "")


def _typed(
    request: ClinicRequest, own: Reassessment, kind: str, now: datetime
) -> Letter | HttpResponse | None:
    """The version that stood on the page, or what was typed over it, saved first."""
    if "text" in request.POST:
        return _saved(request, own, kind, now)
    return own.letters.filter(kind=kind, version=_seen(request)).first()


@clinician
@require_POST
def finalise(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    """What was typed and not saved yet is saved first."""
    own, now = own_reassessment(request, pk), timezone.now()
    typed = _typed(request, own, _kind(kind), now)
    if isinstance(typed, HttpResponse):
        return typed
    return _act(
        request,
        pk,
        kind,
        lambda: letters.make_final(letter=_read(typed), by=request.user, now=now),
        _("Final. Print it and hand it over: nothing was sent."),
    )


@clinician
@require_POST
def withdraw(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    own, now = own_reassessment(request, pk), timezone.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        newest = newest_letter(own, _kind(kind))
        return _page(request, own, kind, newest, now, reason_form=form)
    return _act(
        request,
        pk,
        _kind(kind),
        lambda: letters.withdraw_letter(
            letter=_version(request, own, kind), by=request.user, now=now, **form.cleaned_data
        ),
        _("Withdrawn. It stays in the record with the reason."),
    )


@clinician
@require_POST
def correct(request: ClinicRequest, pk: int, kind: str) -> HttpResponse:
    """The same words as a draft again; the final letter stays in the record."""
    own, now = own_reassessment(request, pk), timezone.now()
    return _act(
        request,
        pk,
        _kind(kind),
        lambda: letters.write_letter(
            reassessment=own,
            kind=kind,
            words=words_of(_version(request, own, kind)),
            seen=_seen(request),
            by=request.user,
            now=now,
        ),
        _("A draft again. The final letter stays in the record."),
    )


def _read(letter: Letter | None) -> Letter:
    """Who names no version has not read the newest."""
    if letter is None:
        raise letters.WrittenByColleague
    return letter


def _version(request: ClinicRequest, own: Reassessment, kind: str) -> Letter:
    """The one that stood on the page."""
    return _read(own.letters.filter(kind=kind, version=_seen(request)).first())


def _act(request: ClinicRequest, pk: int, kind: str, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except tuple(REFUSALS) as refused:
        messages.warning(request, str(REFUSALS[type(refused)]))
    else:
        messages.success(request, done)
    return redirect("letter", pk=pk, kind=kind)


@clinician
@require_safe
def print_letter(request: ClinicRequest, pk: int, kind: str, version: int) -> HttpResponse:
    """One version on paper, with the patient's name, birth date and number on every sheet."""
    own, now = own_reassessment(request, pk), timezone.now()
    rows = own.letters.select_related("entered_by")
    found = get_object_or_404(rows, kind=_kind(kind), version=version)
    patient = own.episode.patient
    note_access(patient=patient, user=request.user, page="letter", now=now)
    newest = newest_letter(own, kind)
    context = {
        "letter": found,
        "reassessment": own,
        "patient": patient,
        "is_newest": newest is not None and newest.version == found.version,
    }
    return render(request, "patients/reassessment/letter_print.html", context)
