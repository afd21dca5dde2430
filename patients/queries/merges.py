"""Which rows: two records of one person that became one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from accounts.models import Membership
from patients.queries.records import ADMINISTRATOR
from patients.queries.visibility import visible_rows

if TYPE_CHECKING:
    from patients.models import PatientMerge  # noqa: F401


class PatientMergeQuerySet(QuerySet["PatientMerge"]):
    def visible_to(self, membership: Membership) -> Self:
        """The clinic's, for its administrators; never of their own record."""
        return self.filter(visible_rows(membership, "kept", roles=(ADMINISTRATOR,), own=False))

    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def since(self, moment: datetime) -> Self:
        return self.filter(merged_at__gte=moment).order_by("-merged_at", "-pk")
