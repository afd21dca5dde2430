"""My progress: one sentence, the chart with what happened when, small ones under it, and a table."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.composed import composed
from accounts.home import Scope
from patients.logs.log_schedule import asked_in_a_week
from patients.models import Episode, Patient, Procedure, TreatmentCycle
from patients.portal.selectors.brief import activities_of
from patients.portal.selectors.progress import PERIODS, a_little_higher, events, period_named
from patients.queries.visibility import must_be_patient
from patients.questionnaires.selectors.measures import measures_of
from patients.record.charts import Event, recent, trend
from patients.record.current_episode import about, with_episode
from patients.record.selectors.care_status import CareStatus, care_status_of
from patients.record.selectors.steps import step_name
from patients.record.small_charts import StripRun, daily, strip, week_lines


@patient_or_carer(Scope.SEE)
@require_safe
@with_episode
def progress(request: PatientRequest, episode: Episode) -> HttpResponse:
    now = timezone.now()
    today = episode.patient.local_date(now)
    measures = measures_of(request.patient, episode)
    status = care_status_of(request.patient, episode, now)
    period = period_named(request.GET.get("period"))
    span = period.span(measures.pain, today)
    asked = asked_in_a_week(episode, status.running, measures.pain, status.protocol, today)
    last_weeks = recent(measures.pain, today=today, asked=asked)
    panels = measures.panels(span)
    page = {
        **about(request, episode),
        "periods": PERIODS,
        "period": period,
        "days": measures.pain,
        "recent": last_weeks,
        "higher": a_little_higher(last_weeks),
        "trend": trend(
            _("Pain"), measures.pain, period=span, events=marks(request.patient, episode, status)
        ),
        "steps": strip(runs(status), period=span),
        "panels": panels,
        "activities": activities_of(request.patient, episode),
        "weeks": week_lines([daily(_("Pain"), measures.pain, period=span), *panels]),
        "status": status,
    }
    return render(request, "patients/portal/progress.html", page)


def marks(own: Patient, episode: Episode, status: CareStatus) -> list[Event]:
    """Treatments, blocks and words from the care team, as rules of a chart."""
    must_be_patient(own)
    local_date = episode.patient.local_date
    return events(
        treatments=[
            *((each.started_on, each.modality.title) for each in _cycles(own.pk, episode.pk)),
            *((each.done_on, each.modality.title) for each in _blocks(own.pk, episode.pk)),
        ],
        messages=[local_date(decision.decided_at) for decision in status.messages],
    )


@composed(int, int)
def _cycles(own: int, episode: int) -> QuerySet[TreatmentCycle]:
    mine = TreatmentCycle.objects.visible_to(Patient(pk=own)).not_withdrawn()
    return mine.filter(trial__episode=episode).select_related("modality")


@composed(int, int)
def _blocks(own: int, episode: int) -> QuerySet[Procedure]:
    mine = Procedure.objects.visible_to(Patient(pk=own)).not_withdrawn()
    return mine.filter(episode=episode, cycle=None).select_related("modality")


def runs(status: CareStatus) -> list[StripRun]:
    """The steps as the strip draws them."""
    return [
        StripRun(trial.level, step_name(trial.tier), trial.started_on, trial.ended_on)
        for trial in status.trials
    ]
