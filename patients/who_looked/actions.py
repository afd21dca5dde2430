"""Somebody signs that they looked at who had opened records in a month."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import Membership
from patients.models import AccessReview
from patients.who_looked.selectors import last_of, looks_of
from patients.who_looked.unusual import unusual


class NotOver(Exception):
    """The month still runs: more may be opened."""


class SignedBefore(Exception):
    """Somebody else was quicker."""


class SayWhatWasDone(Exception):
    """Something unusual was found, and the note is empty."""


@transaction.atomic
def sign_review(*, at: Membership, month: date, note: str, now: datetime) -> AccessReview:
    """`month` is its first day, in the clinic's days. Raises NotOver, SignedBefore, SayWhatWasDone."""
    if now.astimezone(at.clinic.zone).date() <= last_of(month):
        raise NotOver
    looks = list(looks_of(at, month))
    found = len(unusual(looks))
    if found and not note:
        raise SayWhatWasDone
    with refused_as(SignedBefore, "one_access_review_a_month"):
        return AccessReview.objects.create(
            clinic=at.clinic, month=month, looked=len(looks), unusual=found, note=note,
            signed_at=now, signed_by=at.user,
        )  # fmt: skip
