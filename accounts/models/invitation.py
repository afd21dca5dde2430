from __future__ import annotations

from datetime import datetime

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import AT_HOME, InvitationQuerySet


def pair(step: str) -> models.CheckConstraint:
    """Who did it stands with when, or neither stands."""
    at, by = f"{step}_at", f"{step}_by"
    return models.CheckConstraint(
        condition=Q(**{at: None, by: None}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=f"invitation_{at}_with_by",
    )


@pghistory.track(exclude=["token_digest"])
class Invitation(models.Model):
    """The only way to an account. The link's token is kept as a digest, so a leak opens nothing."""

    class Role(models.TextChoices):
        PATIENT = "patient", _("Patient")
        CARER = "carer", _("Carer")
        CLINICIAN = "clinician", _("Clinician")
        SCHEDULER = "scheduler", _("Scheduler")
        ADMINISTRATOR = "administrator", _("Administrator")

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    renewed_at = models.DateTimeField(
        null=True, blank=True, help_text="A new link was sent; the old one opens nothing any more."
    )
    renewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    asked_again_at = models.DateTimeField(
        null=True, blank=True, help_text="The link had run out, and its holder asked for a new one."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_at_with_by",
            ),
            *(pair(step) for step in ("renewed", "withdrawn")),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=["patient", "carer", "clinician", "scheduler", "administrator"]
                ),
                name="invitation_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"

    @property
    def sent_at(self) -> datetime:
        """When the link that counts was sent."""
        return self.renewed_at or self.invited_at

    @property
    def is_for_work(self) -> bool:
        """Else for oneself, or for somebody for whom one cares."""
        return self.role not in AT_HOME
