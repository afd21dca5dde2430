from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import PLANNED, instants
from scheduling.queries import VisitReminderQuerySet


@pghistory.track()
class VisitReminder(models.Model):
    """One attempt to remind a patient of a visit at one time: the e-mail that was posted, or why none was.

    It names the time that it was about: a visit that moves is reminded of anew.
    """

    class Dropped(models.TextChoices):
        CANCELLED = "cancelled", _("The visit was cancelled")
        MOVED = "moved", _("The visit was moved")
        BEGUN = "begun", _("It would have come too late")
        OVERTAKEN = "overtaken", _("A later one was due already")
        NO_ACCOUNT = "no_account", _("The patient has no account")

    visit = models.ForeignKey("scheduling.Consultation", models.PROTECT, related_name="reminders")
    starts_at = models.DateTimeField(help_text="The time of the visit that it was about.")
    hours_before = models.PositiveSmallIntegerField()
    posted_at = models.DateTimeField()
    notice = models.OneToOneField("accounts.Notice", models.PROTECT, null=True, related_name="+")
    dropped = models.CharField(max_length=12, choices=Dropped, blank=True)

    objects = VisitReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "starts_at", "hours_before"], name="one_reminder_a_time"
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False) | ~Q(dropped=""),
                name="reminder_posted_or_dropped",
            ),
            one_of("reminder", "dropped", "cancelled moved begun overtaken no_account", blank=True),
            *instants("reminder", PLANNED, "starts_at"),
        ]

    def __str__(self) -> str:
        return f"{self.hours_before} hours before {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def outcome(self) -> str:
        """What became of it, in staff's words."""
        if self.dropped or self.notice is None:
            return str(self.get_dropped_display())
        return self.notice.outcome
