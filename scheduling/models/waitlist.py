from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import PLANNED, days, instants
from patients.models.follow_merge import follows_merge
from scheduling.queries import WaitlistEntryQuerySet, WaitlistOfferQuerySet

EVERY_DAY = list(range(7))
POSSIBLE_NOTICE = (2, 336)


def every_day() -> list[int]:
    return list(EVERY_DAY)


@pghistory.track()
class WaitlistEntry(models.Model):
    """A patient who would come earlier, or at other times, than can be had now; closed, never deleted."""

    class Reach(models.TextChoices):
        EMAIL = "email", _("By e-mail: they accept by a link")
        PHONE = "phone", _("By phone: we call them")

    class Closing(models.TextChoices):
        BOOKED = "booked", _("Booked")
        OVER = "over", _("The visit took place")
        WITHDRAWN = "withdrawn", _("Not wanted any more")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="waitlist_entries")
    visit_type = models.ForeignKey(
        "scheduling.VisitType", models.PROTECT, related_name="waitlist_entries"
    )
    visit = models.ForeignKey(
        "scheduling.Consultation",
        models.PROTECT,
        null=True,
        related_name="waitlist_entries",
        help_text="The visit that they have and would move.",
    )
    clinician = models.ForeignKey(
        "accounts.Membership", models.PROTECT, null=True, related_name="+", help_text="Or anybody."
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=every_day, help_text="Monday is 0."
    )
    from_time = models.TimeField(null=True, blank=True, help_text="On the clinic's clock.")
    until_time = models.TimeField(null=True, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    reach = models.CharField(max_length=5, choices=Reach)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    closing = models.CharField(max_length=10, choices=Closing, blank=True)

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "visit_type"],
                condition=Q(closed_at=None),
                name="one_place_in_line_per_type",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=EVERY_DAY, weekdays__len__gt=0),
                name="waitlist_weekdays_known",
            ),
            models.CheckConstraint(
                condition=Q(from_time=None) | Q(until_time=None) | Q(from_time__lt=F("until_time")),
                name="waitlist_from_before_until",
            ),
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(last_on=None) | Q(first_on__lte=F("last_on")),
                name="waitlist_first_before_last",
            ),
            models.CheckConstraint(
                condition=Q(notice_hours__range=POSSIBLE_NOTICE), name="waitlist_notice_possible"
            ),
            one_of("waitlist", "reach", "email phone"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closing="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    closing__in=["booked", "over", "withdrawn"],
                ),
                name="waitlist_closed_whole",
            ),
            *days("waitlist", PLANNED, "first_on", "last_on"),
        ]
        indexes = [
            models.Index(
                fields=["visit_type", "added_at"],
                condition=Q(closed_at=None),
                name="waitlist_in_line",
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.visit_type}"

    @property
    def days_in_words(self) -> str:
        """Which weekdays suit: "Mon, Wed"; all of them, any day."""
        if len(set(self.weekdays)) == len(EVERY_DAY):
            return gettext("any day")
        return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(set(self.weekdays)))


@pghistory.track()
class WaitlistOffer(models.Model):
    """One time that was held for somebody in line, and what came of it. `hold` is gone once it ended."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        LET_GO = "let_go", _("Let go by the patient")
        RELEASED = "released", _("Let go by us")
        LAPSED = "lapsed", _("No answer in time")

    entry = models.ForeignKey(WaitlistEntry, models.PROTECT, related_name="offers")
    hold = models.OneToOneField(
        "scheduling.Consultation", models.SET_NULL, null=True, related_name="waitlist_offer"
    )
    slot_key = models.CharField(max_length=40, help_text="The time, as `Slot.key` names it.")
    starts_at = models.DateTimeField()
    clinician = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    until = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = WaitlistOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answered_at=None), name="one_open_offer_in_line"
            ),
            models.UniqueConstraint(fields=["entry", "slot_key"], name="a_time_is_offered_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(
                    answered_at__isnull=False,
                    answer__in=["accepted", "let_go", "released", "lapsed"],
                ),
                name="waitlist_offer_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("offered_at"), until__lte=F("starts_at")),
                name="waitlist_offer_ends_in_time",
            ),
            *instants("waitlist_offer", PLANNED, "starts_at", "until"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, {self.starts_at:%Y-%m-%d %H:%M} UTC"
