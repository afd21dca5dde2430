from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import PLANNED, days, instants, period
from patients.models.follow_merge import follows_merge
from patients.models.trial import same
from scheduling.queries import (
    ARRIVED,
    BOOKED,
    CANCELLED,
    CONFIRMED,
    DONE,
    HELD,
    NO_SHOW,
    NOT_CANCELLED,
    TO_COME,
    ConsultationQuerySet,
)
from scheduling.rules.hours import Slot

MINUTE = timedelta(minutes=1)
MOST_OFFERED = 3


def never_twice(field: str, during: str) -> ExclusionConstraint:
    """One `field` is in one place at a time. Holds count like visits, and so do visits that are
    done, since what happened did not overlap either."""
    return ExclusionConstraint(
        name=f"one_visit_at_a_time_per_{field}",
        expressions=[
            (same(field), RangeOperators.OVERLAPS),
            (during, RangeOperators.OVERLAPS),
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
        CONFIRMED = CONFIRMED, _("Confirmed")
        ARRIVED = ARRIVED, _("Arrived")
        DONE = DONE, _("Done")
        CANCELLED = CANCELLED, _("Cancelled")
        NO_SHOW = NO_SHOW, _("Missed")

    class Reason(models.TextChoices):
        PATIENT_ASKED = "patient_asked", _("The patient asked")
        CLINICIAN_AWAY = "clinician_away", _("The clinician is away")
        MISTAKE = "mistake", _("It was booked by mistake")
        OTHER = "other", _("Another reason")

    class Missing(models.TextChoices):
        NO_WORD = "no_word", _("Did not come, no word")
        TOO_LATE = "too_late", _("Came too late to be seen")
        LATE_WORD = "late_word", _("Said so too late for anybody else")

    visit_request = models.ForeignKey(
        "patients.VisitRequest", models.PROTECT, null=True, related_name="consultations"
    )
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="consultations")
    clinician = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="consultations"
    )
    room = models.ForeignKey(
        "scheduling.Room", models.PROTECT, null=True, related_name="consultations"
    )
    visit_type = models.ForeignKey(
        "scheduling.VisitType", models.PROTECT, null=True, related_name="consultations"
    )
    period = DateTimeRangeField(help_text="With the patient.")
    blocked = DateTimeRangeField(
        help_text="For clinician and room: the same with what goes before and after."
    )
    state = models.CharField(max_length=10, choices=State)
    held_until = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the patient sees the held time, to accept it."
    )
    offer_set = models.UUIDField(
        null=True, blank=True, help_text="The same for times of which the patient may choose one."
    )
    choice = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Its number among them: three at most."
    )
    uid = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="Its name in calendars, for good."
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text="Rises with each change, so that calendars take the newest."
    )
    series = models.UUIDField(
        null=True, blank=True, help_text="The same for visits that were booked together."
    )
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=20, choices=Reason, blank=True)
    no_show_at = models.DateTimeField(null=True, blank=True)
    no_show_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    no_show_reason = models.CharField(max_length=20, choices=Missing, blank=True)
    rebook_by = models.DateField(
        null=True,
        blank=True,
        help_text="Until when its patient is to have another, without a request.",
    )
    change_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the patient asked for another time by a link."
    )
    undone_at = models.DateTimeField(null=True, blank=True, help_text="The last step undone.")
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    cause: str  # why its patient is to be called, where calls are listed

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            one_of(
                "visit",
                "cancel_reason",
                "patient_asked clinician_away mistake other",
                blank=True,
            ),
            one_of("visit", "no_show_reason", "no_word too_late late_word", blank=True),
            never_twice("clinician", "blocked"),
            never_twice("patient", "period"),
            never_twice("room", "blocked"),
            models.UniqueConstraint(
                fields=["visit_request"],
                condition=Q(state__in=NOT_CANCELLED, offer_set=None),
                name="one_visit_per_request",
            ),
            models.UniqueConstraint(fields=["offer_set", "choice"], name="one_time_per_choice"),
            models.CheckConstraint(
                condition=Q(offer_set=None, choice=None)
                | Q(
                    state=HELD,
                    offered_at__isnull=False,
                    offer_set__isnull=False,
                    choice__isnull=False,
                    choice__range=(1, MOST_OFFERED),
                ),
                name="visit_choice_while_offered",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inc=True, period__upper_inc=False)
                & Q(period__lower_inf=False, period__upper_inf=False),
                name="visit_has_start_and_end",
            ),
            models.CheckConstraint(
                condition=Q(blocked__contains=F("period"))
                & Q(blocked__lower_inc=True, blocked__upper_inc=False)
                & Q(blocked__lower_inf=False, blocked__upper_inf=False),
                name="visit_takes_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*NOT_CANCELLED, CANCELLED, NO_SHOW]),
                name="visit_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=HELD, held_until__isnull=False, held_by__isnull=False)
                | (~Q(state=HELD) & Q(held_until=None, held_by=None)),
                name="visit_held_until_with_by",
            ),
            models.CheckConstraint(
                condition=Q(offered_at=None) | Q(state=HELD), name="visit_offered_while_held"
            ),
            models.CheckConstraint(
                condition=Q(change_asked_at=None) | ~Q(state=HELD),
                name="visit_change_asked_once_booked",
            ),
            stamped("booked", [*TO_COME, ARRIVED, DONE, CANCELLED, NO_SHOW]),
            stamped("no_show", [NO_SHOW]),
            models.CheckConstraint(
                condition=Q(state=CONFIRMED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (
                    Q(state__in=[ARRIVED, DONE, CANCELLED, NO_SHOW])
                    & (
                        Q(confirmed_at=None, confirmed_by=None)
                        | Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    )
                )
                | (
                    ~Q(state__in=[CONFIRMED, ARRIVED, DONE, CANCELLED, NO_SHOW])
                    & Q(confirmed_at=None, confirmed_by=None)
                ),
                name="visit_confirmed_at_with_by",
            ),
            models.CheckConstraint(
                condition=(Q(state=NO_SHOW) & ~Q(no_show_reason=""))
                | (~Q(state=NO_SHOW) & Q(no_show_reason="")),
                name="visit_missed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(rebook_by=None) | Q(state__in=[CANCELLED, NO_SHOW], visit_request=None),
                name="visit_rebooked_without_request",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="visit_undone_at_with_by",
            ),
            stamped("arrived", [ARRIVED, DONE]),
            stamped("done", [DONE]),
            stamped("cancelled", [CANCELLED]),
            models.CheckConstraint(
                condition=(Q(state=CANCELLED) & ~Q(cancel_reason=""))
                | (~Q(state=CANCELLED) & Q(cancel_reason="")),
                name="visit_cancelled_with_reason",
            ),
            period("visit", PLANNED, "period"),
            period("visit", PLANNED, "blocked"),
            *instants("visit", PLANNED, "held_until"),
            *days("visit", PLANNED, "rebook_by"),
        ]
        indexes = [
            models.Index(
                fields=["patient"],
                condition=Q(state__in=[HELD, *TO_COME, ARRIVED]),
                name="visits_ahead",
            ),
            models.Index(
                fields=["series"], condition=Q(series__isnull=False), name="visits_of_a_series"
            ),
            GistIndex(fields=["period"], name="visits_by_time"),
            GistIndex(fields=["blocked"], name="visits_by_blocked_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.patient}, {self.starts:%Y-%m-%d %H:%M} UTC"

    @property
    def is_to_come(self) -> bool:
        """Booked or confirmed: it can be moved and cancelled."""
        return self.state in TO_COME

    @property
    def reason(self) -> str:
        """Why it is cancelled or was missed, in words."""
        return self.get_cancel_reason_display() or self.get_no_show_reason_display()

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
        before, after = self.starts - self.blocked.lower, self.blocked.upper - self.ends
        return Slot(
            self.starts,
            self.ends,
            self.clinician_id,
            self.room_id,
            before // MINUTE,
            after // MINUTE,
        )

    @property
    def place(self) -> str:
        """The room, or that it is by phone or video."""
        return str(self.room or (self.visit_type and self.visit_type.get_mode_display()) or "")
