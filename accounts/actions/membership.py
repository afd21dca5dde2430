"""Somebody's work in a clinic over time: another role, the end of it, a return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.actions.disable import end_sessions
from accounts.actions.invitations import withdraw_invitation
from accounts.actions.sign_on import unlink
from accounts.constraints import refused_as
from accounts.duties import CannotTake, duties, farewells, held_by
from accounts.models import Clinic, Invitation, Membership, User

CLINICIAN, ADMINISTRATOR = Membership.Role.CLINICIAN, Membership.Role.ADMINISTRATOR
HandTo = Mapping[str, Membership]

SUBJECT = "Your work at {clinic} in Spinecare"
ENDED = """Your access to {clinic} has ended. You are signed out everywhere.

Is this a mistake? Call the clinic: {phone}
"""
BACK = """You can work at {clinic} again. Sign in with this e-mail as you did before.

Is this a mistake? Call the clinic: {phone}
"""


class LastAdministrator(Exception):
    """Nobody would be left who can invite people and end memberships."""


class WorkLeft(Exception):
    """Some of what they hold has been given to nobody."""


class NotWorking(Exception):
    """The membership has ended already."""


class WorksHere(Exception):
    """They work in this clinic already."""


@transaction.atomic
def change_role(
    *, membership: Membership, role: str, credentials: str, hand_to: HandTo, by: User, now: datetime
) -> Membership:
    """From the next request on. Who is no clinician any more hands over a clinician's work first.

    Raises NotWorking, LastAdministrator, WorkLeft, CannotTake; then nothing is changed.
    """
    held = _hold(membership)
    if role != held.role:
        _keep_an_administrator(held)
    if held.role == CLINICIAN and role != CLINICIAN:
        _hand_over(held, hand_to, by, now)
    held.role, held.credentials = role, credentials
    held.save(update_fields=["role", "credentials"])
    return held


@transaction.atomic
def end_membership(
    *, membership: Membership, hand_to: HandTo, by: User, now: datetime
) -> Membership:
    """End access with the next request, and every session at once; `hand_to` names who takes on what,
    by the keys of accounts.duties. Links that would let them in again are withdrawn.

    Raises NotWorking, LastAdministrator, WorkLeft, CannotTake; then nothing is changed.
    """
    held = _hold(membership)
    _keep_an_administrator(held)
    _hand_over(held, hand_to, by, now)
    for end in farewells:
        end(held, now)
    held.ended_at, held.ended_by = now, by
    held.save(update_fields=["ended_at", "ended_by"])
    unlink(user=held.user, clinic=held.clinic, by=by, now=now)
    _close_links(held, by, now)
    end_sessions(users=User.objects.filter(pk=held.user_id), now=now)
    _tell(held, ENDED, now)
    return held


@transaction.atomic
def let_return(*, membership: Membership, role: str, by: User, now: datetime) -> Membership:
    """Somebody whose membership ended works here again, by a membership of its own: nothing that was
    handed over comes back by itself. Raises WorksHere."""
    Clinic.objects.select_for_update(no_key=True).get(pk=membership.clinic_id)
    with refused_as(WorksHere, "one_current_membership_per_clinic"):
        again = Membership.objects.create(
            user=membership.user,
            clinic=membership.clinic,
            role=role,
            credentials=membership.credentials,
            started_at=now,
        )
    User.objects.filter(pk=membership.user_id, is_active=False).update(is_active=True)
    _tell(again, BACK, now)
    return again


def _hold(membership: Membership) -> Membership:
    """One at a time in a clinic: two administrators do not end each other."""
    Clinic.objects.select_for_update(no_key=True).get(pk=membership.clinic_id)
    held = Membership.objects.select_related("user", "clinic").get(pk=membership.pk)
    if held.ended_at is not None:
        raise NotWorking
    return held


def _keep_an_administrator(held: Membership) -> None:
    others = Membership.objects.current().filter(clinic=held.clinic_id, role=ADMINISTRATOR)
    if held.role == ADMINISTRATOR and not others.exclude(pk=held.pk).exists():
        raise LastAdministrator


def _hand_over(held: Membership, hand_to: HandTo, by: User, now: datetime) -> None:
    for key, duty in duties.items():
        if key in hand_to:
            try:
                duty.hand_over(of=held, to=hand_to[key], by=by, now=now)
            except CannotTake as refused:
                raise CannotTake(refused.words, key) from refused
    # Whoever books with them locks this row too (scheduling): from here on nothing is added.
    Membership.objects.select_for_update(no_key=True, of=("self",)).get(pk=held.pk)
    if any(held_by(held, now)):
        raise WorkLeft


def _close_links(held: Membership, by: User, now: datetime) -> None:
    """Those that ran out too: somebody could renew them."""
    theirs = {"clinic": held.clinic_id, "email__iexact": held.user.email}
    for invitation in Invitation.objects.unanswered().for_work().filter(**theirs):
        withdraw_invitation(invitation=invitation, by=by, now=now)


def _tell(held: Membership, text: str, now: datetime) -> None:
    """In English, as everything that staff read."""
    words = {"clinic": held.clinic.name, "phone": held.clinic.phone}
    subject = SUBJECT.format(**words)
    post_account_mail(
        to=held.user.email,
        subject=subject,
        text=text.format(**words),
        counts=NEWS_COUNTS,
        now=now,
    )
