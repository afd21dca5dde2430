"""A referral in plain words, and how near its end is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership
from patients.models import Letter
from patients.queries.records import PatientQuerySet
from scheduling.models import Consultation, Referral
from scheduling.rules.authorisation import stage_of
from scheduling.visits.authorisation import used_visits

State = Referral.State


@dataclass(frozen=True)
class ReferralStatus:
    """`days_left` until the last day, below zero after it; None before VA has decided."""

    referral: Referral
    used: int
    days_left: int | None

    @property
    def warns_at(self) -> int | None:
        """The nearest of 14, 28 and 45 days that has been reached."""
        return None if self.days_left is None else stage_of(self.days_left)

    @property
    def is_over(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def sentences(self) -> list[str]:
        """What the patient reads. The software says what VA decided, never what it will decide."""
        if self.is_over:
            return [
                _("Your referral ended on %(day)s. Your clinic can ask VA for a new one.")
                % {"day": self._last_day}
            ]
        said = [_words()[self.referral.state]]
        return said if self.days_left is None else [*said, self._covers()]

    @property
    def _last_day(self) -> str:
        return date_format(self.referral.ends_on) if self.referral.ends_on else ""

    def _covers(self) -> str:
        words = _("It covers visits until %(day)s: %(allowed)s in all, %(used)s used or booked.")
        return words % {
            "allowed": self.referral.visits_allowed,
            "day": self._last_day,
            "used": self.used,
        }


def _words() -> dict[str, str]:
    return {
        State.REQUESTED: _("Your clinic has asked VA for a referral and waits for the answer."),
        State.AUTHORISED: _("VA has approved your referral."),
        State.SCHEDULED: _("VA has approved your referral, and a visit is planned."),
        State.SEEN: _("You were seen. Your clinic sends its notes to VA."),
        State.RETURNED: _("VA has the notes of your visit."),
    }


def ending_soon(
    viewer: Membership, today: date, *, of: Membership | None = None
) -> list[ReferralStatus]:
    """Work: what ends in 45, 28 or 14 days or has ended, and nobody has seen to; `of` a clinician, those
    of whom they see patients."""
    rows = Referral.objects.visible_to(viewer).to_warn(today)
    if of is not None:
        theirs = Consultation.objects.not_cancelled().filter(clinician=of)
        rows = rows.filter(patient__in=theirs.values("patient"))
    rows = rows.select_related("patient__clinic").prefetch_related("patient__consultations")
    return [referral_status_of(row, today) for row in rows]


def wanted_by_clinicians(patients: PatientQuerySet) -> PatientQuerySet:
    """Veterans whose referral letter is final, and for whom VA was not asked since: staff learn that
    there is such a letter, and nothing of what it says."""
    later = Letter.objects.filter(
        reassessment=OuterRef("reassessment"),
        kind=OuterRef("kind"),
        version__gt=OuterRef("version"),
    )
    asked = Referral.objects.filter(
        patient=OuterRef("reassessment__episode__patient"), requested_at__gte=OuterRef("entered_at")
    )
    letters = Letter.objects.filter(
        ~Exists(later),
        ~Exists(asked),
        reassessment__episode__patient=OuterRef("pk"),
        reassessment__withdrawn_at=None,
        kind=Letter.Kind.REFERRAL,
        state=Letter.State.FINAL,
    )
    return patients.filter(Exists(letters), is_veteran=True).order_by("name_key", "pk")


def referral_status_of(referral: Referral, today: date) -> ReferralStatus:
    last = referral.ends_on
    return ReferralStatus(referral, used_visits(referral), (last - today).days if last else None)
