from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.known import json_object
from patients.queries.records import RecordQuerySet

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class CriterionStatement(models.Model):
    """What a clinician stated by name of one criterion of a payer. Append-only: the newest one counts."""

    episode = models.ForeignKey(
        "patients.Episode", models.PROTECT, related_name="criterion_statements"
    )
    criteria_set = models.ForeignKey("pathway.CriteriaSet", models.PROTECT, related_name="+")
    key = models.SlugField(max_length=60, help_text="Of the criterion in its set.")
    holds = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="criterion_statement_names_its_line")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.key}: {'yes' if self.holds else 'no'}"


class Packet(models.Model):
    """How a record answered the criteria of a payer on one day, signed and kept as it was. It is a summary
    of the record: a plan decides. Append-only; the product sends none."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="packets")
    criteria_set = models.ForeignKey("pathway.CriteriaSet", models.PROTECT, related_name="+")
    content = models.JSONField(help_text="Everything that its page says: patients/packets.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *json_object("packet", "content"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="packet_has_its_digest"
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.criteria_set}: {self.episode.patient}"
