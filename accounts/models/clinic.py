from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.constraints import list_of_days
from accounts.known import json_object
from accounts.queries import MembershipQuerySet
from accounts.zones import UTC, only_known_zones, validate_zone, zone_of

WORKDAYS = (0, 1, 2, 3, 4)
WEEK = 7
MOST_CLOSED_DAYS = 60
# What a phone dials as it stands: no words, no extension.
EMERGENCY = re.compile(r"[0-9]{3,6}")
DIALLED = re.compile(r"\+?[0-9(][0-9 ().-]{1,38}[0-9]")


def workdays() -> list[int]:
    """Monday to Friday; Monday is 0."""
    return list(WORKDAYS)


@dataclass(frozen=True)
class Opening:
    """Whether somebody answers the phone now; `changes_at` is when that ends or begins, in the
    clinic's time, None where no day is named."""

    is_open: bool
    changes_at: datetime | None
    days_ahead: int = 0


def validate_short_number(number: str) -> None:
    """Such as 911 or 112."""
    if not EMERGENCY.fullmatch(number):
        raise ValidationError(_("Give a number of three to six digits, such as 911."))


def validate_dialled(number: str) -> None:
    """A tap on it has to call, on the day on which somebody needs it."""
    if not DIALLED.fullmatch(number):
        raise ValidationError(_("Give a phone number that can be dialled, such as 555-0100."))


@pghistory.track()
class Clinic(models.Model):
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, validators=[validate_dialled])
    phone_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        default=workdays,
        blank=True,
        help_text="Monday is 0; none: closed for now.",
    )
    phone_opens = models.TimeField(default=time(8))
    phone_closes = models.TimeField(default=time(17))
    closed_on = ArrayField(
        models.DateField(), default=list, blank=True, help_text="Holidays: nobody answers all day."
    )
    emergency_number = models.CharField(max_length=20, default="911")
    alert_email = models.EmailField(
        help_text="Who is told of an urgent flag that waits; never with health data in the message."
    )
    next_alert_email = models.EmailField(
        blank=True, help_text="Who is told when nobody took on an urgent flag in time."
    )
    legal_age = models.PositiveSmallIntegerField(
        default=18,
        db_default=18,
        help_text="From this birthday on a patient decides alone: a parent's access has ended.",
    )
    care_team_only = models.BooleanField(
        default=False, help_text="Clinicians see only the patients whose care team they belong to."
    )

    sender_name = models.CharField(
        max_length=60, blank=True, help_text="Whose mail it is; empty: the installation's."
    )
    reminder_texts = models.JSONField(
        default=dict,
        blank=True,
        help_text="By kind of reminder and language: accounts/reminder_words.py.",
    )
    colour = models.CharField(max_length=6, blank=True, help_text="Such as 0b5a6f.")
    logo = models.CharField(max_length=32, blank=True, help_text="The name of one of its logos.")
    sign_on_roles = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Who has to come by the clinic's own sign-on; administrators never have to.",
    )

    class Meta:
        constraints = [
            *json_object("clinic", "reminder_texts"),
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex=r"^[0-9a-f]{6}$"),
                name="clinic_colour_known",
            ),
            models.CheckConstraint(
                condition=Q(sign_on_roles__contained_by=["clinician", "scheduler"]),
                name="clinic_sign_on_roles_known",
            ),
            models.CheckConstraint(
                condition=Q(phone_opens__lt=F("phone_closes")),
                name="clinic_phone_opens_then_closes",
            ),
            models.CheckConstraint(
                condition=Q(phone_weekdays__contained_by=list(range(WEEK))),
                name="clinic_phone_weekdays_known",
            ),
            models.CheckConstraint(
                condition=Q(legal_age__range=(12, 21)), name="clinic_legal_age_of_young_people"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__len__lte=MOST_CLOSED_DAYS), name="clinic_closed_on_few_days"
            ),
            list_of_days("clinic", "closed_on"),
        ]
        triggers = [only_known_zones()]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """UTC where its own is not known; every page of the clinic says so then."""
        return zone_of(self.time_zone) or UTC

    @property
    def zone_is_known(self) -> bool:
        return zone_of(self.time_zone) is not None

    @property
    def phone_hours(self) -> str:
        """In words: "Mon to Fri, 8 a.m. to 5 p.m.", with the days of the coming week on which it is
        closed all the same. For pages and letters that are handed no clock."""
        if not self.phone_weekdays:
            return gettext("closed for now")
        hours = from_to(time_format(self.phone_opens, "P"), time_format(self.phone_closes, "P"))
        usual = f"{_named(sorted(set(self.phone_weekdays)))}, {hours}"
        closed = [date_format(day, gettext("l, F j")) for day in self._closed_soon(timezone.now())]
        return f"{usual}; {gettext('closed')} {', '.join(closed)}" if closed else usual

    def _closed_soon(self, now: datetime) -> list[date]:
        today = now.astimezone(self.zone).date()
        soon = [today + timedelta(days=ahead) for ahead in range(WEEK)]
        return [day for day in soon if day in self.closed_on and self._is_workday(day)]

    @property
    def opening_now(self) -> Opening:
        """For a page that is the same for everybody and is handed no clock."""
        return self.opening(timezone.now())

    def opening(self, now: datetime) -> Opening:
        """In the clinic's zone, its holidays known."""
        here = now.astimezone(self.zone)
        for ahead in range(WEEK * (len(self.closed_on) + 1) + 1):
            day = here.date() + timedelta(days=ahead)
            opens, closes = self._phone_on(day)
            if not self._is_workday(day) or day in self.closed_on or here >= closes:
                continue
            if here >= opens:
                return Opening(is_open=True, changes_at=closes)
            return Opening(is_open=False, changes_at=opens, days_ahead=ahead)
        return Opening(is_open=False, changes_at=None)

    def _is_workday(self, day: date) -> bool:
        return day.weekday() in self.phone_weekdays

    def _phone_on(self, day: date) -> tuple[datetime, datetime]:
        ends = (self.phone_opens, self.phone_closes)
        opens, closes = (datetime.combine(day, end, self.zone) for end in ends)
        return opens, closes


def from_to(first: str, last: str) -> str:
    return pgettext("opening hours", "%(first)s to %(last)s") % {"first": first, "last": last}


def _named(weekdays: list[int]) -> str:
    """Days in a row by their first and last, others one by one."""
    names = [str(WEEKDAYS_ABBR[day]) for day in weekdays]
    in_a_row = bool(weekdays) and weekdays == list(range(weekdays[0], weekdays[-1] + 1))
    return from_to(names[0], names[-1]) if in_a_row and len(names) > 1 else ", ".join(names)


@pghistory.track()
class Membership(models.Model):
    class Role(models.TextChoices):
        CLINICIAN = "clinician", _("Clinician")
        SCHEDULER = "scheduler", _("Scheduler")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    credentials = models.CharField(max_length=40, blank=True, help_text="MD, PT, …")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "clinic"],
                condition=Q(ended_at=None),
                name="one_current_membership_per_clinic",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="membership_ended_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="membership_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["clinician", "scheduler", "administrator"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.user.name, self.credentials]))
