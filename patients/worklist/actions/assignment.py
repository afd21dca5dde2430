"""Who owns a flag: acknowledged, assigned, given back; if nobody, the next contact is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.actions import JobRun, post_notice
from accounts.models import JobFailure, Membership, Notice, User
from patients.flags.deadlines import due_by
from patients.flags.ownership import give
from patients.models import Finding, Flag, Kind

logger = structlog.get_logger(__name__)

NOBODY = {"owner": None, "owned_at": None, "assigned_by": None}


class CannotAssign(Exception):
    """This colleague may not see one of the patients."""


@transaction.atomic
def assign(*, flags: Iterable[Flag], to: Membership, by: User, now: datetime) -> list[Flag]:
    """Give open flags to a colleague; those that were decided meanwhile are left out.

    Raises CannotAssign; then none is given.
    """
    asked = {flag.pk for flag in flags}
    if Flag.objects.visible_to(to).filter(pk__in=asked).count() < len(asked):
        raise CannotAssign
    held = Flag.objects.open().filter(pk__in=asked).order_by("pk").select_for_update(of=("self",))
    giver = None if to.user_id == by.pk else by
    return [give(flag, to=to.user, by=giver, now=now) for flag in held]


@transaction.atomic
def give_back(*, flags: Iterable[Flag]) -> int:
    """Back to the team; returns how many were somebody's. A closed flag keeps its owner."""
    owned = Flag.objects.open().filter(pk__in={flag.pk for flag in flags}, owner__isnull=False)
    return owned.update(**NOBODY, owned_until=None)


def return_lapsed_flags(*, now: datetime) -> int:
    """Flags that their owner did not decide in time go back to the team. Idempotent.

    `owned_until` stays and says when that was. Those owned from before this deadline existed go too.
    """
    lapsed = Q(owned_until=None) | Q(owned_until__lte=now)
    owned = Flag.objects.open().filter(lapsed, owner__isnull=False).values_list("pk", flat=True)
    returned = JobRun(JobFailure.Job.RETURN_FLAGS, now).do(owned, partial(_return, lapsed=lapsed))
    if returned:
        logger.info("flags returned to the team", flags=returned)
    return returned


def _return(flags: list[int], lapsed: Q) -> int:
    """Those that were not given to somebody meanwhile."""
    return Flag.objects.open().filter(lapsed, pk__in=flags).update(**NOBODY)


def tell_next_contacts(*, now: datetime) -> int:
    """Safety answers that nobody took on within the protocol's minutes go to the next contact."""
    waiting = Finding.objects.not_taken_on().values_list("pk", flat=True)
    return JobRun(JobFailure.Job.NEXT_CONTACT, now).do(waiting, partial(_tell_overdue, now=now))


def _tell_overdue(findings: list[int], now: datetime) -> int:
    waiting = Finding.objects.filter(pk__in=findings).select_related(
        "flag__episode__patient__clinic", "protocol"
    )
    overdue = {
        finding.flag_id: finding
        for finding in waiting
        if due_by(Kind.SAFETY, finding.protocol, finding.flag.episode.patient.clinic, finding.found_at) <= now
    }  # fmt: skip
    return sum(_tell_next(finding, now) for finding in overdue.values())


@transaction.atomic
def _tell_next(finding: Finding, now: datetime) -> bool:
    """Written and noted in one transaction, once for an answer; False where somebody was quicker."""
    flag = Flag.objects.select_for_update(of=("self",)).get(pk=finding.flag_id)
    if not Finding.objects.not_taken_on().filter(pk=finding.pk).exists():
        return False
    clinic = flag.episode.patient.clinic
    flag.told_next_at = now
    flag.save(update_fields=["told_next_at"])
    post_notice(
        kind=Notice.Kind.URGENT_FLAG,
        key=f"next-contact:{finding.pk}",
        clinic=clinic,
        email=clinic.next_alert_email or clinic.alert_email,
        path=reverse("safety_desk"),
        now=now,
    )
    return True
