"""Which questions about daily life are due: those that are ours to show, each as often as its step asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Max

from pathway.models import Instrument
from patients.models import Episode, TierTrial

PEG, ACTIVITIES = "peg", "my-three-activities"
ASKED = [PEG, ACTIVITIES]


def due_questions(episode: Episode, trial: TierTrial | None, today: date) -> list[Instrument]:
    """In the order of the protocol; none where no step runs or the step does not ask."""
    if trial is None or trial.tier.function_every_days is None:
        return []
    since = today - timedelta(days=trial.tier.function_every_days)
    last = dict(episode.scores.values_list("instrument__key").annotate(Max("local_date")))
    asked: Iterable[Instrument] = trial.tier.protocol.instruments.keyed(ASKED)
    return [one for one in asked if one.key not in last or last[one.key] <= since]
