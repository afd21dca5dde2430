"""A call to somebody who has gone quiet or missed a visit, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from patients.flags.actions import Found, current_trial, open_or_fold
from patients.models import Episode, Flag, Patient
from patients.models.flag import Kind, Severity
from scheduling.calls.selectors import TRIES
from scheduling.calls.telling import BY_STAFF
from scheduling.models import Call, Consultation

SAME_CALL = timedelta(minutes=1)
About = Call.About


def note_call(
    *,
    patient: Patient,
    outcome: str,
    by: User,
    now: datetime,
    visit: Consultation | None = None,
    about: str = About.SILENCE,
) -> Call:
    """Note a call, about a visit where one is named; pressed twice within a minute it is the same."""
    about = About.VISIT if visit else about
    lately = Call.objects.not_withdrawn().filter(patient=patient, called_at__gt=now - SAME_CALL)
    said = {"outcome": outcome, "called_by": by, "visit": visit, "about": about}
    same = lately.filter(**said).first()
    return same or Call.objects.create(patient=patient, called_at=now, **said)


def undo_call(*, call: Call, now: datetime) -> None:
    """Undo a call noted by mistake; history keeps it."""
    Call.objects.not_withdrawn().filter(pk=call.pk).update(withdrawn_at=now)


class NothingToTell(Exception):
    """No step of care runs, or too few calls were tried: there is nobody to tell, or nothing yet."""


ABOUT = {
    "silence": "No logs, and staff called {tries} times without reaching them",
    "missed": "Missed a visit, and staff called {tries} times without reaching them",
    "another": "Asked for another time, and staff called {tries} times without reaching them",
    "expired": "No answer to a visit that was offered, and staff called {tries} times without reaching them",
    "unreached": "A message about a visit did not arrive, and staff called {tries} times without reaching them",
}


def tell_clinician(
    *, patient: Patient, tries: int, now: datetime, about: str = About.SILENCE
) -> Flag:
    """After three calls without an answer, `about` one of ABOUT: a check-in on the worklist, folded into
    what is open there; said twice on a day it is once. Raises NothingToTell."""
    under_way = Episode.objects.under_way().filter(patient=patient)
    episode = under_way.select_related("patient__clinic").order_by("-pk").first()
    trial = current_trial(episode) if episode else None
    if trial is None or tries < TRIES:
        raise NothingToTell
    today = patient.clinic_date(now)
    found = Found(
        episode=trial.episode_id,
        trial=trial.pk,
        kind=Kind.SILENT,
        severity=Severity.CHECK_IN,
        sentence=ABOUT[about].format(tries=tries),
        rule=BY_STAFF,
        protocol=trial.tier.protocol,
        since=today,
        as_of=today,
    )
    return open_or_fold(findings=[found], now=now)[0]
