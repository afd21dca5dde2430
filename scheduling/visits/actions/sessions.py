"""A therapy visit that was had is a session of the patient's programme."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import User
from patients.models import TherapyProgramme, TherapySession
from patients.record.actions.records import DoesNotFit, keep_record, withdraw_record
from scheduling.models import Consultation, VisitType


def count_session(*, visit: Consultation, by: User, now: datetime) -> None:
    """Nothing where no programme runs, or where the therapist has noted that day already."""
    kind = visit.visit_type
    if kind is None or kind.purpose != VisitType.Purpose.THERAPY:
        return
    day = visit.patient.clinic_date(visit.starts)
    programme = _programme(visit, day)
    if programme is None:
        return
    session = TherapySession(programme=programme, held_on=day, attended=True)
    try:
        keep_record(record=session, by=by, now=now)
    except DoesNotFit:
        return


def take_back_session(*, visit: Consultation, by: User, now: datetime) -> None:
    """Withdraw the session that this visit was counted as, unless somebody has added words to it."""
    if visit.done_at is None or visit.done_by is None:
        return
    counted = TherapySession.objects.filter(
        programme__episode__patient=visit.patient,
        recorded_at=visit.done_at,
        recorded_by=visit.done_by,
        withdrawn_at=None,
        attended=True,
        note="",
    ).first()
    if counted is not None:
        withdraw_record(record=counted, by=by, now=now)


def _programme(visit: Consultation, day: date) -> TherapyProgramme | None:
    """The one that runs that day; of several the newest."""
    running = TherapyProgramme.objects.filter(
        episode__patient=visit.patient, withdrawn_at=None, started_on__lte=day
    ).exclude(ended_on__lt=day)
    if visit.visit_request:
        running = running.filter(episode=visit.visit_request.episode_id)
    return running.order_by("-started_on", "-pk").first()
