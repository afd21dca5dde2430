from __future__ import annotations

from calendar import isleap
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from accounts.languages import languages
from accounts.zones import only_known_zones, validate_zone, zone_of
from patients.bounds import HAPPENED, PLANNED, days, instants
from patients.finding.folded import FoldedName, FoldedNumber, PhoneDigits, kept
from patients.queries.records import ClinicProtocolQuerySet, PatientQuerySet, ShadowModeQuerySet

if TYPE_CHECKING:
    from patients.models.carer import Carer
    from patients.models.episode import Episode


@pghistory.track(exclude=["name_key", "number_key", "phone_key"])
class Patient(models.Model):
    """A person in the care of one clinic; `user` is set when they accept their invitation."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")
        OTHER = "X", _("Other")

    class Reach(models.TextChoices):
        PHONE = "phone", _("By phone")
        EMAIL = "email", _("By e-mail")

    class ShownAs(models.TextChoices):
        NOBODY = "nobody", _("Say nothing")
        INITIALS = "initials", _("My initials")
        FIRST = "first", _("My first name")

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="patients")
    user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="patients",
        help_text="Who speaks for them: mostly themselves; one person may for several.",
    )
    invitation = models.OneToOneField("accounts.Invitation", models.PROTECT, null=True)
    name = models.CharField(max_length=120)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    number = models.CharField(max_length=40, help_text="The clinic's own record number.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    reach = models.CharField(
        max_length=5,
        choices=Reach,
        blank=True,
        help_text="How the patient asks to be reached first; empty: nobody has asked.",
    )
    language = models.CharField(max_length=5, choices=languages, default="en")
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    is_veteran = models.BooleanField(null=True)
    reminder_hour = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="From 0 to 23 on the patient's own clock; none: no reminders.",
    )
    reminders_off_at = models.DateTimeField(null=True, blank=True)
    reminders_snoozed_until = models.DateField(
        null=True, blank=True, help_text="The first of the patient's days with reminders again."
    )
    shown_as = models.CharField(
        max_length=8,
        choices=ShownAs,
        default=ShownAs.NOBODY,
        db_default="nobody",
        help_text="How e-mails say for whom they are, where several share an address.",
    )
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="Registered by mistake, and nothing was written down."
    )
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_here",
        help_text="The record of the same person that goes on; this one is on no list.",
    )
    # What they are found, sorted and told apart by.
    name_key = kept(FoldedName("name"))
    number_key = kept(FoldedNumber("number"))
    phone_key = kept(PhoneDigits("phone"))

    carer: Carer | None = None  # through whom it is read on this request
    in_care: list[Episode]  # their open complaints, once a page of theirs has read them

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("patient", "sex", "F M X", blank=True),
            models.UniqueConstraint(
                fields=["clinic", "number_key"],
                condition=Q(withdrawn_at=None),
                name="one_patient_per_number",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, user=None)
                & ~Q(withdrawn_reason=""),
                name="patient_withdrawn_whole",
            ),
            one_of("patient", "shown_as", "nobody initials first"),
            models.CheckConstraint(condition=~Q(number_key=""), name="patient_has_number"),
            models.CheckConstraint(
                condition=Q(reach__in=["", "phone", "email"]), name="patient_reach_known"
            ),
            models.CheckConstraint(
                condition=Q(reminder_hour=None) | Q(reminder_hour__lte=23),
                name="patient_reminder_hour_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="patient_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(user=None), name="merged_patient_has_no_account"
            ),
            *days("patient", HAPPENED, "birth_date"),
            *days("patient", PLANNED, "reminders_snoozed_until"),
        ]
        indexes = [
            # A search reads all names of a clinic: with what else it compares beside them, from here alone.
            models.Index(
                fields=["clinic", "name_key", "id"],
                include=[
                    "number_key",
                    "phone_key",
                    "birth_date",
                    "user",
                    "merged_into",
                    "withdrawn_at",
                ],
                name="patients_by_name",
            ),
            models.Index(
                fields=["number_key"],
                condition=Q(merged_into__isnull=False),
                include=["merged_into"],
                name="patients_merged_away",
            ),
        ]
        triggers = [only_known_zones()]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's where their own is not known; staff read so on the record."""
        return zone_of(self.time_zone) or self.clinic.zone

    @property
    def zone_is_known(self) -> bool:
        return zone_of(self.time_zone) is not None

    @property
    def mail_address(self) -> str:
        """Where e-mail goes: the account's address, which its owner may change, once there is one."""
        return self.user.email if self.user else self.email

    @property
    def mail_name(self) -> str:
        """What an e-mail calls them by, as they chose: "R. D.", "Rosa", or nothing."""
        names = self.name.split()
        if self.shown_as == self.ShownAs.FIRST:
            return names[0]
        initials = [f"{name[0].upper()}." for name in (names[:1] + names[1:][-1:])]
        return " ".join(initials) if self.shown_as == self.ShownAs.INITIALS else ""

    def local_date(self, instant: datetime) -> date:
        """The patient's own calendar day at that instant."""
        return instant.astimezone(self.zone).date()

    def clinic_date(self, instant: datetime) -> date:
        """The clinic's calendar day, in which windows, checks and deadlines are counted."""
        return instant.astimezone(self.clinic.zone).date()

    def is_of_age(self, now: datetime) -> bool:
        """In the clinic's calendar, by the age that it has set."""
        return self.clinic_date(now) >= self.of_age_on

    @property
    def of_age_on(self) -> date:
        """The birthday; the first of March for those born on a 29 February."""
        year = self.birth_date.year + self.clinic.legal_age
        is_leap_day = (self.birth_date.month, self.birth_date.day) == (2, 29)
        if is_leap_day and not isleap(year):
            return date(year, 3, 1)
        return self.birth_date.replace(year=year)

    def age(self, today: date) -> int:
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)


class ShadowMode(models.Model):
    """From when on a clinic's rule flags were counted only, or shown again; who set it. Append-only."""

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="shadow_modes")
    is_on = models.BooleanField()
    from_at = models.DateTimeField()
    set_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = ShadowModeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "from_at"], name="one_shadow_mode_at_a_time"),
            *instants("shadow_mode", PLANNED, "from_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: shadow mode {'on' if self.is_on else 'off'}"


class ClinicProtocol(models.Model):
    """From when on a clinic used which published protocol; trials keep the one they began under."""

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="protocols")
    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="clinics")
    from_at = models.DateTimeField()
    chosen_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = ClinicProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "from_at"], name="one_protocol_at_a_time"),
            *instants("clinic_protocol", PLANNED, "from_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: {self.protocol}"
