"""Which rows: patients who go on in another clinic."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from accounts.models import Membership
from patients.queries.visibility import NO_ROWS, must_work_here, visible_rows

if TYPE_CHECKING:
    from patients.models import Patient, Transfer  # noqa: F401

ROLES = (Membership.Role.CLINICIAN, Membership.Role.ADMINISTRATOR)


class TransferQuerySet(QuerySet["Transfer"]):
    def visible_to(self, viewer: Membership | Patient) -> Self:
        """For both clinics, each its side, and the patient; nobody else learns that there is one."""
        if not isinstance(viewer, Membership):
            return self.filter(visible_rows(viewer, "patient"))
        return self.filter(_sent(viewer) | _coming(viewer))

    def sent_by(self, membership: Membership) -> Self:
        return self.filter(_sent(membership))

    def coming_to(self, membership: Membership) -> Self:
        return self.filter(_coming(membership))

    def unanswered(self) -> Self:
        return self.filter(withdrawn_at=None, rejected_at=None, accepted_at=None)

    def open(self, now: datetime) -> Self:
        return self.unanswered().filter(expires_at__gt=now)


def _sent(at: Membership) -> Q:
    return visible_rows(at, "patient", roles=ROLES, own=False)


def _coming(at: Membership) -> Q:
    """Never about oneself: that is read at home."""
    must_work_here(at)
    if at.ended_at is not None or at.role not in ROLES:
        return NO_ROWS
    return Q(to_clinic=at.clinic_id) & ~Q(patient__user=at.user_id)
