"""What came of a safety answer: recorded, which ends the hold, or undone, which holds again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.actions import SAME_FORM, post_notice, withhold_notice
from accounts.models import Membership, Notice, User
from patients.flags.actions import hold_again, lift_hold
from patients.flags.ownership import give
from patients.models import Episode, Flag, SafetyAdvice, SafetyOutcome
from patients.review.queue import mark_review_due
from patients.safety_desk.actions.calls import hold_case

Kind = SafetyOutcome.Kind


class NewlyAnswered(Exception):
    """The patient said yes to something more since the page was read."""


class OtherOutcome(Exception):
    """It was undone already, or a later one holds."""


class CannotHandOver(Exception):
    """This colleague may not see the patient."""


@dataclass(frozen=True)
class Found:
    """What the clinician records. `handed_to` is the next contact, for "could not be reached": a
    colleague, or None for the clinic's own next contact."""

    kind: str
    note: str
    handed_to: Membership | None = None


@transaction.atomic
def record_outcome(
    *, flag: Flag, found: Found, seen: int, by: User, now: datetime
) -> SafetyOutcome:
    """Keep the outcome of all answers up to `seen`, the newest advice that the clinician has read.

    It ends the hold and keeps no rule quiet: the scores are looked at from now on. Who could not be
    reached is handed over instead, and the hold stays.

    Raises NothingWaits, NewlyAnswered, CannotHandOver; then nothing is kept.
    """
    held, newest = hold_case(flag)
    if newest.pk != seen:
        raise NewlyAnswered
    if said := _said_just_now(held, newest, found, by, now):
        return said
    outcome = SafetyOutcome.objects.create(
        episode=held.episode,
        flag=held,
        about=newest,
        kind=found.kind,
        note=found.note,
        handed_to=_next_contact(held, found),
        recorded_at=now,
        recorded_by=by,
    )
    if outcome.ends_hold:
        lift_hold(flag=held, now=now)
        mark_review_due(episode=held.episode, now=now)
    else:
        _hand_over(held, outcome, by, now)
    return outcome


def _said_just_now(
    flag: Flag, newest: SafetyAdvice, found: Found, by: User, now: datetime
) -> SafetyOutcome | None:
    """The same words pressed twice: one hand-over, one mail."""
    lately = SafetyOutcome.objects.in_force().filter(recorded_at__gt=now - SAME_FORM)
    to = found.handed_to.user if found.handed_to else None
    same = lately.filter(flag=flag, about=newest, kind=found.kind, note=found.note, handed_to=to)
    return same.filter(recorded_by=by).first()


def _next_contact(flag: Flag, found: Found) -> User | None:
    to = found.handed_to if found.kind == Kind.NOT_REACHED else None
    if to and not Flag.objects.visible_to(to).filter(pk=flag.pk).exists():
        raise CannotHandOver
    return to.user if to else None


def _hand_over(flag: Flag, outcome: SafetyOutcome, by: User, now: datetime) -> None:
    """Given to a colleague, who is told; or nobody's again, and the clinic's next contact is told."""
    clinic, to = flag.episode.patient.clinic, outcome.handed_to
    if to is None:
        flag.owner = flag.owned_at = flag.assigned_by = flag.owned_until = None
        flag.told_next_at = now
        flag.save()
    else:
        give(flag, to=to, by=by, now=now)
    post_notice(
        kind=Notice.Kind.URGENT_FLAG,
        key=_notice_key(outcome),
        clinic=clinic,
        email=to.email if to else clinic.next_alert_email or clinic.alert_email,
        path=reverse("safety_desk"),
        now=now,
    )


def _notice_key(outcome: SafetyOutcome) -> str:
    return f"safety-hand-over:{outcome.pk}"


@transaction.atomic
def undo_outcome(*, outcome: SafetyOutcome, by: User, now: datetime) -> SafetyOutcome:
    """A further entry; the answers wait again and hold the rules. Raises OtherOutcome."""
    Episode.objects.select_for_update(no_key=True).get(pk=outcome.episode_id)
    in_force = SafetyOutcome.objects.in_force().filter(episode=outcome.episode_id)
    if in_force.order_by("pk").last() != outcome:
        raise OtherOutcome
    entry = SafetyOutcome.objects.create(
        episode=outcome.episode,
        flag=outcome.flag,
        about=outcome.about,
        corrects=outcome,
        kind=Kind.UNDONE,
        recorded_at=now,
        recorded_by=by,
    )
    if outcome.ends_hold:
        hold_again(flag=outcome.flag, now=now)
    else:
        withhold_notice(key=_notice_key(outcome), now=now)
    return entry
