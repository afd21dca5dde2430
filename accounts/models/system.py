from __future__ import annotations

import uuid
from datetime import date, datetime

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.known import json_list
from accounts.queries import SystemQuerySet

# As patients/bounds.py has it for what is planned.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@pghistory.track(exclude=["last_used_at"])
class System(models.Model):
    """A program of another house that reads this clinic's records through FHIR (docs/adr/0028).

    It proves itself by its private key; the clinic keeps the public ones. Its scopes are the resources that
    it may read, and nothing lets it write. `ends_on` is the last day on which it may read.
    """

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="systems")
    name = models.CharField(max_length=120)
    client_id = models.UUIDField(unique=True, default=uuid.uuid4)
    keys = models.JSONField(help_text="Its public keys, each a JWK.")
    scopes = ArrayField(models.CharField(max_length=40), help_text="Resources that it may read.")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = SystemQuerySet.as_manager()

    class Meta:
        constraints = [
            *json_list("system", "keys"),
            models.CheckConstraint(condition=~Q(name=""), name="system_has_a_name"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="system_reads_something"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="system_ended_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__range=(FIRST_DAY, LAST_DAY)), name="system_ends_on_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_read(self, now: datetime) -> bool:
        """Not ended by anybody, and its last day, which is the clinic's, is not over."""
        return self.ended_at is None and now.astimezone(self.clinic.zone).date() <= self.ends_on


class SpentAssertion(models.Model):
    """What a system has proved itself by once and never again; deleted when it would have run out anyway."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    jti = models.CharField(max_length=128)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "jti"], name="one_use_per_assertion"),
            models.CheckConstraint(condition=~Q(jti=""), name="assertion_has_its_name"),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.jti}"
