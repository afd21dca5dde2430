"""My day: a clinician's own visits, each with its flag, the brief and the last numbers one tap away."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, clinician
from scheduling.my_day.selectors import my_visits
from scheduling.referrals.selectors import ending_soon

DAY = timedelta(days=1)
FAR = timedelta(days=365)


@clinician
@require_safe
def my_day(request: ClinicRequest) -> HttpResponse:
    """Of the day that the address names (`?day=2027-01-11`), or of today."""
    viewer, now = request.membership, timezone.now()
    today = now.astimezone(viewer.clinic.zone).date()
    day = _day(request.GET.get("day"), today)
    context = {
        "clinic": viewer.clinic,
        "day": day,
        "today": today,
        "before": day - DAY,
        "after": day + DAY,
        "now": now,
        "rows": my_visits(viewer, day, now),
        "ending": ending_soon(viewer, today, of=viewer),
    }
    return render(request, "scheduling/my_day/my_day.html", context)


def _day(asked: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        return today
    return min(max(day, today - FAR), today + FAR)
