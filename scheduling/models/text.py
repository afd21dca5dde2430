from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import PLANNED, instants
from patients.models.follow_merge import follows_merge
from scheduling.queries import TextConsentQuerySet, TextMessageQuerySet

E164 = r"^\+[1-9][0-9]{7,14}$"


@pghistory.track()
class TextConsent(models.Model):
    """A patient wants text messages about visits at this number, until they say otherwise."""

    class Why(models.TextChoices):
        STOP = "stop", _("They sent STOP")
        ASKED = "asked", _("They turned it off")
        CHANGED = "changed", _("Another number since")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="text_consents")
    phone = models.CharField(max_length=16)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=10, choices=Why, blank=True)

    objects = TextConsentQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="one_text_consent_per_patient"
            ),
            models.CheckConstraint(condition=Q(phone__regex=E164), name="text_consent_number"),
            one_of("text_consent", "ended_why", "stop asked changed", blank=True),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="text_consent_ended_with_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["phone"], condition=Q(ended_at=None), name="text_consents_by_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.phone}"


class TextMessage(models.Model):
    """One text that is due, and what became of it. It says that something waits, never what.

    `key` names the event: whoever writes the row twice sends one.
    """

    class Kind(models.TextChoices):
        WELCOME = "welcome"
        VISIT_REMINDER = "visit_reminder"

    class Why(models.TextChoices):
        MOVED = "moved", _("The visit was moved or cancelled")
        LATE = "late", _("It would have come too late")
        STOPPED = "stopped", _("They do not want texts any more")
        REFUSED = "refused", _("The number was refused")
        NOT_SENT = "not_sent", _("It could not be sent")
        RETURNED = "returned", _("It did not arrive")

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="texts")
    visit = models.ForeignKey(
        "scheduling.Consultation", models.PROTECT, null=True, related_name="texts"
    )
    starts_at = models.DateTimeField(
        null=True, blank=True, help_text="The time of the visit that it was about."
    )
    phone = models.CharField(max_length=16)
    language = models.CharField(max_length=5)
    path = models.CharField(
        max_length=200, blank=True, help_text="Where its link leads; gone once sent."
    )
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    service_id = models.CharField(max_length=80, blank=True, help_text="The service's name of it.")
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="Sent, and it did not arrive: the service says so."
    )
    why = models.CharField(max_length=10, choices=Why, blank=True)

    objects = TextMessageQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            one_of("text", "kind", "welcome visit_reminder"),
            one_of("text", "why", "moved late stopped refused not_sent returned", blank=True),
            models.CheckConstraint(condition=Q(phone__regex=E164), name="text_number"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="text_sent_or_given_up"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None, failed_at=None)
                | Q(sent_at__isnull=False, delivered_at=None)
                | Q(sent_at__isnull=False, failed_at=None),
                name="text_arrived_or_failed_once_sent",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None, failed_at=None, why="")
                | ((Q(given_up_at__isnull=False) | Q(failed_at__isnull=False)) & ~Q(why="")),
                name="text_failed_with_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="visit_reminder", visit__isnull=False, starts_at__isnull=False)
                | Q(kind="welcome", visit=None, starts_at=None),
                name="text_reminder_names_its_visit",
            ),
            *instants("text", PLANNED, "starts_at"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="texts_waiting"
            ),
            models.Index(
                fields=["service_id"], condition=~Q(service_id=""), name="texts_by_service"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def outcome(self) -> str:
        """What became of it, in staff's words."""
        if self.why:
            return str(self.get_why_display())
        if self.delivered_at:
            return gettext("Arrived")
        return gettext("Sent") if self.sent_at else gettext("Waits to be sent")
