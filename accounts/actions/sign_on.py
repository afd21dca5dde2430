"""A clinic's own sign-on: set up, tried, opened, ended; and people who link their account of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from accounts.actions.disable import end_sessions
from accounts.actions.invite import accept_invitation
from accounts.constraints import refused_as
from accounts.models import Clinic, Invitation, Membership, SignOnLink, SignOnProvider, User
from accounts.sealing import seal
from accounts.sign_on.claims import Claims

logger = structlog.get_logger(__name__)

# Another one of these is another sign-on: what was linked to the old one says nothing about the new.
IDENTITY = ("issuer", "client_id")


class NotTried(Exception):
    """It has not let anybody through yet, so it might lock everybody out."""


class NotOpen(Exception):
    """Nobody can be asked to come by it."""


class LinkedAlready(Exception):
    """The account there is somebody else's here, or this person has another one there."""


class AddressDiffers(Exception):
    """The sign-on does not vouch for the address that was invited."""


@transaction.atomic
def set_up_sign_on(
    *, clinic: Clinic, by: User, now: datetime, secret: str = "", **details: Any
) -> SignOnProvider:
    """Name it (name, issuer, client_id, second_step, acr_values); without `secret` the old one stays.
    Another issuer or client takes the place of the one before, whose links and sessions end."""
    held = _current(clinic)
    if held is not None and any(getattr(held, name) != details[name] for name in IDENTITY):
        end_sign_on(clinic=clinic, by=by, now=now)
        held = None
    if held is None:
        held = SignOnProvider(clinic=clinic, key=secrets.token_hex(8), begun_at=now, begun_by=by)
    for name, value in details.items():
        setattr(held, name, value)
    if secret:
        held.sealed_secret = seal(secret)
    held.save()
    return held


def _current(clinic: Clinic) -> SignOnProvider | None:
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    return SignOnProvider.objects.filter(clinic=clinic, ended_at=None).first()


def note_tried(*, provider: SignOnProvider, by: User, now: datetime) -> None:
    """An administrator went there and came back."""
    SignOnProvider.objects.filter(pk=provider.pk).update(tested_at=now, tested_by=by)


@transaction.atomic
def open_sign_on(*, clinic: Clinic, by: User, now: datetime) -> None:
    """From now on people may come by it. Idempotent. Raises NotTried."""
    held = _current(clinic)
    if held is None or held.tested_at is None:
        raise NotTried
    SignOnProvider.objects.filter(pk=held.pk, opened_at=None).update(opened_at=now, opened_by=by)


@transaction.atomic
def ask_for_sign_on(*, clinic: Clinic, roles: Iterable[str]) -> None:
    """Who has to come by it, from their next page on; none lifts it. Raises NotOpen."""
    held, wanted = _current(clinic), sorted(set(roles))
    if wanted and (held is None or held.opened_at is None):
        raise NotOpen
    row = Clinic.objects.get(pk=clinic.pk)
    row.sign_on_roles = wanted
    row.full_clean()
    row.save(update_fields=["sign_on_roles"])


@transaction.atomic
def end_sign_on(*, clinic: Clinic, by: User, now: datetime) -> None:
    """Nobody comes by it any more; whoever did is signed out, and comes as before. Idempotent."""
    held = _current(clinic)
    if held is None:
        return
    ask_for_sign_on(clinic=clinic, roles=[])
    links = SignOnLink.objects.filter(provider=held, ended_at=None)
    _end(links, by, now)
    SignOnProvider.objects.filter(pk=held.pk).update(ended_at=now, ended_by=by)


def _end(links: QuerySet[SignOnLink], by: User, now: datetime) -> int:
    """The sessions of these people too, wherever they are signed in."""
    people = User.objects.filter(pk__in=list(links.values_list("user", flat=True)))
    end_sessions(users=people, now=now)
    return links.update(ended_at=now, ended_by=by)


@transaction.atomic
def unlink(*, user: User, clinic: Clinic, by: User, now: datetime) -> int:
    """This person's account there opens nothing any more, and their sessions end. Returns how many links."""
    links = SignOnLink.objects.filter(user=user, provider__clinic=clinic, ended_at=None)
    return _end(links, by, now)


@transaction.atomic
def link(*, provider: SignOnProvider, user: User, claims: Claims, now: datetime) -> SignOnLink:
    """For whoever is signed in as `user` and works in that clinic. The same twice is one link. Raises
    LinkedAlready."""
    mine = SignOnLink.objects.filter(provider=provider, user=user, ended_at=None).first()
    if mine is not None and mine.subject == claims.subject:
        return mine
    if mine is not None:
        raise LinkedAlready
    with refused_as(LinkedAlready, "one_person_a_subject", "one_subject_a_person"):
        made = SignOnLink.objects.create(
            provider=provider, user=user, subject=claims.subject, linked_at=now
        )
    logger.info("sign-on linked", user_id=user.pk)
    return made


@transaction.atomic
def join_by_sign_on(
    *, provider: SignOnProvider, invitation: Invitation, claims: Claims, now: datetime
) -> tuple[User, SignOnLink | None]:
    """Accept an invitation to work here whose link this browser held, for the very address that the sign-on
    vouches for. Who was here before is not linked: a link of two weeks may have been passed on.

    Raises AddressDiffers, InvitationGone, LinkedAlready; then nothing is changed.
    """
    if not vouches(claims, invitation.email) or invitation.clinic_id != provider.clinic_id:
        raise AddressDiffers
    user = accept_invitation(invitation=invitation, now=now)
    if user.last_login is not None:
        return user, None
    return user, link(provider=provider, user=user, claims=claims, now=now)


def vouches(claims: Claims, email: str) -> bool:
    return claims.email_is_verified and claims.email.lower() == email.lower()


def known_as(*, provider: SignOnProvider, claims: Claims) -> User | None:
    """Whose account there this is, while they work in the clinic; never by an e-mail."""
    links = SignOnLink.objects.filter(provider=provider, subject=claims.subject, ended_at=None)
    found = links.filter(user__is_active=True).select_related("user").first()
    works = Membership.objects.current().filter(clinic=provider.clinic_id)
    return found.user if found and works.filter(user=found.user_id).exists() else None
