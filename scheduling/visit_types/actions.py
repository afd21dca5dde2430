"""Visit types are added, corrected, retired and brought back; history keeps each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.constraints import refused_as
from accounts.models import Clinic, User
from scheduling.models import VisitType


class NameTaken(Exception):
    """The clinic has another visit type of this name."""


class TypeChanged(Exception):
    """A colleague has corrected it since the page was opened."""


def add_visit_type(*, clinic: Clinic, **fields: Any) -> VisitType:
    """The fields of VisitType. Idempotent: the same type said twice is one. Raises NameTaken."""
    same = VisitType.objects.of(clinic).current().filter(version=0, **fields).first()
    if same is not None:
        return same
    with refused_as(NameTaken, "one_visit_type_per_name"):
        return VisitType.objects.create(clinic=clinic, **fields)


def correct_visit_type(*, visit_type: VisitType, seen: int, **fields: Any) -> None:
    """For visits that are booked from now on; `seen` is the version that was read.

    Raises TypeChanged, NameTaken.
    """
    as_read = VisitType.objects.filter(pk=visit_type.pk, version=seen, retired_at=None)
    with refused_as(NameTaken, "one_visit_type_per_name"):
        if not as_read.update(version=seen + 1, **fields):
            raise TypeChanged


def retire_visit_type(*, visit_type: VisitType, by: User, now: datetime) -> None:
    """No new visit of this type; those that are booked stay. Idempotent."""
    current = VisitType.objects.filter(pk=visit_type.pk, retired_at=None)
    current.update(retired_at=now, retired_by=by)


def bring_back(*, visit_type: VisitType) -> None:
    """It can be booked again. Raises NameTaken when another has its name by now."""
    with refused_as(NameTaken, "one_visit_type_per_name"):
        VisitType.objects.filter(pk=visit_type.pk).update(retired_at=None, retired_by=None)
