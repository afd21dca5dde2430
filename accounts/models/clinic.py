from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import MembershipQuerySet


def validate_zone(name: str) -> None:
    """An IANA zone such as America/New_York; an offset would be wrong half of the year."""
    if name not in available_timezones():
        raise ValidationError(_("Give a time zone such as America/New_York."))


@pghistory.track()
class Clinic(models.Model):
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    phone = models.CharField(max_length=40)
    phone_hours = models.CharField(max_length=80, default="Mon-Fri 8-5")
    emergency_number = models.CharField(max_length=20, default="911")
    alert_email = models.EmailField(
        help_text="Who is told of an urgent flag that waits; never with health data in the message."
    )
    next_alert_email = models.EmailField(
        blank=True, help_text="Who is told when nobody took on an urgent flag in time."
    )
    care_team_only = models.BooleanField(
        default=False, help_text="Clinicians see only the patients whose care team they belong to."
    )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@pghistory.track()
class Membership(models.Model):
    class Role(models.TextChoices):
        CLINICIAN = "clinician", _("Clinician")
        SCHEDULER = "scheduler", _("Scheduler")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    credentials = models.CharField(max_length=40, blank=True, help_text="MD, PT, …")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "clinic"],
                condition=Q(ended_at=None),
                name="one_current_membership_per_clinic",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="membership_ended_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["clinician", "scheduler", "administrator"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.user.name, self.credentials]))
