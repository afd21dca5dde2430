"""My progress: one sentence, the chart with what happened when, and the same as a table."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Request, patient
from patients.charts import Days, Event, recent, trend
from patients.models import Episode, SymptomLog, TreatmentCycle
from patients.progress import PERIODS, a_little_higher, events, period_named, step_name
from patients.views.patient.standing import Standing, standing_of
from patients.views.patient.whose import with_episode


@patient
@require_safe
@with_episode
def progress(request: Request, episode: Episode) -> HttpResponse:
    now = timezone.now()
    today = episode.patient.local_date(now)
    days = days_of(request, episode)
    standing = standing_of(request.user, episode, now)
    period = period_named(request.GET.get("period"))
    last_weeks = recent(days, today=today)
    marks = _events(request, episode, standing)
    page = {
        "periods": PERIODS,
        "period": period,
        "days": days,
        "recent": last_weeks,
        "higher": a_little_higher(last_weeks),
        "trend": trend(_("Pain"), days, period=period.span(days, today), events=marks),
        "standing": standing,
    }
    return render(request, "patients/progress.html", page)


def days_of(request: Request, episode: Episode) -> Days:
    """The day's value by day."""
    logs = SymptomLog.objects.visible_to(request.user).filter(episode=episode)
    return dict(logs.of_the_day().values_list("local_date", "average_pain"))


def _events(request: Request, episode: Episode, standing: Standing) -> list[Event]:
    cycles = TreatmentCycle.objects.visible_to(request.user).filter(trial__episode=episode)
    local_date = episode.patient.local_date
    return events(
        steps=[(trial.started_on, step_name(trial.tier)) for trial in standing.trials],
        cycles=[
            (each.started_on, each.modality.title) for each in cycles.select_related("modality")
        ],
        messages=[local_date(decision.decided_at) for decision in standing.messages],
    )
