from __future__ import annotations

import uuid
from datetime import datetime

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import PLANNED, instants, period
from patients.models.trial import same
from scheduling.queries import (
    ARRIVED,
    BOOKED,
    CANCELLED,
    DONE,
    HELD,
    NOT_CANCELLED,
    ConsultationQuerySet,
)
from scheduling.rules.hours import Slot


def never_twice(field: str) -> ExclusionConstraint:
    """One `field` is in one place at a time. Holds count like visits, and so do visits that are
    done, since what happened did not overlap either."""
    return ExclusionConstraint(
        name=f"one_visit_at_a_time_per_{field}",
        expressions=[
            (same(field), RangeOperators.OVERLAPS),
            ("period", RangeOperators.OVERLAPS),
        ],
        condition=Q(state__in=NOT_CANCELLED),
    )


def stamped(step: str, states: list[str]) -> models.CheckConstraint:
    """`…_at` with `…_by`, in these states and in no other."""
    at, by = f"{step}_at__isnull", f"{step}_by__isnull"
    return models.CheckConstraint(
        condition=Q(state__in=states, **{at: False, by: False})
        | (~Q(state__in=states) & Q(**{at: True, by: True})),
        name=f"visit_{step}_at_with_by",
    )


# Deletions too: a hold that is let go or has run out is deleted.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Consultation(models.Model):
    """A time with a clinician in a room: held while staff offer it, then a booked visit.

    Holds and visits share the table, so that one set of constraints refuses every overlap.
    """

    class State(models.TextChoices):
        HELD = HELD, _("Held")
        BOOKED = BOOKED, _("Booked")
        ARRIVED = ARRIVED, _("Arrived")
        DONE = DONE, _("Done")
        CANCELLED = CANCELLED, _("Cancelled")

    class Reason(models.TextChoices):
        PATIENT_ASKED = "patient_asked", _("The patient asked")
        CLINICIAN_AWAY = "clinician_away", _("The clinician is away")
        DID_NOT_COME = "did_not_come", _("The patient did not come")
        MISTAKE = "mistake", _("It was booked by mistake")
        OTHER = "other", _("Another reason")

    visit_request = models.ForeignKey(
        "patients.VisitRequest", models.PROTECT, null=True, related_name="consultations"
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="consultations")
    clinician = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="consultations"
    )
    room = models.ForeignKey("scheduling.Room", models.PROTECT, related_name="consultations")
    period = DateTimeRangeField()
    state = models.CharField(max_length=10, choices=State)
    held_until = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the patient sees the held time, to accept it."
    )
    uid = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="Its name in calendars, for good."
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text="Rises with each change, so that calendars take the newest."
    )
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=20, choices=Reason, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of(
                "visit",
                "cancel_reason",
                "patient_asked clinician_away did_not_come mistake other",
                blank=True,
            ),
            never_twice("clinician"),
            never_twice("patient"),
            never_twice("room"),
            models.UniqueConstraint(
                fields=["visit_request"],
                condition=Q(state__in=NOT_CANCELLED),
                name="one_visit_per_request",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inc=True, period__upper_inc=False)
                & Q(period__lower_inf=False, period__upper_inf=False),
                name="visit_has_start_and_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*NOT_CANCELLED, CANCELLED]), name="visit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=HELD, held_until__isnull=False, held_by__isnull=False)
                | (~Q(state=HELD) & Q(held_until=None, held_by=None)),
                name="visit_held_until_with_by",
            ),
            models.CheckConstraint(
                condition=Q(offered_at=None) | Q(state=HELD), name="visit_offered_while_held"
            ),
            stamped("booked", [BOOKED, ARRIVED, DONE, CANCELLED]),
            stamped("arrived", [ARRIVED, DONE]),
            stamped("done", [DONE]),
            stamped("cancelled", [CANCELLED]),
            models.CheckConstraint(
                condition=(Q(state=CANCELLED) & ~Q(cancel_reason=""))
                | (~Q(state=CANCELLED) & Q(cancel_reason="")),
                name="visit_cancelled_with_reason",
            ),
            period("visit", PLANNED, "period"),
            *instants("visit", PLANNED, "held_until"),
        ]
        indexes = [
            models.Index(
                fields=["patient"],
                condition=Q(state__in=[HELD, BOOKED, ARRIVED]),
                name="visits_ahead",
            ),
            GistIndex(fields=["period"], name="visits_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.patient}, {self.starts:%Y-%m-%d %H:%M} UTC"

    @property
    def starts(self) -> datetime:
        """The first instant of the visit."""
        starts: datetime = self.period.lower
        return starts

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        ends: datetime = self.period.upper
        return ends

    @property
    def slot(self) -> Slot:
        """The time that it takes, as the rules know it."""
        return Slot(self.starts, self.ends, self.clinician_id, self.room_id)
