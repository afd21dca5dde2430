from __future__ import annotations

from django.db import models
from django.db.models.functions import Length

from accounts.queries import HeldFormQuerySet

LARGEST = 65_536  # characters


class HeldForm(models.Model):
    """A form that was on its way when the session ended: for one person, about one patient,
    on one page, for an hour."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    patient = models.BigIntegerField(help_text="About whom: the key, which this app cannot follow.")
    path = models.CharField(max_length=200)
    fields = models.TextField(help_text="As it was posted.")
    held_at = models.DateTimeField()

    objects = HeldFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient", "path"], name="one_held_form_a_page"
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("fields"), LARGEST),
                name="held_form_not_too_long",
            ),
        ]
        indexes = [models.Index(fields=["held_at"], name="held_forms_by_age")]

    def __str__(self) -> str:
        return f"{self.user}: {self.path}"
