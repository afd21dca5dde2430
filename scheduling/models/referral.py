from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.bounds import PLANNED, days
from patients.models.follow_merge import follows_merge
from scheduling.models.visit_type import VisitType
from scheduling.queries import ReferralQuerySet
from scheduling.rules.authorisation import WARN_DAYS


@pghistory.track()
class Referral(models.Model):
    """A VA community-care referral and its dates. VA decides; the clinic records what VA decided.

    Who took each step, and when, stands in history; a renewal is a referral of its own.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        AUTHORISED = "authorised", _("Authorised")
        SCHEDULED = "scheduled", _("Visit scheduled")
        SEEN = "seen", _("Patient seen")
        RETURNED = "returned", _("Records returned")
        CLOSED = "closed", _("Closed")

    class Closing(models.TextChoices):
        RENEWED = "renewed", _("Renewed by another one")
        USED = "used", _("Used up or expired")
        REFUSED = "refused", _("VA did not authorise it")
        WITHDRAWN = "withdrawn", _("No longer needed")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="referrals")
    number = models.CharField(max_length=40, blank=True, help_text="VA's number of it.")
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    visits_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    covers = ArrayField(
        models.CharField(max_length=20, choices=VisitType.Purpose),
        default=list,
        blank=True,
        help_text="What the visits may be for; empty where VA named nothing.",
    )
    warned_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Which warning before the end somebody has seen to last."
    )
    seoc = models.CharField(
        max_length=120, blank=True, help_text="The standardized episode of care, as VA named it."
    )
    closing = models.CharField(max_length=12, choices=Closing, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=~Q(state="closed"),
                name="one_open_referral_per_patient",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None, visits_allowed=None)
                | Q(
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gte=F("starts_on"),
                    visits_allowed__isnull=False,
                    visits_allowed__gte=1,
                ),
                name="referral_authorised_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", ends_on=None)
                | Q(
                    state__in=["authorised", "scheduled", "seen", "returned"],
                    ends_on__isnull=False,
                )
                | Q(state="closed"),
                name="referral_state_fits",
            ),
            models.CheckConstraint(
                condition=(~Q(state="closed") & Q(closing=""))
                | Q(state="closed", closing__in=["renewed", "used", "refused", "withdrawn"]),
                name="referral_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(covers__contained_by=list(VisitType.Purpose.values)),
                name="referral_covers_known",
            ),
            models.CheckConstraint(
                condition=Q(covers=[]) | Q(ends_on__isnull=False),
                name="referral_covers_once_authorised",
            ),
            models.CheckConstraint(
                condition=Q(warned_days=None)
                | Q(
                    warned_days__isnull=False,
                    warned_days__in=list(WARN_DAYS),
                    ends_on__isnull=False,
                ),
                name="referral_warning_known",
            ),
            *days("referral", PLANNED, "starts_on", "ends_on"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.get_state_display()}"

    @property
    def covers_in_words(self) -> str:
        return ", ".join(str(VisitType.Purpose(one).label) for one in self.covers)
