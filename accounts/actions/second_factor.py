"""For somebody at work who lost the second factor and the recovery codes."""

from __future__ import annotations

from datetime import datetime

import structlog
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.actions.disable import end_sessions
from accounts.models import Membership, User
from accounts.sealing import seal, unseal

logger = structlog.get_logger(__name__)

SUBJECT = "Your second step for signing in was removed"
TEXT = """Your clinic's administrator told us that you lost it. When you sign in next, set up a new one.

If you did not ask for this, tell your administrator at once.
"""

# By kind of second factor, what allauth keeps sealed (MFAAdapter.encrypt).
SEALED_IN = {
    Authenticator.Type.TOTP.value: {"secret"},
    Authenticator.Type.RECOVERY_CODES.value: {"seed", "migrated_codes"},
}


class NobodyVouches(Exception):
    """No administrator of a clinic where this person works says that it is they."""


@transaction.atomic
def forget_second_factor(*, user: User, by: User, now: datetime) -> None:
    """Remove all of them, end all sessions, and tell the person. An administrator who works with this
    person vouches for them, as at the invitation. Raises NobodyVouches."""
    at = user.memberships.current().values("clinic")
    administers = by.memberships.current().filter(role=Membership.Role.ADMINISTRATOR, clinic__in=at)
    if by == user or not administers.exists():
        raise NobodyVouches
    Authenticator.objects.filter(user=user).delete()
    end_sessions(users=User.objects.filter(pk=user.pk), now=now)
    post_account_mail(to=user.email, subject=SUBJECT, text=TEXT, counts=NEWS_COUNTS, now=now)
    logger.warning("second factor forgotten", user_id=user.pk)


def reseal() -> int:
    """Seal what second factors keep with the first of MFA_KEYS, each row by itself; then the other keys open
    nothing that is kept. Returns how many rows. Idempotent; raises InvalidToken for a row that no key opens.
    """
    rows = Authenticator.objects.filter(type__in=SEALED_IN).order_by("pk")
    return sum(_reseal(pk) for pk in rows.values_list("pk", flat=True))


@transaction.atomic
def _reseal(pk: int) -> bool:
    """Locked, since a recovery code that is used meanwhile is noted in the same row."""
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    for name in SEALED_IN[row.type] & row.data.keys():
        row.data[name] = _anew(row.data[name])
    row.save(update_fields=["data"])
    return True


def _anew(sealed: str | list[str]) -> str | list[str]:
    return (
        [seal(unseal(one)) for one in sealed] if isinstance(sealed, list) else seal(unseal(sealed))
    )
