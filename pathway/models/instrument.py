from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from pathway.models.part import CitedPart, Part
from pathway.models.translation import SpokenChar, SpokenText

if TYPE_CHECKING:
    from django.db.models.query import QuerySet

# The table of instruments is the place where a licence is recorded; its items obey it in the database too.
ITEMS_ONLY_WHERE_FREE = """
    IF NOT EXISTS (SELECT 1 FROM pathway_instrument WHERE id = NEW.instrument_id AND may_ship_items)
    THEN
        RAISE EXCEPTION 'pathway: the licence of this instrument does not let its items be shipped';
    END IF;
    RETURN NEW;
"""


class ItemsNotFreeToShip(Exception):
    """The instrument's licence is not recorded as free: only its total score may be entered."""


class Licence(models.TextChoices):
    FREE = "free", "free to use and reproduce"
    ATTRIBUTION = "attribution", "free to reproduce with attribution"
    LICENSED = "licensed", "proprietary: total score only"
    UNKNOWN = "unknown", "not settled: total score only"


FREE_LICENCES = [Licence.FREE, Licence.ATTRIBUTION]


class Scoring(models.TextChoices):
    SINGLE = "single", "the one answer"
    MEAN = "mean", "mean of the items"
    COUNT = "count", "number of sentences ticked"
    TOTAL = "total", "total score, entered by hand"


class Instrument(CitedPart):
    """A questionnaire: its range, its direction, and what its licence lets us show."""

    name = SpokenChar(max_length=120)
    short_name = SpokenChar(max_length=40)
    purpose = SpokenText()
    instruction = SpokenText(blank=True, default="")
    minimum = models.SmallIntegerField()
    maximum = models.SmallIntegerField()
    higher_is_worse = models.BooleanField()
    scoring = models.CharField(max_length=6, choices=Scoring)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    meaningful_change = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    licence = models.CharField(max_length=11, choices=Licence)
    licence_note = SpokenText()
    may_ship_items = models.BooleanField()
    attribution = models.TextField(blank=True, default="")
    loinc = models.CharField(max_length=10, blank=True, default="")

    class Meta(CitedPart.Meta):
        default_related_name = "instruments"
        constraints = [
            *CitedPart.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(minimum__lt=models.F("maximum")),
                name="pathway_instrument_range",
                violation_error_message="minimum is below maximum",
            ),
            models.CheckConstraint(
                condition=models.Q(scoring__in=Scoring.values), name="pathway_instrument_scoring"
            ),
            models.CheckConstraint(
                condition=models.Q(may_ship_items=False) | models.Q(licence__in=FREE_LICENCES),
                name="pathway_instrument_ships_when_free",
                violation_error_message="items ship only under the licence free or attribution",
            ),
            models.CheckConstraint(
                condition=models.Q(licence__in=Licence.values), name="pathway_instrument_licence"
            ),
        ]

    def items_to_show(self) -> QuerySet[InstrumentItem]:
        """The items in order; every page that renders a questionnaire gets them here and only here."""
        if not self.may_ship_items:
            raise ItemsNotFreeToShip(
                f"{self.name}: licence {self.licence}. Enter the total score instead."
            )
        return self.items.in_order()


class InstrumentItem(Part):
    """One item in its published wording, which is never edited."""

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="items")
    text = SpokenText()
    low_anchor = SpokenChar(max_length=60, blank=True, default="")
    high_anchor = SpokenChar(max_length=60, blank=True, default="")
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta(Part.Meta):
        default_related_name = "instrument_items"
        triggers = [
            *Part.Meta.triggers,
            pgtrigger.Trigger(
                name="items_only_where_free",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=ITEMS_ONLY_WHERE_FREE,
            ),
        ]
