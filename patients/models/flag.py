from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import json_object, one_of
from patients.bounds import PLANNED, instants
from patients.queries.flags import FindingQuerySet, FlagQuerySet


class Kind(models.TextChoices):
    """What a finding says, the most severe first where two are found at once."""

    SAFETY = "safety", _("Safety answer")
    WORSENING = "worsening", _("Getting worse")
    CEILING = "ceiling", _("Ceiling signs")
    RELAPSE = "relapse", _("Pain is back after a cycle")
    FUNCTION_WORSE = "function_worse", _("Function getting worse")
    PLATEAU = "plateau", _("Improvement has levelled off")
    WINDOW_COMPLETE = "window_complete", _("Planned end of this step")
    REVIEW_REQUESTED = "review_requested", _("Patient asks for a review")
    OPIOID = "opioid_course", _("Long opioid course")
    SILENT = "insufficient_data", _("Too few logs")
    STEP_DOWN = "step_down", _("Low pain for four weeks")


class Severity(models.IntegerChoices):
    CHECK_IN = 1, _("Check-in")
    REVIEW = 2, _("Review")
    URGENT = 3, _("Urgent")


@pghistory.track()
class Flag(models.Model):
    """What was found in an episode, until a clinician has decided. One open flag per episode:
    later findings fold into it, and `kind`, `sentence` and `severity` are its worst finding's.

    A shadow flag lives beside the flags that people see and never touches one (docs/adr/0007).
    """

    class Closing(models.TextChoices):
        DECIDED = "decided", _("A clinician decided")
        SAFETY = "safety", _("Seen to at the safety desk")
        WITHDRAWN = "withdrawn", _("The logs are back")
        SHADOW_ENDED = "shadow_ended", _("Shadow mode ended")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="flags")
    trial = models.ForeignKey("patients.TierTrial", models.PROTECT, null=True, related_name="flags")
    kind = models.CharField(max_length=30, choices=Kind)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    sentence = models.CharField(max_length=400)
    holds_rules = models.BooleanField(default=False, help_text="A safety answer waits.")
    shadow = models.BooleanField(default=False, help_text="Counted, and shown to no clinician.")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="By when it should be decided.")
    owner = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    owned_at = models.DateTimeField(null=True, blank=True)
    owned_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Then it goes back to the team; kept when it has gone back.",
    )
    assigned_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=300, blank=True)
    snoozed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    last_snoozed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last snoozed; kept when it has woken."
    )
    last_snoozed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    discuss_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is on the list of the weekly meeting."
    )
    discuss_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    discuss_note = models.CharField(max_length=300, blank=True)
    told_next_at = models.DateTimeField(
        null=True, blank=True, help_text="When the clinic's next contact was told of it."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=20, choices=Closing, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("flag", "kind", Kind.values),
            one_of("flag", "closing", "decided safety withdrawn shadow_ended", blank=True),
            models.UniqueConstraint(
                fields=["trial", "shadow"],
                condition=Q(closed_at=None, trial__isnull=False),
                name="one_open_flag_per_trial",
            ),
            models.UniqueConstraint(
                fields=["episode", "shadow"],
                condition=Q(closed_at=None, trial=None),
                name="one_open_flag_per_episode_without_trial",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, owned_at=None)
                | Q(owner__isnull=False, owned_at__isnull=False),
                name="flag_owned_at_with_owner",
            ),
            models.CheckConstraint(
                condition=Q(assigned_by=None) | Q(owner__isnull=False),
                name="flag_assigned_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(last_snoozed_at=None, last_snoozed_by=None)
                | Q(last_snoozed_at__isnull=False, last_snoozed_by__isnull=False),
                name="flag_last_snoozed_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(discuss_at=None, discuss_by=None, discuss_note="")
                | Q(discuss_at__isnull=False, discuss_by__isnull=False),
                name="flag_discuss_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None, snooze_reason="", snoozed_by=None)
                | (Q(snoozed_until__isnull=False, snoozed_by__isnull=False) & ~Q(snooze_reason="")),
                name="flag_snooze_whole",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(holds_rules=False),
                name="safety_flag_never_snoozed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing="")
                | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="flag_closed_at_with_closing",
            ),
            models.CheckConstraint(condition=Q(severity__range=(1, 3)), name="flag_severity_known"),
            models.CheckConstraint(
                condition=Q(shadow=False)
                | Q(holds_rules=False, owner=None, snoozed_until=None)
                & ~Q(kind__in=["safety", "review_requested", "opioid_course"]),
                name="shadow_flag_is_of_rules_only",
            ),
            *instants("flag", PLANNED, "owned_until", "snoozed_until"),
        ]
        indexes = [
            models.Index(
                fields=["-severity", "due_at", "id"],
                condition=Q(closed_at=None),
                name="open_flags_worst_first",
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="closed_flags_latest_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.episode.patient}"

    # Django's own would translate all labels to find one, and lists show many.
    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return str(Kind(self.kind).label)

    def get_severity_display(self) -> str:  # type: ignore[no-redef]
        return str(Severity(self.severity).label)


class Finding(models.Model):
    """One reason, with everything needed to work it out again. Append-only."""

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="findings")
    trial = models.ForeignKey("patients.TierTrial", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    sentence = models.CharField(max_length=400)
    rule = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="+")
    since = models.DateField(help_text="First day of the evidence window.")
    as_of = models.DateField(help_text="The day it was worked out for.")
    found_at = models.DateTimeField()
    numbers = models.JSONField(default=dict)
    inputs_digest = models.CharField(max_length=64, blank=True)
    inputs = models.JSONField(
        default=dict, help_text="What the rules read: patients/review/finding_snapshot.py."
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("finding", "kind", Kind.values),
            one_of("finding", "severity", Severity.values),
            *json_object("finding", "numbers", "inputs"),
            models.UniqueConstraint(
                fields=["flag", "trial", "rule", "rule_version", "protocol", "since"],
                condition=Q(trial__isnull=False),
                name="one_finding_per_evidence_window",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.sentence
