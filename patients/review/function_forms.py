"""What the forms of a trial say of function: named with both scores, and worse on two in a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, SupportsFloat
from zoneinfo import ZoneInfo

import numpy as np

from pathway.rules import SCALES, FunctionWorse, function_worse, words
from pathway.rules.series import Bools
from patients.models import OwnActivity
from patients.queries.records import pk_array
from patients.review.series import (
    FormsOfTrial,
    RunningTrial,
    TrialForm,
    day_of,
    followed,
)

ACTIVITIES = "my-three-activities"
FEWEST = 3
# As old as the last form may be at which the ceiling still knows function.
RECENT = timedelta(days=28)

Forms = tuple[RunningTrial, FormsOfTrial]
# Key of the instrument, day, percent, total.
FormRow = tuple[str, date, SupportsFloat, SupportsFloat]


def function_words(forms: FormsOfTrial) -> str:
    """For example "PEG 5 → 3", of the questionnaire that is followed; "" without a form."""
    key, given = followed(forms)
    if not given or key not in SCALES:
        return ""
    return words(SCALES[key], given[0].total, given[-1].total, len(given))


def forms_within(rows: Iterable[FormRow], first: date, last: date) -> FormsOfTrial:
    """Of rows in the order of their days those between the two, as a sweep reads them: the
    questionnaire that was answered most often stands first."""
    own: defaultdict[str, list[TrialForm]] = defaultdict(list)
    for key, day, percent, total in rows:
        if first <= day <= last:
            own[key].append(TrialForm((day - first).days, float(percent), float(total)))
    return dict(sorted(own.items(), key=lambda each: (-len(each[1]), each[0])))


def worse_functions(looked_at: Iterable[Forms]) -> dict[int, FunctionWorse]:
    """By trial, where two forms in a row of one questionnaire are worse than its first one, and the last
    of them is not old. Activities that were chosen anew are not compared; a query only where any are."""
    found = {run.trial: (run, worse) for run, forms in looked_at if (worse := _worse(run, forms))}
    own = {trial: pair for trial, pair in found.items() if pair[1].scale is SCALES[ACTIVITIES]}
    anew = _chosen_anew(own) if own else set()
    return {trial: worse for trial, (_run, worse) in found.items() if trial not in anew}


def _worse(run: RunningTrial, forms: FormsOfTrial) -> FunctionWorse | None:
    for key, given in forms.items():
        if len(given) < FEWEST or key not in SCALES:
            continue
        dated = [(day_of(run.started_on, form.day), form.total) for form in given]
        worse = function_worse(SCALES[key], dated)
        if worse and run.today - worse.on <= RECENT:
            return worse
    return None


def _chosen_anew(found: dict[int, tuple[RunningTrial, FunctionWorse]]) -> set[int]:
    """Trials whose activities were replaced after the day on which the trial began, by the clinic's days."""
    episodes = {run.episode for run, _worse in found.values()}
    retired = OwnActivity.objects.filter(episode__in=pk_array(episodes), retired_at__isnull=False)
    zone = "episode__patient__clinic__time_zone"
    dates = [
        (episode, at.astimezone(ZoneInfo(zone)).date())
        for episode, at, zone in retired.values_list("episode", "retired_at", zone)
        if at
    ]
    return {
        trial
        for trial, (run, _worse) in found.items()
        for episode, day in dates
        if episode == run.episode and day > run.started_on
    }


def read_from(started_on: date, forms: FormsOfTrial) -> dict[str, Any]:
    """What a finding of worse function keeps: every form of the trial with its day and own score."""
    return {
        "forms": {
            key: [[day_of(started_on, form.day).isoformat(), form.total] for form in given]
            for key, given in forms.items()
        }
    }


def forms_of(started_on: date, inputs: dict[str, Any]) -> FormsOfTrial:
    """The same forms again; what share of its scale a score was is not needed for it."""
    return {
        key: [
            TrialForm((date.fromisoformat(day) - started_on).days, 0.0, total)
            for day, total in given
        ]
        for key, given in inputs["forms"].items()
    }


def said_of(run: RunningTrial, forms: FormsOfTrial) -> str:
    """The sentence about worse function; "" where it is not."""
    worse = _worse(run, forms)
    return worse.sentence if worse else ""


def worse_days(run: RunningTrial, forms: FormsOfTrial, days: int) -> Bools:
    """(days,) on which two forms in a row were worse and the last of them not old, as each day knew it."""
    hit = np.zeros(days, bool)
    for key, given in forms.items():
        for known in range(FEWEST, len(given) + 1):
            last = given[known - 1].day
            if _worse(replace(run, today=day_of(run.started_on, last)), {key: given[:known]}):
                until = given[known].day if known < len(given) else last + RECENT.days + 1
                hit[last : min(until, last + RECENT.days + 1)] = True
    return hit
