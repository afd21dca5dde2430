"""Flag outcomes, for the clinic's clinicians and its administrator: page and file."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, administrator, clinician
from patients.review.selectors.flag_outcomes import (
    WEEKS,
    FlagOutcomes,
    OutcomeLine,
    flag_outcomes_of,
)

COLUMNS = (
    "rule", "protocol", "fired", "acted", "continued", "dismissed", "dismissed_because", "withdrawn", "open",
    "steps_up", "steps_down", "median_days_to_decision", "median_days_to_visit",
    "median_days_decision_to_visit", "step_up_percent", "step_down_percent",
)  # fmt: skip

# All rules together, by the names that `patients.review.selectors.flag_outcomes.Total` gives them.
TOTAL = (
    "flags", "decided", "steps_up", "step_up_percent", "steps_down", "step_down_percent",
    "days_to_decision", "days_decision_to_visit", "days_plateau_to_visit",
)  # fmt: skip


@clinician
@require_safe
def flag_outcomes(request: ClinicRequest) -> HttpResponse:
    return _answer(request)


@administrator
@require_safe
def flag_outcomes_clinic(request: ClinicRequest) -> HttpResponse:
    """The same for the administrator: counts, and nobody's record."""
    return _answer(request)


def _answer(request: ClinicRequest) -> HttpResponse:
    found = flag_outcomes_of(request.membership.clinic, timezone.now())
    if request.GET.get("format") == "csv":
        return _file(found)
    context = {"outcomes": found, "weeks": WEEKS}
    return render(request, "patients/review/flag_outcomes.html", context)


def _file(found: FlagOutcomes) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="flag-outcomes.csv"'
    lines = csv.writer(answer)
    lines.writerow(COLUMNS)
    lines.writerows(tuple(_row(line)) for line in found.lines)
    lines.writerow(())
    total = found.total
    lines.writerow(TOTAL)
    lines.writerow(tuple(getattr(total, column) for column in TOTAL))
    lines.writerow(())
    lines.writerow(("week", "active_patients", "flagged_patients", "flagged_percent"))
    lines.writerows((week.monday, week.active, week.flagged, week.percent) for week in found.weeks)
    return answer


def _row(line: OutcomeLine) -> Iterator[object]:
    yield from (line.kind.value, f"{line.protocol.key} {line.protocol.version}", line.fired)
    yield from (line.acted, line.went_on, line.dismissed)
    yield "; ".join(f"{reason}: {count}" for reason, count in line.reasons)
    yield from (line.withdrawn, line.open, line.steps_up, line.steps_down)
    yield from (line.days_to_decision, line.days_to_visit, line.days_decision_to_visit)
    yield from (line.step_up_percent, line.step_down_percent)
