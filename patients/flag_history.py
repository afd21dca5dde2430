"""What happened to a flag, from its history: opened, folded, owned, lapsed, asleep, woken, decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from patients.models import Decision, Finding, Flag


@dataclass(frozen=True)
class Happened:
    """One thing: when, what in a word, by whom (empty: the product itself), and in whose words."""

    at: datetime
    what: str | Promise
    who: str = ""
    words: str = ""


def flag_history(flag: Flag) -> list[Happened]:
    """The whole story in its order, in four queries however long it is.

    The history's own clock is the database's; where the row says when, that is told instead.
    """
    events = list(flag.events.order_by("pgh_id"))  # type: ignore[attr-defined]
    names = _names(events)
    findings = list(flag.findings.order_by("found_at", "pk"))
    happened = list(_found(findings))
    for before, after in pairwise(events):
        happened += _changed(before, after, names, findings)
    happened += _decided(flag)
    return sorted(happened, key=lambda each: each.at)


def _names(events: Iterable[Any]) -> dict[int | None, str]:
    columns = ("owner_id", "assigned_by_id", "slept_by_id", "discuss_by_id")
    people = {getattr(event, column) for event in events for column in columns}
    return {None: "", **dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "name"))}


def _found(findings: list[Finding]) -> Iterator[Happened]:
    for number, finding in enumerate(findings):
        what = _("Opened") if number == 0 else _("One more reason")
        yield Happened(
            finding.found_at, what, words=f"{finding.get_kind_display()}: {finding.sentence}"
        )


def _changed(
    before: Any, after: Any, names: dict[int | None, str], findings: list[Finding]
) -> Iterator[Happened]:
    yield from _owned(before, after, names)
    yield from _slept(before, after, names, findings)
    yield from _discussed(before, after, names)
    if after.told_next_at != before.told_next_at and after.told_next_at:
        yield Happened(after.told_next_at, _("Next contact told"))
    if after.closed_at and not before.closed_at and after.closing != Flag.Closing.DECIDED:
        yield Happened(
            after.closed_at, _("Withdrawn"), words=str(Flag.Closing(after.closing).label)
        )
    if before.closed_at and not after.closed_at:
        yield Happened(after.pgh_created_at, _("Open again"))


def _owned(before: Any, after: Any, names: dict[int | None, str]) -> Iterator[Happened]:
    if after.owner_id and after.owned_at != before.owned_at:
        if after.assigned_by_id:
            giver, to = names[after.assigned_by_id], names[after.owner_id]
            yield Happened(after.owned_at, _("Assigned"), giver, to)
        else:
            yield Happened(after.owned_at, _("Acknowledged"), names[after.owner_id])
    elif before.owner_id and not after.owner_id:
        who = names[before.owner_id]
        if after.owned_until:
            yield Happened(after.owned_until, _("Time ran out, back with the team"), who)
        else:
            yield Happened(after.pgh_created_at, _("Given back to the team"), who)


def _slept(
    before: Any, after: Any, names: dict[int | None, str], findings: list[Finding]
) -> Iterator[Happened]:
    if after.snoozed_until and after.slept_at != before.slept_at:
        until = f"{after.snoozed_until:%Y-%m-%d}: {after.snooze_reason}"
        yield Happened(after.slept_at, _("Snoozed"), names[after.slept_by_id], until)
    elif before.snoozed_until and not after.snoozed_until and not after.closed_at:
        if after.slept_at is None:
            yield Happened(after.pgh_created_at, _("Woken"), names[before.slept_by_id])
        else:
            yield Happened(_woke_it(after, findings), _("Woken early by something worse"))


def _woke_it(after: Any, findings: list[Finding]) -> datetime:
    """When the finding came that now names the flag."""
    found = [each.found_at for each in findings if each.kind == after.kind]
    return max(found, default=after.pgh_created_at)


def _discussed(before: Any, after: Any, names: dict[int | None, str]) -> Iterator[Happened]:
    if after.discuss_at and after.discuss_at != before.discuss_at:
        who = names[after.discuss_by_id]
        yield Happened(after.discuss_at, _("Kept for the weekly meeting"), who, after.discuss_note)
    elif before.discuss_at and not after.discuss_at:
        yield Happened(after.pgh_created_at, _("Taken off the weekly meeting's list"))


def _decided(flag: Flag) -> Iterator[Happened]:
    decisions = Decision.objects.filter(flag=flag).select_related("decided_by")
    for each in decisions.order_by("decided_at", "pk"):
        label = each.get_kind_display()
        words = f"{label} ({each.get_reason_display()})"
        what = _("Corrected") if each.corrects_id else _("Decided")
        yield Happened(each.decided_at, what, each.decided_by.name, words)
