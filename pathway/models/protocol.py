from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models

from pathway.models.message import PatientMessage, SafetyLevel
from pathway.models.threshold import (
    DEADLINES_SINCE,
    SETTINGS_SINCE,
    Deadline,
    Threshold,
    ThresholdUse,
    rules_of,
)
from pathway.models.translation import SpokenChar, SpokenText
from pathway.queries import ProtocolQuerySet
from pathway.rules import Rules

if TYPE_CHECKING:
    from pathway.models.tier import Tier, TrialWindow


class Protocol(models.Model):
    """One published version of the pathway. Its rows never change; trials and flags name it for good."""

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    title = SpokenChar(max_length=120)
    summary = SpokenText()
    disclaimer = SpokenText()
    clinician_disclaimer = models.TextField()
    veterans = SpokenText()
    emergency_advice = SpokenText()
    urgent_advice = SpokenText()
    urgent_closed_advice = SpokenText()
    routine_advice = SpokenText()
    source = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    # Set as the last step of publishing, in the same transaction: from then on no row is added either.
    sealed = models.BooleanField(default=False)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"], name="pathway_protocol_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="pathway_protocol_version_from_one"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_protocol_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sealed=True),
            ),
            pgtrigger.Protect(name="protocol_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    def tier(self, level: int) -> Tier:
        return self.tiers.get(level=level)

    def window(self, level: int, chronicity: str) -> TrialWindow:
        return self.windows.get(tier__level=level, chronicity=chronicity)

    @property
    def thresholds(self) -> Rules:
        """The numbers that the rules run on, in the types that they expect."""
        return _rules(self.pk) if self.sealed else rules_of(self.threshold_rows.all())

    def deadline(self, kind: str) -> Deadline:
        """How soon a flag of this kind is to be decided; no query where the rows were prefetched."""
        wanted = ThresholdUse.DEADLINE, kind
        rows = [row for row in self.threshold_rows.all() if (row.use, row.key) == wanted]
        return Deadline(int(rows[0].value), rows[0].unit) if rows else DEADLINES_SINCE[kind]

    def setting(self, key: str) -> int:
        value = _numbers(self.pk).get((ThresholdUse.SETTING, key))
        return SETTINGS_SINCE[key] if value is None else int(value)

    def rule(self, key: str) -> float:
        """One of the rules' own numbers; all of them in their types: `thresholds`."""
        return float(_numbers(self.pk)[ThresholdUse.RULE, key])

    def advice(self, level: str) -> str:
        """What to do after a yes. `{emergency_number}` and `{clinic_phone}` are the clinic's to fill."""
        return {
            SafetyLevel.EMERGENCY.value: self.emergency_advice,
            SafetyLevel.URGENT.value: self.urgent_advice,
        }.get(level, self.routine_advice)

    def message(self, status: str) -> PatientMessage:
        """An older version may lack a message that was added later: then nothing is said."""
        found = _messages(self.pk)
        return found[status] if status in found else PatientMessage(key=status)


@lru_cache(maxsize=64)
def _numbers(protocol: int) -> dict[tuple[str, str], Decimal]:
    """By use and key. Rows of a published version never change, so each process reads them once."""
    rows = Threshold.objects.filter(protocol=protocol).values_list("use", "key", "value")
    return {(use, key): value for use, key, value in rows}


@lru_cache(maxsize=64)
def _rules(protocol: int) -> Rules:
    """Likewise."""
    return rules_of(Threshold.objects.filter(protocol=protocol))


@lru_cache(maxsize=64)
def _messages(protocol: int) -> dict[str, PatientMessage]:
    """By status; likewise read once per process."""
    return {row.key: row for row in Protocol(pk=protocol).messages.all()}
