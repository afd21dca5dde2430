"""A protocol's texts in another language: as many as the patients read in English, no more, no fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from pathway.models import Instrument, InstrumentItem, Translation
from pathway.models.translation import Place, place_of, places_in, spoken_fields
from pathway.source.checks import placeholders
from pathway.source.drafts import Draft, fill
from pathway.source.lines import key_lines, line_of
from pathway.source.problems import Fault, Problem, ProtocolRefused
from pathway.source.reviewed import Content, Reviewed, parse
from pathway.words import avoided

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
OWN = ("verified", "sign_off")


@dataclass(frozen=True)
class Translated:
    """An English text, the field that it has to fit, and whether it may stay English."""

    text: str
    row: models.Model
    field: models.Field[Any, Any]
    group: str = ""


def parse_translations(texts: Mapping[str, str]) -> dict[str, Content]:
    """By language. Raises ProtocolRefused for a text that is not TOML."""
    return {language: _parse(text, language) for language, text in texts.items()}


def read_translations(texts: Mapping[str, str], reviewed: Reviewed) -> list[Translation]:
    """Unsaved rows. Raises ProtocolRefused with every problem of every language."""
    drafts = reviewed.drafts
    rows = [Translation(key=language, source=texts.get(language, "")) for language in LANGUAGES]
    problems = [problem for row in rows for problem in _problems(row, drafts)]
    if problems:
        raise ProtocolRefused(problems)
    for position, row in enumerate(rows):
        row.protocol, row.position = drafts[0].row, position
    return rows


def _parse(text: str, language: str) -> Content:
    try:
        return parse(text)
    except ProtocolRefused as refused:
        problems = [replace(each, language=language) for each in refused.problems]
        raise ProtocolRefused(problems) from refused


def _problems(row: Translation, drafts: Sequence[Draft]) -> Iterator[Problem]:
    if not row.source:
        yield Problem(1, "source", "the language is missing", row.key)
        return
    lines = key_lines(row.source)
    for fault in _faults(row, _parse(row.source, row.key), drafts):
        key = ".".join(str(step) for step in fault.path)
        yield Problem(line_of(fault.path, lines), key, fault.reason, row.key)


def _faults(row: Translation, content: Content, drafts: Sequence[Draft]) -> Iterator[Fault]:
    yield from fill(row, {name: content[name] for name in OWN if name in content}, ())
    if not row.verified and not row.sign_off:
        yield Fault(("verified",), "false needs a sign_off that says what is open")
    there = {place: text for place, text in places_in(content).items() if place[0] not in OWN}
    wanted = _wanted(drafts)
    begun = {wanted[place].group for place in there if place in wanted}
    for place in wanted.keys() - there.keys():
        if not wanted[place].group or wanted[place].group in begun:
            yield Fault(place, "the text is missing")
    for place, text in there.items():
        if place not in wanted:
            yield Fault(place, "patients read no such text in English")
        else:
            yield from _fits(place, text, wanted[place], row.key)


def _wanted(drafts: Sequence[Draft]) -> Mapping[Place, Translated]:
    return {
        place_of(draft.row, name): Translated(text, draft.row, field, _published(draft.row, name))
        for draft in drafts
        for name, field in spoken_fields(draft.row).items()
        if (text := getattr(draft.row, name))
    }


def _published(row: models.Model, name: str) -> str:
    """The questionnaire whose published wording this is: nobody translates it by hand.

    Its instruction and its items stay as they are, or come, all of them, from its published translation.
    """
    whole = row.instrument if isinstance(row, InstrumentItem) else row
    asked = row is not whole or name == "instruction"
    return whole.key if asked and isinstance(whole, Instrument) and whole.attribution else ""


def _fits(place: Place, text: Any, said: Translated, language: str) -> Iterator[Fault]:
    if not isinstance(text, str):
        yield Fault(place, "expected text in quotes")
        return
    try:
        said.field.clean(text, said.row)
    except ValidationError as refused:
        yield from (Fault(place, reason) for reason in refused.messages)
    if placeholders(text) != placeholders(said.text):
        yield Fault(place, "its {named} places are not those of the English text")
    found = avoided(language)["never_said"].search(text)
    if found and not isinstance(said.row, Instrument):
        yield Fault(place, f"patients never read “{found.group()}”")
