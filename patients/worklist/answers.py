"""How an action on the worklist answers: the row where it stands, or back to the list; with Undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ClinicRequest
from patients.models import Flag, Kind
from patients.queries.flags import FlagQuerySet
from patients.worklist.filters import LISTS, Filters, back_to
from patients.worklist.selectors.worklist import WorklistRow, rows, with_what_rows_need

TEMPLATE = "patients/worklist/worklist.html"
TITLES = {
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("Team"),
    "snoozed": gettext_lazy("Snoozed"),
    "discuss": gettext_lazy("To discuss"),
    "closed": gettext_lazy("Closed"),
}


@dataclass(frozen=True)
class Note:
    """What the status bar says, and the page that undoes it, with the flags that it is about."""

    words: str
    undo: str = ""
    flags: tuple[int, ...] = ()

    @property
    def tags(self) -> str:
        """What a message carries to the next page; without an Undo it says where the focus goes."""
        return f"undo:{self.undo}:{'.'.join(map(str, self.flags))}" if self.flags else ""

    @property
    def address(self) -> str:
        return reverse(self.undo, args=() if self.undo.endswith("many") else self.flags)


@dataclass(frozen=True)
class SaidBefore:
    """A message as the worklist shows it."""

    tags: str
    note: Note


def said_before(request: ClinicRequest) -> list[SaidBefore]:
    """The messages that wait, those with an Undo as notes."""
    return [
        SaidBefore(message.level_tag, _note(str(message), message.extra_tags or ""))
        for message in messages.get_messages(request)
    ]


def focus_of(said: list[SaidBefore]) -> int | None:
    """The row that was just put back."""
    rows_back = [each.note.flags[0] for each in said if each.note.flags and not each.note.undo]
    return rows_back[0] if rows_back else None


def _note(words: str, tags: str) -> Note:
    if not tags.startswith("undo:"):
        return Note(words)
    _undo, page, flags = tags.split(":")
    return Note(words, page, tuple(map(int, flags.split("."))))


def one_row(request: ClinicRequest, pk: int, now: datetime) -> WorklistRow:
    flags = Flag.objects.visible_to(request.membership).filter(pk=pk)
    [row] = rows(with_what_rows_need(flags), request.membership.clinic, now)
    return row


def row_context(request: ClinicRequest, pk: int, filters: Filters) -> dict[str, Any]:
    now = timezone.now()
    row = one_row(request, pk, now)
    patients = [row.flag.episode.patient_id]
    return {"row": row, "patients": patients, "filters": filters, "now": now, **way_back(filters)}


def way_back(filters: Filters) -> dict[str, str]:
    """The list's query as each row's forms and links carry it, worked out once."""
    return {"back": filters.query, "back_quoted": quote(filters.query, safe="")}


def done(request: ClinicRequest, pk: int, note: Note) -> HttpResponse:
    """The row as it is now, and what was done; without script the list again."""
    filters = Filters.of(request.POST.get("back", ""))
    if not request.htmx:
        messages.success(request, note.words, extra_tags=note.tags)
        return back_to(filters)
    context = row_context(request, pk, filters)
    context |= {"said": [SaidBefore("success", note)], "focus": pk, **_tabs_now(request, filters)}
    return render(request, f"{TEMPLATE}#changed", context)


def undone(request: ClinicRequest, note: Note) -> HttpResponse:
    """The whole list again: the row may have left it, or come back."""
    messages.success(request, note.words, extra_tags=note.tags)
    return back_to(Filters.of(request.POST.get("back", "")))


def too_late(request: ClinicRequest, pk: int) -> HttpResponse:
    """A colleague decided first: here is what they decided."""
    messages.warning(request, _("Somebody has decided about this flag. See below."))
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": reverse("flag", args=[pk])})
    return redirect("flag", pk=pk)


def _tabs_now(request: ClinicRequest, filters: Filters) -> dict[str, Any]:
    return tabs(request, Flag.objects.visible_to(request.membership), filters, timezone.now())


class Tab(NamedTuple):
    title: str
    number: int | None
    address: str
    is_here: bool


def tabs(
    request: ClinicRequest, visible: FlagQuerySet, filters: Filters, now: datetime
) -> dict[str, Any]:
    """How many stand on each list, and of which kinds the present one is made. Beside what a search found
    the whole lists are not counted; whether a safety answer waits is asked all the same."""
    tally = [] if filters.words else visible.tally(request.user, now)
    counts = {name: sum(row[name] for row in tally) for name in LISTS if name != "closed"}
    counts = {} if filters.words else counts
    here = {row["kind"]: row.get(filters.which, 0) for row in tally}
    return {
        "counts": counts,
        "held": bool(filters.words) or sum(row["held"] for row in tally),
        "lists": [
            Tab(str(title), counts.get(name), filters.address(which=name), name == filters.which)
            for name, title in TITLES.items()
        ],
        "kinds": [
            Tab(str(label), here[kind], filters.address(kind=kind), kind == filters.kind)
            for kind, label in Kind.choices
            if here.get(kind)
        ],
    }
