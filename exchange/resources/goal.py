"""What matters to the patient, in their own words: Goal of US Core, the description only."""

from __future__ import annotations

from exchange.datatypes import Resource, day, patient, reference, resource, text
from exchange.params import at
from exchange.sources import Kind, Source
from patients.models import OwnActivity


def goal(row: OwnActivity, key: str) -> Resource:
    return resource(
        "Goal",
        row,
        key,
        "goal",
        lifecycleStatus="cancelled" if row.retired_at else "active",
        description=text(row.wording),
        subject=patient(row.episode.patient_id),
        startDate=day(row.chosen_at.date()),
        statusDate=day(row.retired_at and row.retired_at.date()),
        addresses=[reference("Condition", row.episode_id)],
    )


GOAL = Kind(
    "Goal",
    (Source(OwnActivity, goal, joined=("episode",), params={"start-date": at("chosen_at")}),),
    "goal",
)
