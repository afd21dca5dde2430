"""What every row of a protocol shares: its place in the source, its sources, and that it is fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from pathway.queries import PartQuerySet

if TYPE_CHECKING:
    from django.db.models.query import QuerySet

    from pathway.models.evidence import Evidence

NOT_INTO_A_PUBLISHED_ONE = """
    IF EXISTS (SELECT 1 FROM pathway_protocol WHERE id = NEW.protocol_id AND sealed) THEN
        RAISE EXCEPTION 'pathway: a published protocol takes no further rows (%)', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
"""


class Part(models.Model):
    """A row of one protocol version. Unverified content says what its clinical reviewer has to settle."""

    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT)
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    verified = models.BooleanField(default=True)
    sign_off = models.CharField(max_length=300, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "key"], name="%(app_label)s_%(class)s_key_once"
            ),
            models.CheckConstraint(
                condition=models.Q(verified=True) | ~models.Q(sign_off=""),
                name="%(app_label)s_%(class)s_unverified_says_why",
                violation_error_message="unverified content needs a sign_off text that says what is open",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_part_is_fixed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="published_protocol_is_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_INTO_A_PUBLISHED_ONE,
            ),
        ]

    def __str__(self) -> str:
        return self.key


class CitedPart(Part):
    """A part that rests on entries of the protocol's evidence list, named by key."""

    evidence_keys = ArrayField(models.SlugField(max_length=60), default=list, blank=True)

    class Meta(Part.Meta):
        abstract = True

    @property
    def evidence(self) -> QuerySet[Evidence]:
        return self.protocol.evidence.keyed(self.evidence_keys)
