"""Somebody is invited to act for a patient, may do more or less, and may no longer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.actions import SAME_FORM, invite, renew_invitation, withdraw_invitation
from accounts.languages import spoken
from accounts.models import Invitation, User
from patients.models import Carer, Patient

SCOPE = ("may_see", "may_log", "may_book")


class IsThePatient(Exception):
    """The patient signs in with this address: it needs no scope."""


class Ended(Exception):
    """The other side has ended it meanwhile."""


def end_of(day: date, patient: Patient) -> datetime:
    """The first moment after that day of the clinic's."""
    return datetime.combine(day + timedelta(days=1), time(0), patient.clinic.zone)


@transaction.atomic
def invite_carer(
    *, patient: Patient, name: str, email: str, until: date, by: User, now: datetime, **given: Any
) -> Carer:
    """`given`: relation, may_see, may_log, may_book as in Carer; `until` is the last day. The same form sent
    twice invites once. Raises IsThePatient."""
    held = _hold(patient)
    if held.user is not None and held.user.email.lower() == email.lower():
        raise IsThePatient
    asked = {
        "invitation__email": email.lower(),
        "invitation__name": name,
        "invited_by": by,
        **given,
    }
    lately = Carer.objects.not_ended().filter(patient=held, invited_at__gt=now - SAME_FORM, **asked)
    if same := lately.first():
        return same
    role, language = Invitation.Role.CARER, held.language
    invitation = invite(
        clinic=held.clinic, email=email, name=name, role=role, language=language, by=by, now=now
    )
    _tell_patient(held, now)
    return Carer.objects.create(
        patient=held, invitation=invitation, until=end_of(until, held), invited_at=now, invited_by=by, **given
    )  # fmt: skip


@transaction.atomic
def change_carer(*, carer: Carer, until: date, now: datetime, **scope: bool) -> Carer:
    """Another scope (may_see, may_log, may_book) or last day, from the next page on. Raises Ended."""
    held = _hold_carer(carer)
    for name in SCOPE:
        setattr(held, name, scope[name])
    held.until = max(end_of(until, held.patient), now)
    held.save(update_fields=[*SCOPE, "until"])
    return held


@transaction.atomic
def end_carer(*, carer: Carer, by: User | None, now: datetime) -> None:
    """With the next request; a link that waits is closed. Nobody: the patient came of age. Idempotent."""
    rows = Carer.objects.not_ended().select_related("invitation", "user", "patient__clinic")
    held = rows.select_for_update(of=("self",)).filter(pk=carer.pk).first()
    if held is None:
        return
    held.ended_at, held.ended_by = now, by
    held.save(update_fields=["ended_at", "ended_by"])
    if held.user is not None:
        _tell(held, held.user, now)
    elif by is not None:
        withdraw_invitation(invitation=held.invitation, by=by, now=now)


def end_carers(*, patient: Patient, by: User, now: datetime) -> None:
    """All: the record has been closed to its own patient as well."""
    for carer in Carer.objects.not_ended().filter(patient=patient).order_by("pk"):
        end_carer(carer=carer, by=by, now=now)


@transaction.atomic
def send_link_again(*, carer: Carer, by: User, now: datetime) -> bool:
    """The link of before is closed. False when it was sent within ten minutes, or used. Raises Ended."""
    held = _hold_carer(carer)
    if held.accepted_at is not None:
        return False
    return renew_invitation(invitation=held.invitation, by=by, now=now) is not None


def _hold(patient: Patient) -> Patient:
    rows = Patient.objects.select_related("clinic", "user")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)


def _hold_carer(carer: Carer) -> Carer:
    rows = Carer.objects.not_ended().select_related("patient__clinic", "invitation")
    held = rows.select_for_update(of=("self",)).filter(pk=carer.pk).first()
    if held is None:
        raise Ended
    return held


def _tell_patient(patient: Patient, now: datetime) -> None:
    """Whoever has the phone in hand, or the clinic, may have done it."""
    if patient.user is None:
        return
    clinic = patient.clinic
    with translation.override(spoken(patient.language)):
        subject = _("%(clinic)s: A new helper for you") % {"clinic": clinic}
        text = _(
            "Somebody was invited to use your pages for you. You see who, and can end it, under “My data”."
            "\n\nWas it not you, and do you not want it? Call %(clinic)s at once: %(phone)s."
        ) % {"clinic": clinic, "phone": clinic.phone}
    to = patient.user.email
    post_account_mail(to=to, subject=subject, text=text, counts=NEWS_COUNTS, now=now)


def _tell(carer: Carer, user: User, now: datetime) -> None:
    """Not of whom: that somebody is a patient here is nobody's business but theirs."""
    clinic = carer.patient.clinic
    with translation.override(spoken(user.language)):
        subject = _("%(clinic)s: Your access as a carer has ended") % {"clinic": clinic}
        text = _(
            "You do not see the pages of the person you helped any more. Thank you for your help."
            "\n\nQuestions? Call %(clinic)s: %(phone)s."
        ) % {"clinic": clinic, "phone": clinic.phone}
    post_account_mail(to=user.email, subject=subject, text=text, counts=NEWS_COUNTS, now=now)
