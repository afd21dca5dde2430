"""Which rows: care teams, covers, emergency openings; and what a person keeps for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from accounts.models import Membership
from patients.queries.records import ADMINISTRATOR, CLINICIAN, RecordQuerySet
from patients.queries.visibility import must_work_here

if TYPE_CHECKING:
    from patients.models import (  # noqa: F401
        AccessReview,
        BreakGlass,
        CareTeamMember,
        Cover,
        SavedView,
    )


class CareTeamQuerySet(RecordQuerySet["CareTeamMember"]):
    to_patient = "patient"
    staff_roles = (CLINICIAN, ADMINISTRATOR)

    def current(self, now: datetime) -> Self:
        """On the team now, and still working in the clinic."""
        begun = self.filter(since__lte=now, membership__ended_at=None)
        return begun.filter(Q(until=None) | Q(until__gt=now))


class CoverQuerySet(QuerySet["Cover"]):
    def visible_to(self, membership: Membership) -> Self:
        """Cover for oneself and by oneself; all of the clinic's for its administrators."""
        must_work_here(membership)
        if membership.role == ADMINISTRATOR:
            return self.filter(absent__clinic=membership.clinic_id)
        return self.filter(Q(absent=membership.pk) | Q(membership=membership.pk))

    def not_over(self, now: datetime) -> Self:
        return self.filter(until__gt=now).order_by("from_at", "pk")


class BreakGlassQuerySet(RecordQuerySet["BreakGlass"]):
    """The reason may say something about others, so the patient is shown that it was, not why."""

    to_patient = "patient"
    staff_roles = (ADMINISTRATOR,)


class AccessReviewQuerySet(QuerySet["AccessReview"]):
    def visible_to(self, membership: Membership) -> Self:
        must_work_here(membership)
        is_theirs = membership.role == ADMINISTRATOR and membership.ended_at is None
        return self.filter(clinic=membership.clinic_id) if is_theirs else self.none()


class SavedViewQuerySet(QuerySet["SavedView"]):
    def visible_to(self, membership: Membership) -> Self:
        """One's own views; filters name no patient, so they work in every clinic."""
        must_work_here(membership)
        return self.filter(user=membership.user_id)
