"""My care path: the pyramid with what is done and where I am, why, what comes next, the steps so far."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from pathway.models import Modality, Tier
from pathway.pyramid import Pyramid, PyramidStep, pyramid
from patients.logs.log_schedule import asked_in_a_week
from patients.models import Episode, PriorTreatment
from patients.questionnaires.selectors.measures import measures_of
from patients.record.charts import recent
from patients.record.current_episode import about, with_episode
from patients.record.selectors.care_status import CareStatus, care_status_of
from patients.record.selectors.steps import step_name


@patient_or_carer(Scope.SEE)
@require_safe
@with_episode
def my_pathway(request: PatientRequest, episode: Episode) -> HttpResponse:
    now = timezone.now()
    status = care_status_of(request.patient, episode, now)
    pain, today = measures_of(request.patient, episode).pain, episode.patient.local_date(now)
    page = {
        **about(request, episode),
        "status": status,
        "pyramid": _pyramid(status),
        "steps": [(trial, step_name(trial.tier)) for trial in status.trials],
        "before": PriorTreatment.objects.visible_to(request.patient)
        .filter(episode=episode)
        .order_by("level", "pk"),
        "lighter": _is_lighter(status),
        "above": _above(status),
        "treatments": _treatments(status),
        "condition": episode.condition,
        "recent": recent(
            pain,
            today=today,
            asked=asked_in_a_week(episode, status.running, pain, status.protocol, today),
        ),
    }
    return render(request, "patients/portal/my_pathway.html", page)


def _is_lighter(status: CareStatus) -> bool:
    """Whether a step higher than the present one has ended."""
    trial = status.trial
    return trial is not None and any(each.level > trial.level for each in status.trials)


def _above(status: CareStatus) -> Tier | None:
    """The step that would come next if more help were needed."""
    level = status.trial.level + 1 if status.trial else None
    return next((tier for tier in status.protocol.tiers.all() if tier.level == level), None)


def _treatments(status: CareStatus) -> list[Modality]:
    """What is in use in the steps that run, to read about."""
    running = (trial for trial in status.trials if trial.ended_on is None)
    return [each for trial in running for each in trial.modalities.in_order()]


def _pyramid(status: CareStatus) -> Pyramid:
    current = status.trial.level if status.trial else None
    running = {trial.level for trial in status.trials if trial.ended_on is None}
    return pyramid(
        [
            PyramidStep(tier.level, step_name(tier), tier.short_title)
            for tier in status.protocol.tiers.all()
        ],
        current=current,
        done={trial.level for trial in status.trials} - running,
        beside=running - {current},
    )
