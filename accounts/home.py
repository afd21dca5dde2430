"""For whom somebody speaks at home: themselves, or one of several patients who share their address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts.opened_by import opened_at

if TYPE_CHECKING:
    from patients.models import Patient

CHOSEN = "home"


def may_speak_for(request: HttpRequest) -> list[Patient]:
    """Nobody in a session that a clinic's sign-on opened: it says who works there."""
    if not request.user.is_authenticated or opened_at(request) is not None:
        return []
    return request.user.speaks_for


def at_home(request: HttpRequest) -> Patient | None:
    """The patient of this session's pages. None for those who are no patients, and for those who speak
    for several until they have chosen one."""
    mine = may_speak_for(request)
    if len(mine) < 2:
        return mine[0] if mine else None
    chosen = request.session.get(CHOSEN)
    return next((patient for patient in mine if patient.pk == chosen), None)


def somebody_at_home(request: HttpRequest) -> Patient | None:
    """For a page's frame and language: the first by name until one was chosen."""
    mine = may_speak_for(request)
    return at_home(request) or next(iter(mine), None)


def speak_for(request: HttpRequest, patient: Patient) -> None:
    """From now on, in this session. Pages still open for another patient can save nothing any more: what
    was meant for one is not written down for the other."""
    request.session[CHOSEN] = patient.pk
    rotate_token(request)
