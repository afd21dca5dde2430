"""Which rows: people, clinics and what is due to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

if TYPE_CHECKING:
    from accounts.models import (  # noqa: F401
        AccountMail,
        Clinic,
        HeldForm,
        Invitation,
        JobFailure,
        Membership,
        Notice,
        System,
        User,
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)

    def left(self) -> Self:
        """The last time here of each person who does not work in the clinic any more."""
        same = {"user": OuterRef("user"), "clinic": OuterRef("clinic")}
        times = self.model._default_manager.filter(**same)
        later = times.filter(Q(ended_at=None) | Q(ended_at__gt=OuterRef("ended_at")))
        return self.filter(ended_at__isnull=False).exclude(Exists(later))

    def visible_to(self, membership: Membership) -> Self:
        """The people of the same clinic."""
        if not isinstance(membership, self.model):
            raise TypeError(f"People are seen through a membership, not by {membership!r}.")
        return self.filter(clinic=membership.clinic_id)


# Roles of invitations that lead to no work in a clinic.
AT_HOME = ("patient", "carer")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, membership: Membership) -> Self:
        """Invitations are made and read by the clinic's administrators."""
        if membership.role != "administrator":
            return self.none()
        return self.filter(clinic=membership.clinic_id)

    def open(self, now: datetime) -> Self:
        return self.unanswered().filter(expires_at__gt=now)

    def unanswered(self) -> Self:
        """Neither accepted nor withdrawn; those that ran out too, since they can be renewed."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def for_work(self) -> Self:
        return self.exclude(role__in=AT_HOME)


class SystemQuerySet(models.QuerySet["System"]):
    def visible_to(self, membership: Membership) -> Self:
        """Registered, read and ended by the clinic's administrators."""
        if membership.role != "administrator":
            return self.none()
        return self.filter(clinic=membership.clinic_id)


class HeldFormQuerySet(models.QuerySet["HeldForm"]):
    def fresh(self, since: datetime) -> Self:
        return self.filter(held_at__gt=since)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime) -> Self:
        """Unsent and not given up, oldest first."""
        waiting = self.filter(sent_at=None, given_up_at=None, due_at__lte=now)
        return waiting.order_by(F("due_at").asc(), "pk")

    def counted(self, since: datetime) -> dict[str, int]:
        """How many wait for another try, and how many did not arrive since this moment."""
        waits = Q(sent_at=None, given_up_at=None, tries__gt=0)
        found: dict[str, int] = self.aggregate(
            waiting=Count("pk", filter=waits), failed=Count("pk", filter=Q(failed_at__gte=since))
        )
        return found


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def due(self, now: datetime) -> Self:
        """Oldest first."""
        return self.filter(due_at__lte=now).order_by("due_at", "pk")


class JobFailureQuerySet(models.QuerySet["JobFailure"]):
    def of(self, job: str) -> Self:
        return self.filter(job=job)

    def tried_since(self, moment: datetime) -> Self:
        return self.filter(failed_at__gte=moment)

    def counted(self) -> dict[str, int]:
        """How many rows are set apart, by job."""
        return dict(self.order_by("job").values_list("job").annotate(models.Count("pk")))
