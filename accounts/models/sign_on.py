"""A clinic's own sign-on (OpenID Connect), and which account of it belongs to which person."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of


def _pair(table: str, step: str) -> models.CheckConstraint:
    """Who did it stands with when, or neither stands."""
    at, by = f"{step}_at", f"{step}_by"
    return models.CheckConstraint(
        condition=Q(**{at: None, by: None}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=f"{table}_{at}_with_by",
    )


@pghistory.track(exclude=["sealed_secret"])
class SignOnProvider(models.Model):
    """One at a time for a clinic. Another issuer or client is another row, so what was linked to the one
    is never taken for the other: `sub` 7 of two issuers is two people."""

    class SecondStep(models.TextChoices):
        THEIRS = "theirs", _("The sign-on has to show it (amr or acr)")
        OURS = "ours", _("We ask for it here, as with a code")

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="sign_ons")
    key = models.CharField(max_length=32, unique=True, help_text="Stands in its addresses.")
    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed_secret = models.TextField()
    second_step = models.CharField(max_length=10, choices=SecondStep, default=SecondStep.OURS)
    acr_values = models.CharField(max_length=300, blank=True, help_text="That mean two steps.")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic"], condition=Q(ended_at=None), name="one_sign_on_a_clinic"
            ),
            *(_pair("sign_on", step) for step in ("tested", "opened", "ended")),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(tested_at__isnull=False),
                name="sign_on_tested_before_opened",
            ),
            one_of("sign_on", "second_step", "theirs ours"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.ended_at is None


@pghistory.track()
class SignOnLink(models.Model):
    """Made by its person alone: with the invitation's link in hand, or signed in. Never by an e-mail."""

    provider = models.ForeignKey(SignOnProvider, models.PROTECT, related_name="links")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="sign_on_links")
    subject = models.CharField(max_length=255, help_text="Who it is there: the claim `sub`.")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"],
                condition=Q(ended_at=None),
                name="one_person_a_subject",
            ),
            models.UniqueConstraint(
                fields=["provider", "user"], condition=Q(ended_at=None), name="one_subject_a_person"
            ),
            _pair("sign_on_link", "ended"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.provider}"
