"""Who is in line for what, and which times are kept for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count

from accounts.models import Membership
from scheduling.models import VisitType, WaitlistEntry, WaitlistOffer
from scheduling.queries import WaitlistEntryQuerySet

LATELY = 30


@dataclass(frozen=True)
class Line:
    """Those in line for one type of visit that a page shows, the longest wait first, and how many there are."""

    kind: VisitType
    entries: list[WaitlistEntry]
    number: int


def in_line(viewer: Membership) -> WaitlistEntryQuerySet:
    """Everybody in line, by type."""
    rows = WaitlistEntry.objects.visible_to(viewer).open()
    related = ("patient", "visit_type", "visit", "clinician__user")
    found = rows.select_related(*related).prefetch_related("offers")
    return found.order_by("visit_type__name", "visit_type", "added_at", "pk")


def lines(entries: Iterable[WaitlistEntry], viewer: Membership) -> list[Line]:
    """These, by type; one query more, however many."""
    rows = WaitlistEntry.objects.visible_to(viewer).open().values_list("visit_type")
    numbers = dict(rows.annotate(number=Count("pk")))
    by_kind = groupby(entries, lambda entry: entry.visit_type)
    return [Line(kind, list(mine), numbers.get(kind.pk, 0)) for kind, mine in by_kind]


def kept_times(viewer: Membership, now: datetime) -> list[WaitlistOffer]:
    """Times that wait for an answer; the next to run out first."""
    rows = WaitlistOffer.objects.visible_to(viewer).kept(now)
    related = (
        "entry__patient",
        "entry__visit_type",
        "entry__visit",
        "clinician__user",
        "hold__room",
    )
    return list(rows.select_related(*related, "hold__visit_type").order_by("until", "pk"))


def answered_lately(viewer: Membership) -> list[WaitlistOffer]:
    """The last offers that came to an end."""
    rows = WaitlistOffer.objects.visible_to(viewer).exclude(answered_at=None)
    related = ("entry__patient", "entry__visit_type", "clinician__user")
    return list(rows.select_related(*related).order_by("-answered_at", "-pk")[:LATELY])
