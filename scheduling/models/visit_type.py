from __future__ import annotations

from datetime import timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.known import json_object
from accounts.models import Membership
from scheduling.queries import VisitTypeQuerySet

POSSIBLE_LENGTH = (5, 480)
POSSIBLE_BUFFER = (0, 120)
POSSIBLE_AHEAD = (1, 365)
POSSIBLE_NOTICE = (0, 720)

POSSIBLE_REMINDERS = (168, 72, 48, 24, 2)
USUAL_REMINDERS = (72, 24, 2)

OF_THIS_CLINIC = """
    IF (SELECT count(*) FROM accounts_membership
         WHERE id = ANY(NEW.people) AND clinic_id = NEW.clinic_id) <> cardinality(NEW.people)
    OR (SELECT count(*) FROM scheduling_room
         WHERE id = ANY(NEW.rooms) AND clinic_id = NEW.clinic_id) <> cardinality(NEW.rooms)
    THEN
        RAISE EXCEPTION 'people and rooms of a visit type are of its clinic, each once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_type_of_this_clinic';
    END IF;
    RETURN NEW;
"""


def usual_reminders() -> list[int]:
    return list(USUAL_REMINDERS)


def letters(credentials: str) -> set[str]:
    """What stands after somebody's name, one by one: "MD, Ph.D." is MD and PHD."""
    parts = credentials.replace(".", "").upper().replace("/", ",").replace(" ", ",").split(",")
    return {part for part in parts if part}


@pghistory.track()
class VisitType(models.Model):
    """What a visit is for, how long it takes, who holds it and where: data of the clinic.

    Retired, never deleted. What it is for and how it is held stay: visits that were had refer to it.
    """

    class Purpose(models.TextChoices):
        INTAKE = "intake", _("Intake visit")
        THERAPY = "therapy", _("Therapy session")
        MEDICATION = "medication", _("Medication review")
        PROCEDURE = "procedure", _("Procedure")
        REASSESSMENT = "reassessment", _("Reassessment")
        FOLLOW_UP = "follow_up", _("Follow-up")

    class Mode(models.TextChoices):
        CLINIC = "clinic", _("At the clinic")
        PHONE = "phone", _("By phone")
        VIDEO = "video", _("By video")

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="visit_types")
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=20, choices=Purpose)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.CLINIC)
    level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The tier, or none.")
    minutes = models.PositiveSmallIntegerField()
    minutes_before = models.PositiveSmallIntegerField(default=0)
    minutes_after = models.PositiveSmallIntegerField(default=0)
    anyone = models.BooleanField(default=False, help_text="Every clinician may hold it.")
    credentials = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="Or who has these: PT."
    )
    people = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Or these memberships."
    )
    rooms = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="The rooms it may be in; none named: where the clinician is in those hours.",
    )
    ahead_days = models.PositiveSmallIntegerField(default=90)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    self_booking = models.BooleanField(default=False)
    remind_hours = ArrayField(
        models.PositiveSmallIntegerField(),
        default=usual_reminders,
        blank=True,
        help_text="So many hours before the visit its patient is reminded; none: never.",
    )
    bring = models.JSONField(
        default=dict, blank=True, help_text="What the patient brings, by language."
    )
    version = models.PositiveIntegerField(default=0, help_text="Rises with each correction.")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = VisitTypeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "clinic", Lower("name"), condition=Q(retired_at=None), name="one_visit_type_per_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="visit_type_has_name"),
            *json_object("visit_type", "bring"),
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[
                        "intake", "therapy", "medication", "procedure", "reassessment", "follow_up"
                    ]
                ),
                name="visit_type_purpose_known",
            ),
            models.CheckConstraint(
                condition=Q(mode="clinic") | Q(mode__in=["phone", "video"], rooms__len=0),
                name="visit_type_mode_with_rooms",
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__isnull=False, level__range=(1, 5)),
                name="visit_type_tier_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    minutes__range=POSSIBLE_LENGTH,
                    minutes_before__range=POSSIBLE_BUFFER,
                    minutes_after__range=POSSIBLE_BUFFER,
                ),
                name="visit_type_length_possible",
            ),
            models.CheckConstraint(
                condition=Q(ahead_days__range=POSSIBLE_AHEAD, notice_hours__range=POSSIBLE_NOTICE),
                name="visit_type_ahead_possible",
            ),
            models.CheckConstraint(
                condition=Q(remind_hours__contained_by=list(POSSIBLE_REMINDERS)),
                name="visit_type_reminders_possible",
            ),
            models.CheckConstraint(
                condition=Q(anyone=True) | Q(credentials__len__gt=0) | Q(people__len__gt=0),
                name="visit_type_names_who_holds_it",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="visit_type_retired_at_with_by",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="of_this_clinic",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_THIS_CLINIC,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_held_by(self, member: Membership) -> bool:
        by_letters = letters(member.credentials) & set(self.credentials)
        return self.anyone or member.pk in self.people or bool(by_letters)

    @property
    def needs_room(self) -> bool:
        return self.mode == self.Mode.CLINIC

    @property
    def notice(self) -> timedelta:
        return timedelta(hours=self.notice_hours)

    @property
    def to_bring(self) -> str:
        """In the reader's language; nothing rather than another language."""
        words: str = self.bring.get(get_language() or "", "")
        return words
