"""What the desk adds to a patient's timeline: visits, and the calls that were made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django import template
from django.utils.translation import gettext as _

from patients.reading.timeline import Dated, Entry, Timeline, What
from scheduling.models import Call, Consultation

register = template.Library()


@register.simple_tag
def with_visits_and_calls(timeline: Timeline) -> Timeline:
    """`{% with_visits_and_calls timeline as timeline %}`; the latest days tell the visits ahead too."""
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
        if visit.cancel_reason:
            said = f"{said}: {visit.get_cancel_reason_display()}"
        what = _("Visit with %(clinician)s") % {"clinician": visit.clinician}
        yield starts.date(), Entry(What.VISIT, what, said)


def _calls(timeline: Timeline, until: datetime) -> Iterator[Dated]:
    if not timeline.tells(What.CALL):
        return
    calls = Call.objects.standing().filter(patient=timeline.patient, called_at__lt=until)
    for call in calls.select_related("called_by").order_by("called_at", "pk"):
        at = call.called_at.astimezone(timeline.patient.clinic.zone)
        said = f"{call.get_outcome_display()}, {at:%H:%M}, {call.called_by}"
        yield at.date(), Entry(What.CALL, _("Call by the clinic"), said)
