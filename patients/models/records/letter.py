from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.languages import languages
from patients.models.records.base import in_line
from patients.queries.records import LetterQuerySet

# Opens a place that somebody still has to fill in by hand.
GAP = "[["


class Letter(models.Model):
    """One version of a letter that follows from a reassessment; the newest is how it stands.

    A draft is written over by the next version, a final letter is corrected by a further draft or
    withdrawn: append-only, so every version can be read. The product sends none.
    """

    class Kind(models.TextChoices):
        GP = "gp", _("Letter to the GP")
        PATIENT = "patient", _("Letter to the patient")
        REFERRAL = "referral", _("Referral letter")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINAL = "final", _("Final")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reassessment = models.ForeignKey(
        "patients.Reassessment", models.PROTECT, related_name="letters"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State)
    addressee = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, choices=languages)
    text = models.TextField()
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was withdrawn.")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reassessment", "kind", "version"], name="one_letter_per_version"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["gp", "patient", "referral"]), name="letter_kind_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="letter_has_words"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "final"], reason="")
                | (Q(state="withdrawn") & ~Q(reason="")),
                name="letter_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(kind="patient") | ~Q(addressee=""),
                name="letter_final_is_addressed",
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | ~Q(text__contains=GAP), name="letter_final_has_no_gap"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            in_line("patients_letter", "reassessment_id", "kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_state_display()}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_final(self) -> bool:
        return self.state == self.State.FINAL
