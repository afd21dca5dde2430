"""My care path: the pyramid with what is done and where I am, why, what comes next, the steps so far."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from pathway.pyramid import Pyramid, Step, pyramid
from patients.charts import recent
from patients.models import Episode
from patients.progress import step_name
from patients.views.patient.measures import measures_of
from patients.views.patient.standing import Standing, standing_of
from patients.views.patient.whose import with_episode


@patient
@require_safe
@with_episode
def pathway_mine(request: Request, episode: Episode) -> HttpResponse:
    now = timezone.now()
    standing = standing_of(request.user, episode, now)
    page = {
        "standing": standing,
        "pyramid": _pyramid(standing),
        "steps": [(trial, step_name(trial.tier)) for trial in standing.trials],
        "recent": recent(
            measures_of(request.user, episode).pain, today=episode.patient.local_date(now)
        ),
    }
    return render(request, "patients/pathway_mine.html", page)


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
