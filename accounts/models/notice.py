from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from accounts.languages import languages
from accounts.queries import NoticeQuerySet


class Notice(models.Model):
    """A row in the outbox: one e-mail that says that something waits, never what it is about.

    `key` names the event, so that whoever writes the row twice sends one message.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        URGENT_FLAG = "urgent_flag"
        VISIT_BOOKED = "visit_booked"
        VISIT_OFFERED = "visit_offered"
        VISIT_CANCELLED = "visit_cancelled"
        MESSAGE_WAITING = "message_waiting"
        LOG_REMINDER = "log_reminder"
        VISIT_REMINDER = "visit_reminder"
        WAITLIST_OFFER = "waitlist_offer"
        TRANSFER = "transfer"
        OF_AGE_SOON = "of_age_soon"  # to a parent
        OF_AGE_CLINIC = "of_age_clinic"  # to the clinic's administrators

    class Failure(models.TextChoices):
        REFUSED = "refused", _("The address was refused")
        NOT_SENT = "not_sent", _("It could not be sent")
        RETURNED = "returned", _("It came back")

    kind = models.CharField(max_length=30, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="notices")
    email = models.EmailField()
    whom = models.CharField(
        max_length=120,
        blank=True,
        db_default="",
        help_text="A first name or initials, as the patient chose, where several share the address.",
    )
    language = models.CharField(max_length=5, choices=languages, default="en")
    path = models.CharField(
        max_length=200, help_text="Where the link leads; signing in comes first."
    )
    off_path = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="Where messages of this kind are turned off, without signing in.",
    )
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="It did not arrive: somebody has to call."
    )
    failure = models.CharField(max_length=10, choices=Failure, blank=True, db_default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at=None, given_up_at=None),
                name="notices_waiting",
            ),
            models.Index(
                fields=["failed_at"],
                condition=Q(failed_at__isnull=False),
                name="notices_failed",
            ),
        ]
        constraints = [
            one_of(
                "notice",
                "kind",
                "invitation urgent_flag visit_booked visit_offered visit_cancelled message_waiting log_reminder visit_reminder waitlist_offer transfer of_age_soon of_age_clinic",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="notice_sent_or_given_up"
            ),
            one_of("notice", "failure", "refused not_sent returned", blank=True),
            models.CheckConstraint(
                condition=Q(failed_at=None, failure="")
                | (
                    Q(failed_at__isnull=False)
                    & ~Q(failure="")
                    & (Q(sent_at__isnull=False) | Q(given_up_at__isnull=False))
                ),
                name="notice_failed_with_why",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def outcome(self) -> str:
        """What became of it, in staff's words."""
        if self.failed_at:
            return str(self.get_failure_display())
        if self.sent_at:
            return gettext("Sent")
        return gettext("Not needed any more") if self.given_up_at else gettext("Waits to be sent")
