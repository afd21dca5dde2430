from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.lookups import Exact

from pathway.queries import CriteriaSetQuerySet
from pathway.rules.criteria import Criterion

# No source is older, and no set holds longer (as in patients/bounds.py, which stands above).
POSSIBLE = (date(2000, 1, 1), date(2199, 12, 31))


def _is_list(field: str) -> models.CheckConstraint:
    shape = Func(F(field), function="jsonb_typeof", output_field=TextField())
    condition = Exact(shape, Value("array"))
    return models.CheckConstraint(condition=condition, name=f"criteria_set_{field}_shaped")


def _is_possible(field: str) -> models.CheckConstraint:
    condition = Q(**{f"{field}__range": POSSIBLE})
    return models.CheckConstraint(condition=condition, name=f"criteria_set_{field}_in_bounds")


class CriteriaSet(models.Model):
    """What one payer asks before one service, in our own words, from a named source. A published version
    never changes; a packet names the one that it was answered against."""

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    service = models.CharField(max_length=120)
    title = models.CharField(max_length=160)
    payer = models.CharField(max_length=120)
    note = models.TextField(blank=True, help_text="What guidelines say of the service itself.")
    modality = models.SlugField(
        max_length=60,
        blank=True,
        help_text="Of the protocol: what guidelines say of it stands beside.",
    )
    regions = models.JSONField(default=list, help_text="Of complaints that it can be asked for.")
    source_id = models.CharField(max_length=80)
    source_url = models.URLField(max_length=300)
    source_date = models.DateField()
    checked_on = models.DateField()
    checked_by = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who compared the numbers with the source; nobody yet.",
    )
    expires_on = models.DateField()
    criteria = models.JSONField(help_text="In their order: key, title, test, told, unless.")
    source = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="criteria_set_version_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="criteria_set_version_from_one"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("checked_on")),
                name="criteria_set_expires_after_its_check",
            ),
            *(_is_list(field) for field in ("regions", "criteria")),
            *(_is_possible(field) for field in ("source_date", "checked_on", "expires_on")),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def lines(self) -> list[Criterion]:
        return [Criterion(**line) for line in self.criteria]

    def is_expired(self, today: date) -> bool:
        """`expires_on` is the last day on which it holds."""
        return today > self.expires_on
