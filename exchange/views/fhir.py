"""Read and search, for systems: each answer is noted in the history of who opened a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from exchange.access import SystemRequest, system
from exchange.actions import note_read
from exchange.bundles import searched
from exchange.outcome import Refused, answer
from exchange.resources import KINDS, OF_PATIENTS
from exchange.search import (
    Asked,
    BadSearch,
    asked_of,
    asked_of_everything,
    find,
    fixed_say,
)
from exchange.sources import Kind, Source
from patients.models import Patient

SAFE = ("GET", "HEAD")


def _must_be(request: SystemRequest, *methods: str) -> None:
    if request.method not in methods:
        raise Refused(405, "This server is read only.", Allow=", ".join(methods))


def _kind(request: SystemRequest, name: str) -> Kind:
    if name not in KINDS:
        raise Refused(404, "This server has no such resource.")
    if name not in request.reads:
        raise Refused(403, f"Your token does not open {name}.")
    return KINDS[name]


@system
def read(request: SystemRequest, kind: str, key: str) -> HttpResponse:
    _must_be(request, *SAFE)
    for source in _kind(request, kind).sources:
        row_key = source.row_key(key)
        row = source.rows(request.system).filter(pk=row_key).first() if row_key else None
        if row is not None:
            _note(request, [(source, row)], None)
            return answer(source.resource(row))
    raise Refused(404, "There is no such resource.")


@system
def search(request: SystemRequest, kind: str) -> HttpResponse:
    """By GET; a POST to a type would create."""
    _must_be(request, *SAFE)
    return _search(request, kind, _given(request))


@system
def search_by_post(request: SystemRequest, kind: str) -> HttpResponse:
    """What was typed stands in the body, and so in nobody's list of addresses."""
    _must_be(request, "POST")
    return _search(request, kind, [*_given(request), *_pairs(request.POST)])


def _search(request: SystemRequest, name: str, given: Sequence[tuple[str, str]]) -> HttpResponse:
    kind = _kind(request, name)
    try:
        asked = asked_of(kind, given)
        narrow = fixed_say(kind, asked)
        found = find(kind.sources if narrow else (), request.system, narrow or asked)
    except BadSearch as bad:
        raise Refused(400, str(bad)) from bad
    _note(request, found.rows, asked)
    return answer(searched(found, name, given))


@system
def everything(request: SystemRequest, key: str) -> HttpResponse:
    """All of a patient that the token opens; `_since` what was changed from then on."""
    _must_be(request, *SAFE)
    _kind(request, "Patient")
    pk = int(key) if key.isascii() and key.isdigit() and len(key) <= len("9" * 18) else 0
    if not Patient.objects.visible_to(request.system).filter(pk=pk).exists():
        raise Refused(404, "There is no such resource.")
    given = _given(request)
    try:
        asked = asked_of_everything(given, pk)
        found = find(_sources(request, dict(given).get("_type", "")), request.system, asked)
    except BadSearch as bad:
        raise Refused(400, str(bad)) from bad
    _note(request, found.rows, asked)
    return answer(searched(found, f"Patient/{pk}/$everything", given))


def _sources(request: SystemRequest, types: str) -> list[Source]:
    """Raises BadSearch for a type that it has not."""
    wanted = {name for name in types.split(",") if name}
    if wanted - set(OF_PATIENTS):
        raise BadSearch(f"_type takes some of {', '.join(OF_PATIENTS)}.")
    kinds = [kind for name, kind in OF_PATIENTS.items() if name in request.reads]
    return [
        source for kind in kinds if not wanted or kind.name in wanted for source in kind.sources
    ]


@system
def unknown(request: SystemRequest, rest: str = "") -> HttpResponse:
    """Another address below this one: a type that we have not, or a thing that would write."""
    _must_be(request, *SAFE)
    raise Refused(404, "This server has nothing at this address.")


def _given(request: SystemRequest) -> list[tuple[str, str]]:
    return _pairs(request.GET)


def _pairs(query: Any) -> list[tuple[str, str]]:
    given = [(name, value) for name, values in query.lists() for value in values]
    if any("\0" in part for pair in given for part in pair):
        raise Refused(400, "A search holds no NUL.")
    return given


def _note(request: SystemRequest, rows: Iterable[tuple[Source, Any]], asked: Asked | None) -> None:
    """Also of a patient who was named and of whom nothing was found: that says something too."""
    about = {row.of_patient for source, row in rows if source.patient is not None}
    named = asked and asked.patient
    if named and Patient.objects.visible_to(request.system).filter(pk=named).exists():
        about.add(named)
    note_read(system=request.system, patients=sorted(about), now=timezone.now())
