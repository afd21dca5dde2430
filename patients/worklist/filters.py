"""What a worklist shows: which list, which kinds, which page. All of it stands in the address, names sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from patients.finding.asked import meant
from patients.models import Flag, Kind
from patients.queries.flags import FlagQuerySet
from patients.record.sealed_search import sealed, words_of
from patients.record.selectors.patient_list import searched

LISTS = ("team", "mine", "snoozed", "discuss", "closed")
PAGE = 20  # as many as a clinician sees to in one go
FOUND = 5  # of a search: somebody is meant, and the rest is on the next page
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Filters:
    """Empty is every kind, every tier, everybody, the first page."""

    which: str = "team"
    kind: str = ""
    tier: str = ""
    words: str = ""
    after: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """Values that make no sense are ignored."""
        which, kind, tier = asked.get("list", ""), asked.get("kind", ""), asked.get("tier", "")
        return cls(
            which=which if which in LISTS else "team",
            kind=kind if kind in Kind.values else "",
            tier=tier if tier in {"1", "2", "3", "4", "5"} else "",
            words=words_of(asked.get("q", "")),
            after=asked.get("after", "")[:60],
        )

    @classmethod
    def typed(cls, asked: Mapping[str, str]) -> Self:
        """From the form, where the words are not sealed yet."""
        return replace(cls.read(asked), words=searched(asked.get("q", "")))

    @classmethod
    def of(cls, query: str) -> Self:
        return cls.read(QueryDict(query))

    def address(self, **changes: str) -> str:
        """The query of the worklist with these filters, some of them changed; a new page's first."""
        now = replace(self, **{"after": "", **changes})
        asked = {
            "list": "" if now.which == LISTS[0] else now.which, "kind": now.kind, "tier": now.tier, "q": sealed(now.words), "after": now.after,
        }  # fmt: skip
        return urlencode({key: value for key, value in asked.items() if value})

    @property
    def query(self) -> str:
        return self.address(after=self.after)

    @property
    def kept(self) -> str:
        """What a saved view keeps: never a name that was searched for."""
        return self.address(words="")

    @property
    def page(self) -> int:
        """Rows of one page."""
        return FOUND if self.words else PAGE

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.tier or self.words)

    def choose(self, flags: FlagQuerySet, user: User, now: datetime) -> FlagQuerySet:
        """The chosen flags in their order, from the chosen page on."""
        chosen = self._narrow(self._list(flags, user, now), now)
        place = _place(self.after)
        if self.which == "closed":
            chosen = chosen.latest_closed_first()
            return chosen.closed_before(*place[1:]) if place else chosen
        chosen = chosen.worst_first()
        return chosen.behind(*place) if place else chosen

    def choose_behind(
        self, flag: Flag, flags: FlagQuerySet, user: User, now: datetime
    ) -> FlagQuerySet:
        """What comes after this flag, whatever the page."""
        return replace(self, after=self.next_after(flag)).choose(flags, user, now)

    def _list(self, flags: FlagQuerySet, user: User, now: datetime) -> FlagQuerySet:
        lists = {
            "team": flags.awake(now),
            "mine": flags.awake(now).owned_by(user),
            "snoozed": flags.snoozed(now),
            "discuss": flags.to_discuss(),
            "closed": flags.closed(),
        }
        return lists[self.which]

    def _narrow(self, flags: FlagQuerySet, now: datetime) -> FlagQuerySet:
        if self.kind:
            flags = flags.filter(kind=self.kind)
        if self.tier:
            flags = flags.filter(trial__level=int(self.tier))
        return flags.of_person(meant(self.words, now.date())) if self.words else flags

    def next_after(self, last: Flag) -> str:
        """Where the page behind this flag begins."""
        at = last.closed_at if self.which == "closed" and last.closed_at else last.due_at
        return f"{last.severity}-{(at - EPOCH) // TICK}-{last.pk}"


def _place(after: str) -> tuple[int, datetime, int] | None:
    parts = after.split("-")
    if len(parts) != len(("severity", "at", "pk")) or not all(
        part.isascii() and part.isdigit() for part in parts
    ):
        return None
    severity, at, pk = map(int, parts)
    try:
        return severity, EPOCH + at * TICK, pk
    except OverflowError:
        return None


def back_to(filters: Filters) -> HttpResponse:
    return redirect("?".join(filter(None, [reverse("worklist"), filters.query])))
