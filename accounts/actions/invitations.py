"""What becomes of an invitation that nobody has accepted yet: a new link, another address, its end."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.actions.invite import (
    VALID_FOR,
    InvitationGone,
    WorksHereAlready,
    digest,
    new_token,
    post_link,
    works_here,
)
from accounts.actions.twice import SAME_FORM
from accounts.models import Invitation, Notice, User
from accounts.queries import NoticeQuerySet


@transaction.atomic
def renew_invitation(
    *, invitation: Invitation, by: User, now: datetime, **corrected: str
) -> Invitation | None:
    """Send a new link, to a corrected address or name where one is given; the old link opens nothing any
    more. None when the same was sent within ten minutes. Raises InvitationGone, WorksHereAlready."""
    held = _hold(invitation)
    was = held.email, held.name, held.role
    for name, value in corrected.items():
        setattr(held, name, value.lower() if name == "email" else value)
    if was == (held.email, held.name, held.role) and held.sent_at > now - SAME_FORM:
        return None
    if held.is_for_work and works_here(held.clinic, held.email):
        raise WorksHereAlready
    token, language = new_token(), _language(held)
    held.token_digest, held.expires_at = digest(token), now + VALID_FOR
    held.renewed_at, held.renewed_by, held.asked_again_at = now, by, None
    held.save()
    _letters(held).filter(sent_at=None, given_up_at=None).update(given_up_at=now)
    key = f"invitation:{held.pk}:{held.token_digest[:16]}"
    post_link(held, token, language=language, key=key, now=now)
    return held


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Close the link; a letter that has not left yet stays here. Idempotent; an accepted invitation
    stays as it is."""
    open_one = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if open_one.update(withdrawn_at=now, withdrawn_by=by):
        _letters(invitation).filter(sent_at=None, given_up_at=None).update(given_up_at=now)


def ask_again(*, token: str, now: datetime) -> bool:
    """Whoever holds a link that ran out asks the clinic for a new one; False where there is none to ask
    for."""
    old = Invitation.objects.unanswered().filter(token_digest=digest(token), expires_at__lte=now)
    return bool(old.update(asked_again_at=now))


def _hold(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.unanswered().select_related("clinic")
    held = rows.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if held is None:
        raise InvitationGone
    return held


def _letters(invitation: Invitation) -> NoticeQuerySet:
    first = f"invitation:{invitation.pk}"
    return Notice.objects.filter(Q(key=first) | Q(key__startswith=f"{first}:"))


def _language(invitation: Invitation) -> str:
    """As the letter before it was written."""
    before = _letters(invitation).order_by("-pk").values_list("language", flat=True)
    return before.first() or settings.LANGUAGE_CODE
