"""For whom somebody speaks at home: themselves, one of several patients who share their address, or one for
whom they care."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts.opened_by import opened_at

if TYPE_CHECKING:
    from patients.models import Patient

CHOSEN = "home"
# The hidden field of each form on a patient's page that says whose page it is (templatetags/csrf_token).
FOR = "for_whom"


class Scope(Flag):
    """What a carer may do: see the record, write the log and answer for the patient, arrange visits."""

    SEE = auto()
    LOG = auto()
    BOOK = auto()


EVERYTHING = Scope.SEE | Scope.LOG | Scope.BOOK


def scope_of(patient: Patient) -> Scope:
    """Of the one who speaks for this patient now."""
    return patient.carer.scope if patient.carer else EVERYTHING


def may_speak_for(request: HttpRequest) -> list[Patient]:
    """Nobody in a session that a clinic's sign-on opened: it says who works there."""
    if not request.user.is_authenticated or opened_at(request) is not None:
        return []
    return request.user.speaks_for


def at_home(request: HttpRequest) -> Patient | None:
    """The patient of this session's pages. None for those who are no patients, for those who speak for
    several until they have chosen one, and where the one whom they had chosen is not theirs any more: the
    next one is never slipped in under pages that are open still."""
    mine = may_speak_for(request)
    session = getattr(request, "session", {})  # a letter may be written without one
    chosen = session.get(CHOSEN) if mine else None
    if chosen is None and len(mine) == 1:
        return mine[0]
    return next((patient for patient in mine if patient.pk == chosen), None)


def somebody_at_home(request: HttpRequest) -> Patient | None:
    """For a page's frame and language: the first by name until one was chosen."""
    mine = may_speak_for(request)
    return at_home(request) or next(iter(mine), None)


def settle(request: HttpRequest, patient: Patient) -> None:
    """The only one is chosen as well, once a session: if they are not the only one any more, or not theirs,
    it is asked."""
    if request.session.get(CHOSEN) != patient.pk:
        request.session[CHOSEN] = patient.pk


def speak_for(request: HttpRequest, patient: Patient) -> None:
    """From now on, in this session. Pages still open for another patient can save nothing any more: what
    was meant for one is not written down for the other."""
    request.session[CHOSEN] = patient.pk
    rotate_token(request)


def may_answer_for(request: HttpRequest, patient: Patient, needed: Scope) -> bool:
    """Whether a link that came by e-mail may be answered here: on a device where somebody is signed in who
    speaks for this patient. A phone that was lost and signed out answers nothing."""
    mine = request.user.speaks_for if request.user.is_authenticated else []
    return any(one.pk == patient.pk and needed in scope_of(one) for one in mine)


def is_meant_for(request: HttpRequest, patient: Patient) -> bool:
    """Whether the form that was sent stood on a page of this patient's; one that says nothing is taken for
    it only where there is nobody else."""
    told = request.POST.get(FOR)
    if told is None:
        return request.user.is_authenticated and len(request.user.speaks_for) == 1
    return told == str(patient.pk)
