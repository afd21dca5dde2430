"""Somebody who cannot come in any more, whom the clinic has made sure of, gets a new way in."""

from __future__ import annotations

from datetime import datetime

import structlog
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.actions import withdraw_invitation
from accounts.languages import spoken
from accounts.models import Invitation, User
from patients.models import IdentityCheck, Patient
from patients.record.actions.person import unbind_account
from patients.record.actions.register import invite_patient

logger = structlog.get_logger(__name__)


class NoAccount(Exception):
    """There is none to be replaced: a link is sent instead."""


@transaction.atomic
def give_new_way_in(*, patient: Patient, email: str, how: str, by: User, now: datetime) -> None:
    """End the account's hold on the record, its sessions, passkeys and password, and invite to this
    address; the address of before is told. An account that is used for something else as well is only
    taken from this record. `how` says how it was made sure who it is. Raises NoAccount."""
    held = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    user = held.user
    if user is None:
        raise NoAccount
    IdentityCheck.objects.create(patient=held, how=how, checked_at=now, checked_by=by)
    unbind_account(patient=held, now=now)
    _forget_keys(user)
    for old in Invitation.objects.unanswered().filter(patient=held):
        withdraw_invitation(invitation=old, by=by, now=now)
    Patient.objects.filter(pk=held.pk).update(email=email)
    invite_patient(patient=Patient.objects.get(pk=held.pk), by=by, now=now)
    _tell(held, user.email, now)
    logger.warning("new way in", user_id=by.pk, clinic_id=held.clinic_id)


def _forget_keys(user: User) -> None:
    """Else who had stolen them would come in again with the new invitation."""
    closed = User.objects.filter(pk=user.pk, is_active=False).first()
    if closed is not None:
        Authenticator.objects.filter(user=closed).delete()
        closed.set_unusable_password()
        closed.save(update_fields=["password"])


def _tell(patient: Patient, address: str, now: datetime) -> None:
    clinic = patient.clinic
    with translation.override(spoken(patient.language)):
        subject = _("%(clinic)s: You have a new way to sign in") % {"clinic": clinic}
        text = _(
            "Your clinic gave you a new way to sign in. The one you had before does not work any more."
            "\n\nWas it not you who asked? Call %(clinic)s at once: %(phone)s."
        ) % {"clinic": clinic, "phone": clinic.phone}
    post_account_mail(to=address, subject=subject, text=text, counts=NEWS_COUNTS, now=now)
