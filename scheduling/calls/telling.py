"""Whom a clinician was told about since nobody reached them, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from patients.models import Finding, Flag
from patients.models.flag import Kind
from patients.queries.records import pk_array

BY_STAFF = "staff-calls"
DECIDED = Flag.Closing.DECIDED


@dataclass(frozen=True)
class Told:
    """`by_staff`: somebody at the desk told them; `decided_at` is None while it is open."""

    at: datetime
    by_staff: bool
    decided_at: datetime | None


def told_about(patients: Collection[int]) -> dict[int, Told]:
    """The last that clinicians heard of each patient's silence; one query. What is only counted (shadow) and
    what was withdrawn is nothing that they were told."""
    found = Finding.objects.filter(
        flag__episode__patient__in=pk_array(patients), kind=Kind.SILENT, flag__shadow=False
    ).exclude(flag__closing=Flag.Closing.WITHDRAWN)
    columns = "flag__episode__patient", "found_at", "rule", "flag__closed_at", "flag__closing"
    return {
        patient: Told(at, rule == BY_STAFF, closed_at if closing == DECIDED else None)
        for patient, at, rule, closed_at, closing in found.order_by("found_at", "pk").values_list(
            *columns
        )
    }
