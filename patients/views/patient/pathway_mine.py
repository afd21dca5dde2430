"""My care path: the pyramid with what is done and where I am, why, what comes next, the steps so far."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from pathway.models import Protocol
from pathway.pyramid import Pyramid, Step, pyramid
from patients.charts import recent
from patients.models import ClinicProtocol, Episode, TierTrial
from patients.views.patient.progress import days_of
from patients.views.patient.standing import Standing, standing_of
from patients.views.patient.whose import with_episode


@patient
@require_safe
@with_episode
def pathway_mine(request: Request, episode: Episode) -> HttpResponse:
    now = timezone.now()
    standing = standing_of(request.user, episode, now)
    trials = list(
        TierTrial.objects.visible_to(request.user)
        .filter(episode=episode)
        .select_related("tier", "started_by")
        .order_by("started_on", "level")
    )
    protocol = (
        standing.trial.tier.protocol
        if standing.trial
        else ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    )
    page = {
        "standing": standing,
        "pyramid": _pyramid(protocol, standing, trials),
        "trials": trials,
        "recent": recent(days_of(request, episode), today=episode.patient.local_date(now)),
    }
    return render(request, "patients/pathway_mine.html", page)


def _pyramid(protocol: Protocol, standing: Standing, trials: list[TierTrial]) -> Pyramid:
    current = standing.trial.level if standing.trial else None
    running = {trial.level for trial in trials if trial.ended_on is None}
    return pyramid(
        [Step(tier.level, tier.title, tier.short_title) for tier in protocol.tiers.all()],
        current=current,
        done={trial.level for trial in trials} - running,
        beside=running - {current},
    )
