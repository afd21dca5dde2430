"""My care path: the pyramid with what is done and where I am, why, what comes next, the steps so far."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from pathway.models import Modality, Tier
from pathway.pyramid import Pyramid, Step, pyramid
from patients.models import Episode, PriorTreatment
from patients.questionnaires.selectors.measures import measures_of
from patients.record.charts import recent
from patients.record.current_episode import about, with_episode
from patients.record.selectors.care_status import Standing, standing_of
from patients.record.selectors.steps import step_name


@patient
@require_safe
@with_episode
def pathway_mine(request: Request, episode: Episode) -> HttpResponse:
    now = timezone.now()
    standing = standing_of(request.user, episode, now)
    page = {
        **about(request, episode),
        "standing": standing,
        "pyramid": _pyramid(standing),
        "steps": [(trial, step_name(trial.tier)) for trial in standing.trials],
        "before": PriorTreatment.objects.visible_to(request.user)
        .filter(episode=episode)
        .order_by("level", "pk"),
        "lighter": _is_lighter(standing),
        "above": _above(standing),
        "treatments": _treatments(standing),
        "condition": episode.condition,
        "recent": recent(
            measures_of(request.user, episode).pain, today=episode.patient.local_date(now)
        ),
    }
    return render(request, "patients/portal/my_pathway.html", page)


def _is_lighter(standing: Standing) -> bool:
    """Whether a higher step than the one that runs now has come to its end."""
    trial = standing.trial
    return trial is not None and any(each.level > trial.level for each in standing.trials)


def _above(standing: Standing) -> Tier | None:
    """The step that would come next if more help were needed."""
    level = standing.trial.level + 1 if standing.trial else None
    return next((tier for tier in standing.protocol.tiers.all() if tier.level == level), None)


def _treatments(standing: Standing) -> list[Modality]:
    """What is in use in the steps that run, to read about."""
    running = (trial for trial in standing.trials if trial.ended_on is None)
    return [each for trial in running for each in trial.modalities.in_order()]


def _pyramid(standing: Standing) -> Pyramid:
    current = standing.trial.level if standing.trial else None
    running = {trial.level for trial in standing.trials if trial.ended_on is None}
    return pyramid(
        [
            Step(tier.level, step_name(tier), tier.short_title)
            for tier in standing.protocol.tiers.all()
        ],
        current=current,
        done={trial.level for trial in standing.trials} - running,
        beside=running - {current},
    )
