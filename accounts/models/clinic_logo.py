from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Func, IntegerField
from django.db.models.lookups import LessThanOrEqual

from accounts.logo import LARGEST


class ClinicLogo(models.Model):
    """A picture as it was drawn anew. Append-only: which one is shown says the clinic's row, so that an
    earlier one can be taken again."""

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="logos")
    name = models.CharField(max_length=32, help_text="A digest of it; stands in its address.")
    png = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="one_logo_a_name"),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func("png", function="octet_length", output_field=IntegerField()), LARGEST
                ),
                name="clinic_logo_not_too_large",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name
