"""My progress: one sentence, the chart with what happened when, and the same as a table."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from patients.charts import Days, Event, recent, trend
from patients.models import Decision, Episode, SymptomLog, TierTrial, TreatmentCycle
from patients.progress import PERIODS, a_little_higher, events, period_named
from patients.views.patient.standing import standing_of
from patients.views.patient.whose import with_episode


@patient
@require_safe
@with_episode
def progress(request: Request, episode: Episode) -> HttpResponse:
    now = timezone.now()
    today = episode.patient.local_date(now)
    days = days_of(request, episode)
    period = period_named(request.GET.get("period"))
    last_weeks = recent(days, today=today)
    page = {
        "periods": PERIODS,
        "period": period,
        "days": days,
        "recent": last_weeks,
        "higher": a_little_higher(last_weeks),
        "trend": trend(
            _("Pain"), days, period=period.span(days, today), events=_events(request, episode)
        ),
        "standing": standing_of(request.user, episode, now),
    }
    return render(request, "patients/progress.html", page)


def days_of(request: Request, episode: Episode) -> Days:
    """The day's value by day."""
    logs = SymptomLog.objects.visible_to(request.user).filter(episode=episode)
    return dict(logs.of_the_day().values_list("local_date", "average_pain"))


def _events(request: Request, episode: Episode) -> list[Event]:
    user, zone = request.user, episode.patient.zone
    trials = TierTrial.objects.visible_to(user).filter(episode=episode)
    cycles = TreatmentCycle.objects.visible_to(user).filter(trial__episode=episode)
    told = Decision.objects.told_to(user).filter(flag__episode=episode)
    told_on: list[date] = [decision.decided_at.astimezone(zone).date() for decision in told]
    return events(
        steps=trials.values_list("started_on", "tier__title"),
        cycles=cycles.values_list("started_on", "modality__title"),
        messages=told_on,
    )
