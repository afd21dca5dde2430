"""The ceiling as version 2.1 read it: its findings still explain themselves. Nothing here is mended."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from pathway.rules import Pathway, relapsed
from patients.review.ceiling_history import STRUCTURED, CeilingForm, CeilingHistory

VERSION = "2.1"
A_HAIR = 1e-6  # scores are decimals, read as floats


def pathway_2_1(history: CeilingHistory, day: date, *, plateau: bool) -> Pathway:
    """As of `day`, of a history until then."""
    cycles, since = [each.first for each in history.cycles], [r.since for r in history.relapses]
    back = relapsed([*cycles, *history.treated], since, VERSION)
    days, forms = history.structured_days(day), _followed(history)
    due = max(days // history.every, 1)
    return Pathway(
        cycles=len({*cycles, *back}),
        relapsed_cycles=len(back),
        cycle_under_way=any(cycle > max(since, default=date.max) for cycle in cycles),
        structured_days=days,
        instrument=forms[0].name if forms else "",
        function_share=_share(forms),
        function_change=_changed(forms),
        forms_due=due if forms else 0,
        forms_answered=min(len(forms), due),
        disc_progressed=bool(history.images),
        plateau=plateau,
    )


def json_2_1(history: CeilingHistory) -> dict[str, Any]:
    """As it was kept then."""
    stored = history.as_json()
    return {
        **stored,
        "cycles": [first for first, _window in stored["cycles"]],
        "forms": [form[:5] for form in stored["forms"]],
        "images": [on for on, _before in stored["images"]],
    }


def _followed(history: CeilingHistory) -> list[CeilingForm]:
    """Of the questionnaires answered in structured trials the one answered most often; the last
    one before a trial is where it began."""
    before = timedelta(days=history.every)
    spans = [
        (step.first - before, step.last or date.max)
        for step in history.steps
        if step.level in STRUCTURED
    ]
    own: defaultdict[str, list[CeilingForm]] = defaultdict(list)
    for form in history.forms:
        if any(first <= form.on <= last for first, last in spans):
            own[form.instrument].append(form)
    return max(own.values(), key=len, default=[])


def _share(forms: list[CeilingForm]) -> float | None:
    return forms[-1].percent / forms[0].percent if forms and forms[0].percent else None


def _changed(forms: list[CeilingForm]) -> bool:
    if not forms or forms[0].matters is None:
        return False
    return forms[0].percent - forms[-1].percent >= forms[0].matters - A_HAIR
