"""A veteran's booking against what VA allowed: staff read what is wrong before they book."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Patient
from scheduling.models import Consultation, Referral
from scheduling.queries import ARRIVED, DONE, TO_COME
from scheduling.rules.authorisation import Allowed, Problem, problems

COUNTED = {*TO_COME, ARRIVED, DONE}


def used_visits(referral: Referral) -> int:
    """Visits that were booked or took place in the days that VA allowed."""
    if referral.starts_on is None or referral.ends_on is None:
        return 0
    zone = referral.patient.clinic.zone
    visits = (one for one in referral.patient.consultations.all() if one.state in COUNTED)
    days = (visit.starts.astimezone(zone).date() for visit in visits)
    return sum(referral.starts_on <= day <= referral.ends_on for day in days)


def concerns(patient: Patient, visits: Iterable[Consultation]) -> list[str]:
    """What does not fit, in words; nothing for those who are no veterans and have no referral."""
    referral = (
        Referral.objects.filter(patient=patient).open().select_related("patient__clinic").first()
    )
    if referral is None:
        return [_("No VA referral is open.")] if patient.is_veteran else []
    visits = list(visits)
    days = [patient.clinic_date(visit.starts) for visit in visits]
    purposes = {visit.visit_type.purpose for visit in visits if visit.visit_type}
    words = _words(referral)
    return [words[problem] for problem in problems(_allowed(referral), days, purposes)]


def _allowed(referral: Referral) -> Allowed | None:
    first, last, visits = referral.starts_on, referral.ends_on, referral.visits_allowed
    if first is None or last is None or visits is None:
        return None
    return Allowed(first, last, visits, used_visits(referral), tuple(referral.covers))


def _words(referral: Referral) -> dict[Problem, str]:
    first, last = _day(referral.starts_on), _day(referral.ends_on)
    left = _("All visits that VA allowed (%(allowed)s) are used or booked.")
    return {
        Problem.NOT_AUTHORISED: _("VA has not answered yet whether it authorises visits."),
        Problem.TOO_EARLY: _("VA's authorisation begins on %(day)s: after this visit.")
        % {"day": first},
        Problem.TOO_LATE: _("VA's authorisation ends on %(day)s: before this visit.")
        % {"day": last},
        Problem.OTHER_KIND: _("VA's authorisation is for other visits: %(covers)s.")
        % {"covers": referral.covers_in_words},
        Problem.NONE_LEFT: left % {"allowed": referral.visits_allowed},
    }


def _day(day: date | None) -> str:
    return date_format(day) if day else ""
