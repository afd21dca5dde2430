from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Func, Q

from accounts.known import json_object
from patients.bounds import HAPPENED, days
from patients.models.records.base import EpisodeRecord, in_line, stamped
from patients.queries.records import KeptQuerySet, OfReassessmentQuerySet, UnreadEntryQuerySet

# Where a day begins first on earth: no clinic's calendar is ahead of it.
FIRST_ZONE = "Pacific/Kiritimati"
FINISHES_WHOLE = """
    IF OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM patients_signseen WHERE reassessment_id = NEW.id AND confirmed IS NULL
    ) THEN
        RAISE EXCEPTION 'reassessment_finished_signs_answered' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.finished_at IS NOT NULL AND NEW.finished_at IS NOT NULL AND
        to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id'
        <> to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id'
    THEN
        RAISE EXCEPTION 'reassessment_finished_is_fixed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
NOT_WHEN_FINISHED = """
    IF EXISTS (
        SELECT 1 FROM patients_reassessment
         WHERE id = NEW.reassessment_id AND finished_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'reassessment_finished_is_fixed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def fixed_with_it(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """A part of a finished reassessment is as fixed as the whole."""
    return pgtrigger.Trigger(
        name="fixed_when_finished",
        when=pgtrigger.Before,
        operation=operation,
        func=NOT_WHEN_FINISHED,
    )


def _day_of(instant: str) -> Func:
    """The latest calendar day that anybody on earth has then."""
    template = f"(%(expressions)s AT TIME ZONE '{FIRST_ZONE}')::date"
    return Func(F(instant), template=template, output_field=models.DateField())


@pghistory.track()
class Reassessment(EpisodeRecord):
    """Tier 5: the whole picture looked at, and a decision made together.

    Fixed while it is finished. How each answer came about, and that finishing was undone, stands in
    its entries.
    """

    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="+")
    held_on = models.DateField()
    imaging_reviewed = models.BooleanField(null=True)
    imaging_note = models.TextField(blank=True)
    function_note = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    interest_disclosed = models.TextField(
        blank=True, help_text="What the clinic gains from an option, as the patient was told."
    )
    shared_decision = models.TextField(blank=True)
    outcome = models.ForeignKey("pathway.Option", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = KeptQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "reassessments"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            stamped("finished", "reassessment_finished_at_with_by"),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | (
                    Q(outcome__isnull=False, imaging_reviewed__isnull=False)
                    & ~Q(shared_decision="")
                    & ~Q(goals="")
                    & ~Q(interest_disclosed="")
                ),
                name="reassessment_finished_is_whole",
            ),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="one_unfinished_reassessment",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(held_on__lte=_day_of("finished_at")),
                name="reassessment_held_before_finished",
            ),
            *days("reassessment", HAPPENED, "held_on"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="finishes_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=FINISHES_WHOLE,
            )
        ]

    def __str__(self) -> str:
        return f"Reassessment {self.held_on}"


@pghistory.track()
class SignSeen(models.Model):
    """One ceiling sign: what the data say, and what the clinician says of it."""

    reassessment = models.ForeignKey(Reassessment, models.PROTECT, related_name="signs")
    sign = models.ForeignKey("pathway.CeilingSign", models.PROTECT, related_name="+")
    found = models.BooleanField(help_text="Ticked from the data.")
    basis = models.CharField(max_length=300, help_text="The numbers that it was ticked from.")
    confirmed = models.BooleanField(null=True)

    objects = OfReassessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reassessment", "sign"], name="one_row_per_sign_and_reassessment"
            )
        ]
        triggers = [fixed_with_it(pgtrigger.Insert | pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.sign}: {self.basis}"


@pghistory.track()
class OptionWeighed(models.Model):
    """One of the protocol's options, as it was talked about."""

    reassessment = models.ForeignKey(Reassessment, models.PROTECT, related_name="options")
    option = models.ForeignKey("pathway.Option", models.PROTECT, related_name="+")
    considered = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    objects = OfReassessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reassessment", "option"], name="one_row_per_option_and_reassessment"
            )
        ]
        triggers = [fixed_with_it(pgtrigger.Insert | pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.option}"


class ReassessmentEntry(models.Model):
    """One answer, each time that somebody gave it: numbered for each question, so that the database takes
    every number once and nobody writes over words that they have not read. Append-only: to put an
    earlier answer back, or to take finishing back, is a further entry.
    """

    FINISHED = "finished"

    reassessment = models.ForeignKey(Reassessment, models.PROTECT, related_name="entries")
    question = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    said = models.JSONField(
        help_text="The answer as the page gave it, a text for each of its fields."
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = UnreadEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            *json_object("entry", "said"),
            models.UniqueConstraint(
                fields=["reassessment", "question", "version"],
                name="one_entry_per_version_of_an_answer",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="entry_names_its_question"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            in_line("patients_reassessmententry", "reassessment_id", "question"),
            pgtrigger.Trigger(
                name="fixed_when_finished",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__question="finished"),
                func=NOT_WHEN_FINISHED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.version}"
