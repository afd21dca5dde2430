"""The only way to an account: staff of the clinic invite, the invited person accepts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.actions.notices import post_notice
from accounts.actions.twice import SAME_FORM
from accounts.models import Clinic, Invitation, Membership, Notice, User
from accounts.queries import AT_HOME

VALID_FOR = timedelta(days=14)


class InvitationGone(Exception):
    """Used, withdrawn or too old: a new one has to be sent."""


class WorksHereAlready(Exception):
    """Whoever has this address works in the clinic: a role is changed, not invited."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *, clinic: Clinic, role: str, by: User | None, now: datetime, **person: str
) -> Invitation:
    """Write the invitation and its e-mail. The same form sent twice invites once. Raises WorksHereAlready.

    `person`: email, name and, if not English, language, as in User.
    """
    asked = {"email": person["email"].lower(), "name": person["name"], "role": role}
    if same := _sent_before(clinic, asked, by, now):
        return same
    token = new_token()
    invitation = Invitation.objects.create(
        clinic=clinic,
        **asked,
        token_digest=digest(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    language = person.get("language", settings.LANGUAGE_CODE)
    post_link(invitation, token, language=language, key=f"invitation:{invitation.pk}", now=now)
    return invitation


def post_link(
    invitation: Invitation, token: str, *, language: str, key: str, now: datetime
) -> None:
    """The token stands in this e-mail and nowhere else."""
    post_notice(
        kind=Notice.Kind.INVITATION,
        key=key,
        clinic=invitation.clinic,
        email=invitation.email,
        language=language,
        path=reverse("join", args=[token]),
        now=now,
    )


def _sent_before(
    clinic: Clinic, asked: dict[str, str], by: User | None, now: datetime
) -> Invitation | None:
    """Colleagues only: two patients may have one name and one address, and each has an invitation.
    Raises WorksHereAlready."""
    if asked["role"] in AT_HOME:
        return None
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if works_here(clinic, asked["email"]):
        raise WorksHereAlready
    lately = Invitation.objects.open(now).filter(invited_at__gt=now - SAME_FORM, invited_by=by)
    return lately.filter(clinic=clinic, **asked).first()


def works_here(clinic: Clinic, email: str) -> bool:
    there = Membership.objects.current().filter(clinic=clinic)
    return there.filter(user__email__iexact=email).exists()


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """The open invitation of this link. Raises InvitationGone."""
    found = Invitation.objects.open(now).select_related("clinic")
    invitation = found.filter(token_digest=digest(token)).first()
    if invitation is None:
        raise InvitationGone
    return invitation


def find_by_link(*, token: str) -> Invitation | None:
    """Whatever became of it: accepted, withdrawn, too old. Only for who holds the link."""
    found = Invitation.objects.select_related("clinic").filter(token_digest=digest(token))
    return found.first()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, now: datetime) -> User:
    """Make the account, or find it by its e-mail, and the membership. Raises InvitationGone.

    The link came by e-mail, so holding it proves the address. Patients and carers get no
    membership: the record is bound to the account by `patients.record.actions.register.join`.
    """
    # By the token as well: what was sent to a mistyped address must not open the corrected one's account.
    same = {"pk": invitation.pk, "token_digest": invitation.token_digest}
    held = Invitation.objects.select_for_update().open(now).filter(**same).first()
    if held is None:
        raise InvitationGone
    user = _person(held, now)
    if held.is_for_work and not works_here(held.clinic, user.email):
        Membership.objects.create(user=user, clinic=held.clinic, role=held.role, started_at=now)
    Invitation.objects.filter(pk=held.pk).update(accepted_at=now, accepted_by=user)
    return user


def _person(invitation: Invitation, now: datetime) -> User:
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        user = User(email=invitation.email, name=invitation.name, joined_at=now)
        user.set_unusable_password()
        user.save()
    elif not user.is_active:
        User.objects.filter(pk=user.pk).update(is_active=True)  # closed once, invited again
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user
