"""The clinic's calendar: a day or a week, clinicians or rooms side by side, beside what waits for a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, scheduler
from patients.models import VisitRequest
from scheduling import slots
from scheduling.calendar.selectors import (
    WEEK,
    Planned,
    day_plan,
    lost,
    monday_of,
    queue,
    rooms_of,
    wall_day,
    week_rows,
)
from scheduling.models import VisitType
from scheduling.visit_types.selectors import clinicians, kind_for

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
# Of those who wait for a time; each asks for its best three when it comes into sight.
MOST_BESIDE = 24


@dataclass(frozen=True)
class Asked:
    """Which days of whom: `?day=2027-01-11&view=week&by=room&who=7&who=9`."""

    day: date
    view: Literal["day", "week"] = "day"
    by: Literal["clinician", "room"] = "clinician"
    who: frozenset[int] = frozenset()

    @classmethod
    def of(cls, request: ClinicRequest, today: date) -> Asked:
        given = request.GET
        chosen = (
            pk for pk in given.getlist("who") if pk.isascii() and pk.isdigit() and len(pk) < 19
        )
        return cls(
            _day(given.get("day"), today),
            "week" if given.get("view") == "week" else "day",
            "room" if given.get("by") == "room" else "clinician",
            frozenset(map(int, chosen)),
        )

    @property
    def days(self) -> tuple[date, date]:
        if self.view == "day":
            return self.day, self.day
        monday = monday_of(self.day)
        return monday, monday + WEEK - DAY

    @property
    def address(self) -> str:
        asked: dict[str, Any] = {"day": self.day, "view": self.view, "by": self.by}
        return urlencode(asked | {"who": sorted(self.who)}, doseq=True)

    def other(self, **changes: Any) -> str:
        return replace(self, **changes).address

    @property
    def links(self) -> dict[str, str]:
        """Where the page leads: other days, the other view, the other columns."""
        step = DAY if self.view == "day" else WEEK
        return {
            "before": self.other(day=self.day - step),
            "after": self.other(day=self.day + step),
            "day": self.other(view="day"),
            "week": self.other(view="week"),
            "clinician": self.other(by="clinician"),
            "room": self.other(by="room"),
        }


def _day(given: str | None, today: date) -> date:
    """The day asked for, at most a year away; today otherwise."""
    try:
        day = parse_date(given or "") or today
    except ValueError:
        return today
    return min(max(day, today - YEAR), today + YEAR)


@scheduler
@require_safe
def calendar(request: ClinicRequest) -> HttpResponse:
    now, viewer = timezone.now(), request.membership
    clinic = viewer.clinic
    today = wall_day(now, clinic.zone)
    asked = Asked.of(request, today)
    planned = Planned(viewer, *asked.days, now=now, who=set(asked.who))
    rooms = rooms_of(planned) if asked.by == "room" else None
    waiting, number = queue(viewer, now, most=MOST_BESIDE)
    context: dict[str, Any] = {
        "clinic": clinic,
        "today": today,
        "asked": asked,
        "days": planned.days,
        "people": clinicians(clinic) if asked.who else planned.people,
        "queue": waiting,
        "lost": (fell_through := lost(viewer)),
        "in_need": number + len(fell_through),
        "later": number - len(waiting),
        "to_today": asked.other(day=today),
    }
    if asked.view == "day":
        context["plan"] = day_plan(planned, asked.day, rooms)
    else:
        context["rows"] = week_rows(planned, rooms)
    return render(request, "scheduling/calendar/calendar.html", context)


@scheduler
@require_safe
def best_fits(request: ClinicRequest, pk: int) -> HttpResponse:
    """Three times for a request, as buttons that hold one; loaded into its row of the queue."""
    waiting = VisitRequest.objects.visible_to(request.membership).waiting()
    related = ("episode__patient__clinic", "decision")
    wanted = get_object_or_404(waiting.select_related(*related), pk=pk)
    clinic = wanted.episode.patient.clinic
    kind = kind_for(wanted, VisitType.objects.of(clinic).current())
    best = slots.name(clinic, slots.best_for(wanted, now=timezone.now(), kind=kind))
    context = {"wanted": wanted, "best": best, "clinic": clinic}
    return render(request, "scheduling/calendar/best_fits.html", context)
