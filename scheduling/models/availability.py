from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from patients.bounds import PLANNED, days
from patients.models.trial import same
from scheduling.queries import AvailabilityExceptionQuerySet, AvailabilityQuerySet, RoomQuerySet

POSSIBLE_MINUTES = (5, 240)


def _days() -> Func:
    """From the first day to the last, both included."""
    return Func("date", "last_on", Value("[]"), function="daterange")


def plain(name: Any) -> Func:
    """Letters and digits alone, small: "Room 4", "room-4" and "ROOM  4" are one room."""
    signs = Value("[^[:alnum:]]+"), Value(""), Value("g")
    return Func(Lower(name), *signs, function="regexp_replace", output_field=models.TextField())


@pghistory.track()
class Room(models.Model):
    """A place of the clinic, chosen by hours, visit types and visits. Retired, never deleted."""

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("clinic", plain("name"), name="one_room_per_name"),
            models.CheckConstraint(
                condition=Q(name__regex="[[:alnum:]]"), name="room_name_says_something"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="room_retired_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Availability(models.Model):
    """A clinician's weekly hours, in the clinic's local time. Ended, never deleted."""

    membership = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="availabilities"
    )
    weekday = models.PositiveSmallIntegerField(choices=list(WEEKDAYS.items()))
    starts = models.TimeField()
    ends = models.TimeField()
    room = models.ForeignKey(Room, models.PROTECT, related_name="availabilities")
    slot_minutes = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="availability_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")), name="availability_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__range=POSSIBLE_MINUTES),
                name="availability_slot_possible",
            ),
            # A pattern withdrawn before it began has no day left: until the day before its first.
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on") - 1),
                name="availability_until_after_from",
            ),
            *days("availability", PLANNED, "from_on", "until_on"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.membership}: {self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AvailabilityException(models.Model):
    """Days that differ: time off of a clinician, or extra hours in a room.

    Without hours it is off all day; with hours, at these hours on each of the days. Days on which the whole
    clinic is closed stand with the clinic (`Clinic.closed_on`): the phone and the desk know the same.
    """

    class Kind(models.TextChoices):
        OFF = "off", _("Time off")
        EXTRA = "extra", _("Extra hours")

    membership = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="availability_exceptions"
    )
    date = models.DateField(help_text="The first day.")
    last_on = models.DateField(help_text="The last day; the same for a single one.")
    kind = models.CharField(max_length=5, choices=Kind)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    slot_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = AvailabilityExceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None, ends=None)
                | Q(starts__isnull=False, ends__isnull=False, starts__lt=F("ends")),
                name="exception_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(kind="off", room=None, slot_minutes=None)
                | Q(
                    kind="extra",
                    starts__isnull=False,
                    room__isnull=False,
                    slot_minutes__isnull=False,
                    slot_minutes__range=POSSIBLE_MINUTES,
                ),
                name="exception_off_or_extra_whole",
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("date")) & (Q(kind="off") | Q(last_on=F("date"))),
                name="exception_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="one_leave_at_a_time",
                expressions=[
                    (same("membership"), RangeOperators.OVERLAPS),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="off", starts=None),
            ),
            *days("exception", PLANNED, "date", "last_on"),
        ]

    def __str__(self) -> str:
        days = f"{self.date}" if self.is_one_day else f"{self.date} to {self.last_on}"
        return f"{self.membership}: {self.get_kind_display()} {days}"

    @property
    def is_one_day(self) -> bool:
        return self.date == self.last_on
