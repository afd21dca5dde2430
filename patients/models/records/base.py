from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.bounds import HAPPENED, days


def stamped(step: str, name: str) -> models.CheckConstraint:
    """`…_at` with `…_by`, or neither."""
    at, by = f"{step}_at__isnull", f"{step}_by__isnull"
    return models.CheckConstraint(
        condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}), name=name
    )


NEXT_IN_LINE = """
    IF NEW.version <> 1 + (SELECT COALESCE(MAX(version), 0) FROM {table} WHERE {same}) THEN
        RAISE EXCEPTION 'next_in_line: % is no next version', NEW.version
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
"""


def in_line(table: str, *keys: str) -> pgtrigger.Trigger:
    """`version` counts 1, 2, 3 … within the same keys: whoever has not read the newest one, and so gives
    a number that is taken or too high, is refused."""
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    return pgtrigger.Trigger(
        name="next_in_line",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=NEXT_IN_LINE.replace("{table}", table).replace("{same}", same),
    )


class Kept(models.Model):
    """Written down by somebody; it can be withdrawn and is never deleted."""

    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [stamped("withdrawn", "%(class)s_withdrawn_at_with_by")]


class EpisodeRecord(Kept):
    """What a clinician wrote down about one complaint."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT)

    class Meta(Kept.Meta):
        abstract = True


class PatientReport(EpisodeRecord):
    """The same, or what the patient told and a clinician confirmed: then parts of it may be missing."""

    reported_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day on which the patient told of it; none: a clinician wrote it down.",
    )

    class Meta(EpisodeRecord.Meta):
        abstract = True
        constraints = [
            *EpisodeRecord.Meta.constraints,
            *days("%(class)s", HAPPENED, "reported_on"),
        ]
