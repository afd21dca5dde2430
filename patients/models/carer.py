from __future__ import annotations

from datetime import date, datetime, timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.home import Scope
from accounts.known import one_of
from patients.bounds import PLANNED, instants
from patients.models.follow_merge import follows_merge
from patients.queries.carers import CarerQuerySet


@pghistory.track()
class Carer(models.Model):
    """Somebody who may act for a patient within a scope and until a moment, from the day on which they accepted;
    invited by the patient or the clinic, ended by either."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("Husband, wife or partner")
        PARENT = "parent", _("Parent or guardian")
        CHILD = "child", _("Grown-up child")
        OTHER = "other", _("Somebody else")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="carers")
    user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="caring",
        help_text="Once accepted.",
    )
    invitation = models.OneToOneField("accounts.Invitation", models.PROTECT, related_name="carer")
    relation = models.CharField(max_length=10, choices=Relation)
    may_see = models.BooleanField(help_text="Read the record, as the patient does.")
    may_log = models.BooleanField(help_text="Write the log, and answer safety questions.")
    may_book = models.BooleanField(help_text="Book, change and cancel visits.")
    until = models.DateTimeField(help_text="From here on there is no access any more.")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody: the patient came of age.",
    )

    objects = CarerQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            one_of("carer", "relation", "spouse parent child other"),
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(ended_at=None), name="one_carer_once"
            ),
            models.CheckConstraint(
                condition=Q(may_see=True) | Q(may_log=True) | Q(may_book=True),
                name="carer_may_something",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, user=None)
                | Q(accepted_at__isnull=False, user__isnull=False),
                name="carer_accepted_at_with_user",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False),
                name="carer_ended_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("invited_at")), name="carer_until_after_invited"
            ),
            *instants("carer", PLANNED, "invited_at", "accepted_at", "until", "ended_at"),
        ]

    def __str__(self) -> str:
        return self.user.name if self.user else self.invitation.name

    @property
    def scope(self) -> Scope:
        given = {Scope.SEE: self.may_see, Scope.LOG: self.may_log, Scope.BOOK: self.may_book}
        return Scope(sum(each.value for each, may in given.items() if may))

    @property
    def is_parent_of_a_minor(self) -> bool:
        """Who was invited before the patient came of age; later the patient chooses a mother like anybody."""
        was_minor = self.patient.clinic_date(self.invited_at) < self.patient.of_age_on
        return self.relation == self.Relation.PARENT and was_minor

    @property
    def last_day(self) -> date:
        """Of the clinic; a parent's is at most the one before the patient is of age."""
        day = (self.until - timedelta(microseconds=1)).astimezone(self.patient.clinic.zone).date()
        return (
            min(day, self.patient.of_age_on - timedelta(days=1))
            if self.is_parent_of_a_minor
            else day
        )

    def is_current(self, now: datetime) -> bool:
        """A parent of somebody who is of age is not, whether or not the day's check has been there."""
        if self.accepted_at is None or self.ended_at is not None or self.until <= now:
            return False
        return not (self.is_parent_of_a_minor and self.patient.is_of_age(now))
