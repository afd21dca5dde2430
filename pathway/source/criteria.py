"""A criteria set as it is written (TOML), checked to its last number before anything is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from pathway.models import CriteriaSet
from pathway.rules.criteria import TESTS
from pathway.rules.criteria.vocabulary import NUMBER, NUMBERS, SENTENCE, WORD, WORDS, Test
from pathway.source.lines import Path, key_lines, line_of
from pathway.source.problems import Fault, Problem, ProtocolRefused, key_name
from pathway.source.reviewed import parse

TEXTS = ("key", "service", "title", "payer", "source_id", "source_url")
DATES = ("source_date", "checked_on", "expires_on")
MAY = ("note", "checked_by", "modality")
REGIONS = {"neck", "back"}
SKIP = "safety_skip"
OWN = {"key", "title", "test", "unless"}
# The widest number that means anything: percent, days of some years.
LARGEST = 3_650


def read_criteria(text: str) -> CriteriaSet:
    """Unsaved, without version and time. Raises ProtocolRefused with every problem and its line."""
    content = parse(text)
    faults = [*_faults(content)]
    if not faults:
        row = _row(content, text)
        faults = [*_refused(row)]
    if faults:
        lines = key_lines(text)
        raise ProtocolRefused(
            Problem(line_of(fault.path, lines), key_name(fault.path, content), fault.reason)
            for fault in faults
        )
    return row


def _row(content: Mapping[str, Any], text: str) -> CriteriaSet:
    plain = {name: content[name] for name in (*TEXTS, *DATES, "regions")}
    plain |= {name: content.get(name, "") for name in MAY}
    return CriteriaSet(**plain, criteria=[_line(line) for line in content["criteria"]], source=text)


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in line.items() if name not in OWN}
    own = {name: line[name] for name in ("key", "title", "test")}
    return {**own, "unless": line.get("unless", ""), "told": told}


def _refused(row: CriteriaSet) -> Iterator[Fault]:
    """What the fields of the table refuse: a text that is too long, an address that is none."""
    try:
        row.clean_fields(exclude=["version", "digest", "published_at"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield from (Fault((name,), message) for message in messages)
    if row.expires_on <= row.checked_on:
        yield Fault(("expires_on",), "is not after the day of the check")


def _faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    known = {*TEXTS, *DATES, *MAY, "regions", "criteria"}
    strange = [name for name in content if name not in known]
    yield from (Fault((name,), "is not a key of a criteria set") for name in strange)
    yield from _faults_of_texts(content)
    yield from _faults_of_lines(content.get("criteria"))


def _faults_of_texts(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Of everything above the criteria."""
    empty = [name for name in TEXTS if not _is(content.get(name), WORD)]
    wrong = [name for name in MAY if not isinstance(content.get(name, ""), str)]
    yield from (Fault((name,), "has to be a text") for name in (*empty, *wrong))
    days = [name for name in DATES if type(content.get(name)) is not date]
    yield from (Fault((name,), "has to be a day such as 2026-11-30") for name in days)
    regions: Any = content.get("regions")
    if not _is(regions, WORDS) or not {*regions} <= REGIONS:
        yield Fault(("regions",), "has to name neck, back or both")


def _faults_of_lines(lines: Any) -> Iterator[Fault]:
    if not isinstance(lines, list) or not lines or not all(isinstance(one, dict) for one in lines):
        yield Fault(("criteria",), "has to be a list of [[criteria]]")
        return
    seen: set[str] = set()
    for place, line in enumerate(lines):
        path: Path = ("criteria", place)
        yield from _faults_of_line(line, path)
        if (key := str(line.get("key"))) in seen:
            yield Fault((*path, "key"), "stands above already")
        seen.add(key)


def _faults_of_line(line: dict[str, Any], path: Path) -> Iterator[Fault]:
    empty = [name for name in ("key", "title") if not _is(line.get(name), WORD)]
    yield from (Fault((*path, name), "has to be a text") for name in empty)
    if line.get("unless", SKIP) != SKIP:
        yield Fault((*path, "unless"), f"can only be {SKIP}")
    name = line.get("test")
    if isinstance(name, str) and name in TESTS:
        yield from _faults_of_test(line, TESTS[name], path)
    else:
        yield Fault((*path, "test"), f"is not a known test; these are: {', '.join(TESTS)}")


def _faults_of_test(line: dict[str, Any], test: Test, path: Path) -> Iterator[Fault]:
    yield from (Fault((*path, name), "is missing") for name in test.needs if name not in line)
    kinds = {**test.needs, **test.may}
    for name in sorted({*line} - OWN):
        if name not in kinds:
            yield Fault((*path, name), f"means nothing to {line['test']}")
        elif not _is(line[name], kinds[name]):
            yield Fault((*path, name), f"has to be {kinds[name]}")


def _is(value: Any, kind: str) -> bool:
    if kind == NUMBER:
        return type(value) is int and 0 < value <= LARGEST
    if kind in {WORD, SENTENCE}:
        return isinstance(value, str) and bool(value.strip())
    each = NUMBER if kind == NUMBERS else WORD
    return (
        kind in {NUMBERS, WORDS}
        and isinstance(value, list)
        and bool(value)
        and all(_is(one, each) for one in value)
    )
