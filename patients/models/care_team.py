from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.bounds import PLANNED, instants
from patients.models.follow_merge import follows_merge
from patients.queries.team import BreakGlassQuerySet, CareTeamQuerySet, CoverQuerySet


@pghistory.track()
class CareTeamMember(models.Model):
    """Who of a clinic's people cares for a patient. Where the clinic asks for it
    (`Clinic.care_team_only`), clinicians see only these patients."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="care_team")
    membership = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="care_of")
    since = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = CareTeamQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "membership"],
                condition=Q(until=None),
                name="once_on_a_care_team",
            ),
            models.CheckConstraint(
                condition=Q(until=None, ended_by=None)
                | Q(until__gte=F("since"), until__isnull=False, ended_by__isnull=False),
                name="care_team_until_with_by",
            ),
            *instants("care_team", PLANNED, "since", "until"),
        ]

    def __str__(self) -> str:
        return str(self.membership)

    @property
    def initials(self) -> str:
        """Of the first and the last name; a title such as "Dr." is none."""
        names = [word for word in self.membership.user.name.split() if not word.endswith(".")]
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()


@pghistory.track()
class Cover(models.Model):
    """`membership` stands in for `absent` from one instant to another, and sees their patients."""

    absent = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="covered")
    membership = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="covers")
    from_at = models.DateTimeField()
    until = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = CoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(absent=F("membership")), name="nobody_covers_for_themselves"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("from_at")), name="cover_ends_after_its_start"
            ),
            *instants("cover", PLANNED, "from_at", "until"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} for {self.absent}"


class BreakGlass(models.Model):
    """Emergency access: a clinician outside the care team opened a record, with a reason, for some hours.
    Append-only: the clinic's administrator and the patient see each."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="break_glasses")
    membership = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="break_glasses"
    )
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateTimeField()

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="break_glass_ends"),
            *instants("break_glass", PLANNED, "until"),
        ]
        indexes = [models.Index(fields=["membership", "until"], name="glasses_of_a_clinician")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.reason}"
