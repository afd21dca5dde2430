from __future__ import annotations

from django.db import models

from patients.queries.team import SavedViewQuerySet


class SavedView(models.Model):
    """A worklist's filters under a name, for one person. The query names no patient."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=200, help_text="As in the address: list, kind, tier.")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_view_per_name"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
