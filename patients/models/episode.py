from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.known import one_of
from patients.bounds import HAPPENED, PLANNED, days
from patients.models.follow_merge import follows_merge
from patients.queries.records import EpisodeQuerySet, RecordQuerySet

MOST_WEEKS = 1040


@pghistory.track()
class Episode(models.Model):
    """One spine complaint of one patient. Acute or chronic follows from the onset, never stored.

    While an intake runs, the complaint is not described yet: no condition, no region, no onset.
    """

    class Region(models.TextChoices):
        NECK = "neck", _("Neck")
        BACK = "back", pgettext_lazy("part of the body", "Back")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="episodes")
    condition = models.ForeignKey("pathway.Condition", models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=4, choices=Region, blank=True)
    radiating = models.BooleanField(default=False, help_text="With symptoms in an arm or a leg.")
    onset_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField()
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    watch_until = models.DateField(
        null=True,
        blank=True,
        help_text="Out of the steps; until then pain that returns is noticed.",
    )

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.CheckConstraint(
                condition=Q(onset_on__lte=F("opened_on")), name="episode_onset_before_opening"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None)
                | Q(
                    closed_on__gte=F("opened_on"), closed_on__isnull=False, closed_by__isnull=False
                ),
                name="episode_closed_on_with_by",
            ),
            models.CheckConstraint(
                condition=Q(condition=None, onset_on=None, region="", radiating=False)
                | Q(
                    condition__isnull=False,
                    onset_on__isnull=False,
                    region__in=["neck", "back"],
                ),
                name="episode_described_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(watch_until=None) | Q(closed_on=None), name="episode_watched_is_open"
            ),
            models.UniqueConstraint(
                fields=["patient", "region"],
                condition=Q(closed_on=None),
                name="one_open_episode_per_region",
            ),
            *days("episode", HAPPENED, "onset_on"),
            *days("episode", PLANNED, "opened_on", "closed_on", "watch_until"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.condition or _('complaint not described yet')}"

    @property
    def is_described(self) -> bool:
        """Whether a clinician has said what the complaint is."""
        return self.onset_on is not None


@pghistory.track()
class PriorTreatment(models.Model):
    """What was tried before this clinic, so that nobody is sent back to the start."""

    class Helped(models.TextChoices):
        YES = "yes", _("It helped")
        SOME = "some", _("It helped some")
        NO = "no", _("It did not help")
        UNKNOWN = "unknown", _("I do not know")

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="prior_treatments")
    level = models.PositiveSmallIntegerField(help_text="The tier that it belongs to, 1 to 4.")
    what = models.CharField(max_length=200)
    weeks = models.PositiveSmallIntegerField()
    attended = models.BooleanField(help_text="Whether most of it was done.")
    helped = models.CharField(max_length=10, choices=Helped)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("prior_treatment", "helped", "yes some no unknown"),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="prior_treatment_level_known"
            ),
            models.CheckConstraint(
                condition=Q(weeks__range=(1, MOST_WEEKS)), name="prior_treatment_weeks_possible"
            ),
        ]

    def __str__(self) -> str:
        return self.what
