"""What happened to a flag, from its history: opened, folded, owned, lapsed, snoozed, woken, decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Decision, Finding, Flag


@dataclass(frozen=True)
class Happened:
    """One thing: when, what in a word, by whom (empty: the product itself), and in whose words."""

    at: datetime
    what: str | Promise
    who: str = ""
    words: str = ""


def flag_history(flag: Flag, decisions: Iterable[Decision]) -> list[Happened]:
    """The whole story in its order; one query however long it is, for a page that has the findings
    and the decisions already.

    The history's times are the database's; where the flag's row has its own time, that is shown.
    """
    events = list(_events(flag))
    findings = sorted(flag.findings.all(), key=_first_found)
    happened = list(_found(findings))
    for before, after in pairwise(events):
        happened += _changed(before, after, findings)
    happened += _decided([each for each in decisions if each.flag_id == flag.pk])
    return sorted(happened, key=lambda each: each.at)


def _events(flag: Flag) -> Any:
    """Every state of its row with the names of the people in it, the first one first."""
    people = ("owner", "assigned_by", "last_snoozed_by", "discuss_by")
    names = {f"{who}_name": Coalesce(f"{who}__name", Value("")) for who in people}
    return flag.events.annotate(**names).order_by("pgh_id")  # type: ignore[attr-defined]


def _first_found(finding: Finding) -> tuple[datetime, int]:
    return finding.found_at, finding.pk


def _found(findings: list[Finding]) -> Iterator[Happened]:
    for number, finding in enumerate(findings):
        what = _("Opened") if number == 0 else _("One more reason")
        yield Happened(
            finding.found_at, what, words=f"{finding.get_kind_display()}: {finding.sentence}"
        )


def _changed(before: Any, after: Any, findings: list[Finding]) -> Iterator[Happened]:
    yield from _owned(before, after)
    yield from _snoozed(before, after, findings)
    yield from _discussed(before, after)
    if after.told_next_at != before.told_next_at and after.told_next_at:
        yield Happened(after.told_next_at, _("Next contact told"))
    if after.closed_at and not before.closed_at and after.closing != Flag.Closing.DECIDED:
        what = _("Closed") if after.closing == Flag.Closing.SAFETY else _("Withdrawn")
        yield Happened(after.closed_at, what, words=str(Flag.Closing(after.closing).label))
    if before.closed_at and not after.closed_at:
        yield Happened(after.pgh_created_at, _("Open again"))


def _owned(before: Any, after: Any) -> Iterator[Happened]:
    if after.owner_id and after.owned_at != before.owned_at:
        if after.assigned_by_id:
            to = after.owner_name
            yield Happened(after.owned_at, _("Assigned"), after.assigned_by_name, to)
        else:
            yield Happened(after.owned_at, _("Acknowledged"), after.owner_name)
    elif before.owner_id and not after.owner_id:
        who = before.owner_name
        if after.owned_until:
            yield Happened(after.owned_until, _("Time ran out, back with the team"), who)
        else:
            yield Happened(after.pgh_created_at, _("Given back to the team"), who)


def _snoozed(before: Any, after: Any, findings: list[Finding]) -> Iterator[Happened]:
    if after.snoozed_until and after.last_snoozed_at != before.last_snoozed_at:
        until = f"{timezone.localtime(after.snoozed_until):%Y-%m-%d}: {after.snooze_reason}"
        yield Happened(after.last_snoozed_at, _("Snoozed"), after.last_snoozed_by_name, until)
    elif before.snoozed_until and not after.snoozed_until and not after.closed_at:
        if after.last_snoozed_at is None:
            yield Happened(after.pgh_created_at, _("Woken"), before.last_snoozed_by_name)
        else:
            yield Happened(_woke_it(after, findings), _("Woken early by something worse"))


def _woke_it(after: Any, findings: list[Finding]) -> datetime:
    """When the finding came that now names the flag."""
    found = [each.found_at for each in findings if each.kind == after.kind]
    return max(found, default=after.pgh_created_at)


def _discussed(before: Any, after: Any) -> Iterator[Happened]:
    if after.discuss_at and after.discuss_at != before.discuss_at:
        who = after.discuss_by_name
        yield Happened(after.discuss_at, _("Kept for the weekly meeting"), who, after.discuss_note)
    elif before.discuss_at and not after.discuss_at:
        yield Happened(after.pgh_created_at, _("Taken off the weekly meeting's list"))


def _decided(decisions: list[Decision]) -> Iterator[Happened]:
    known = {each.pk: each for each in decisions}
    for each in decisions:
        words = f"{each.get_kind_display()} ({each.get_reason_display()})"
        what = _("Corrected") if each.corrects_id else _("Decided")
        if each.kind == Decision.Kind.UNDONE:
            what, words = _("Undone"), known[each.corrects_id or 0].get_kind_display()
        yield Happened(each.decided_at, what, each.decided_by.name, words)
