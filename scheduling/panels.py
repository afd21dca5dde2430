"""What pages of the apps below say about visits and calls, which they cannot ask for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.composed import composed
from accounts.panels import fills
from patients.models import Episode, Patient, VisitRequest
from patients.record.timeline import Dated, Timeline, TimelineEntry, What
from scheduling.models import Call, Consultation, Referral


@fills("held_visits")
def held_visits(episode: Episode) -> list[date]:
    """The days of visits that took place, for this complaint or without one."""
    held = episode.patient.consultations.filter(state=Consultation.State.DONE)
    own = held.filter(Q(visit_request=None) | Q(visit_request__episode=episode))
    zone = episode.patient.zone
    return [one.period.lower.astimezone(zone).date() for one in own.order_by("period")]


@fills("next_visit", "scheduling/_next_visit.html")
def next_visit(patient: Patient) -> dict[str, Any]:
    """The patient's next visit, or that a time is being looked for."""
    rows = _coming(patient.pk, timezone.now())
    return {
        "visit": next((one for one in rows if one.state != one.State.HELD), None),
        "offer": next((one for one in rows if one.state == one.State.HELD), None),
        "wanted": next(iter(_wanted(patient.pk)), None),
        "clinic": patient.clinic,
    }


@composed(int, datetime)
def _coming(patient: int, now: datetime) -> QuerySet[Consultation]:
    coming = Consultation.objects.filter(patient=patient).ahead_or_offered(now)
    return coming.select_related("clinician__user", "room", "visit_type")


@composed(int)
def _wanted(patient: int) -> QuerySet[VisitRequest]:
    waiting = VisitRequest.objects.waiting().filter(episode__patient=patient)
    return waiting.order_by("due_on")[:1]


@fills("next_visits")
def next_visits(patients: Iterable[Patient | int]) -> dict[int, Consultation]:
    """The next visit of each patient, read at once."""
    ahead = Consultation.objects.ahead(timezone.now()).filter(patient__in=list(patients))
    visits = ahead.order_by("-period").select_related("patient__clinic")
    return {visit.patient_id: visit for visit in visits}


@fills("va_referral", "scheduling/_va_referral.html")
def va_referral(patient: Patient) -> dict[str, Any]:
    """The veteran's open referral, or that there is none."""
    return {"referral": Referral.objects.filter(patient=patient).open().first()}


@fills("next_visit_line", "scheduling/_next_visit_line.html")
def next_visit_line(patient: Patient, visits: dict[int, Consultation]) -> dict[str, Any]:
    """One line for the clinic, from `next_visits`."""
    return {"visit": visits.get(patient.pk)}


@fills("visits_and_calls")
def with_visits_and_calls(timeline: Timeline) -> Timeline:
    """The latest days tell the visits ahead too."""
    day_after = timeline.period[1] + timedelta(days=1)
    until = datetime.combine(day_after, time(0), timeline.patient.clinic.zone)
    return timeline.with_more([*_visits(timeline, until), *_calls(timeline, until)])


def _visits(timeline: Timeline, until: datetime) -> Iterator[Dated]:
    if not timeline.tells(What.VISIT):
        return
    visits = timeline.patient.consultations.exclude(state=Consultation.State.HELD)
    if not timeline.is_latest:
        visits = visits.filter(period__startswith__lt=until)
    for visit in visits.select_related("clinician__user").order_by("period", "pk"):
        starts = visit.starts.astimezone(timeline.patient.clinic.zone)
        said = f"{starts:%H:%M}, {visit.get_state_display()}"
        if visit.reason:
            said = f"{said}: {visit.reason}"
        what = _("Visit with %(clinician)s") % {"clinician": visit.clinician}
        yield starts.date(), TimelineEntry(What.VISIT, what, said)


def _calls(timeline: Timeline, until: datetime) -> Iterator[Dated]:
    if not timeline.tells(What.CALL):
        return
    calls = Call.objects.not_withdrawn().filter(patient=timeline.patient, called_at__lt=until)
    for call in calls.select_related("called_by").order_by("called_at", "pk"):
        at = call.called_at.astimezone(timeline.patient.clinic.zone)
        said = f"{call.get_outcome_display()}, {at:%H:%M}, {call.called_by}"
        yield at.date(), TimelineEntry(What.CALL, _("Call by the clinic"), said)
