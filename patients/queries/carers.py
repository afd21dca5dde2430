"""Which rows: who acts for a patient."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, QuerySet

from accounts.models import Membership
from patients.queries.visibility import visible_rows

if TYPE_CHECKING:
    from patients.models import Carer, Patient  # noqa: F401


class CarerQuerySet(QuerySet["Carer"]):
    def visible_to(self, viewer: Membership | Patient) -> Self:
        """The patient's own, for the patient alone: a carer reads of no other carer; the clinic's, for all who
        work there."""
        return self.filter(
            visible_rows(viewer, "patient", own=getattr(viewer, "carer", None) is None)
        )

    def not_ended(self) -> Self:
        """Invited or accepted; those whose time is over too, since it can be lengthened."""
        return self.filter(ended_at=None)

    def current(self, now: datetime) -> Self:
        """May act now; not who signs in as the patient as well. Of parents see `Carer.is_current`."""
        accepted = self.filter(ended_at=None, accepted_at__isnull=False, until__gt=now)
        there = accepted.filter(patient__merged_into=None, patient__withdrawn_at=None)
        return there.exclude(patient__user=F("user"))

    def patients_of(self, now: datetime) -> list[Patient]:
        """For whom these may act now, by name, each with its `carer`."""
        rows = self.current(now).select_related("patient__clinic")
        found = [
            row for row in rows.order_by("patient__name_key", "patient_id") if row.is_current(now)
        ]
        for row in found:
            row.patient.carer = row
        return [row.patient for row in found]
