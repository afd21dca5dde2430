"""docs/security-tables.md: who may open which page, and what is kept about whom; from the code as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access import Audience
from spinecare.data_classes import HANDLING, Data, columns, tables
from spinecare.retention import kept
from spinecare.security_fields import Page, field_lines

ROLES = (Audience.PATIENT, Audience.CLINICIAN, Audience.SCHEDULER, Audience.ADMINISTRATOR)
STAFF = ROLES[1:]
OPEN_TO: dict[Audience, tuple[Audience, ...]] = {
    Audience.PUBLIC: ROLES,
    Audience.PERSON: ROLES,
    Audience.DESK: (Audience.SCHEDULER, Audience.ADMINISTRATOR),
    Audience.REFERRING: (Audience.CLINICIAN, Audience.ADMINISTRATOR),
    Audience.CLINIC: STAFF,
    Audience.SYSTEM: (),
    **{role: (role,) for role in ROLES},
}
HEAD = """# Security tables

Written from the code by `manage.py write_security_tables`; `tests/spinecare/test_security_tables.py` compares. What
the words mean: [security.md](security.md).

## Role by resource

A page is open to the roles with a mark, and refuses the others with 403; *all* is anybody, signed in or not. **Rows**
says whose: a patient's own, or what the membership at work sees (`visible_to`: the clinic's, where the clinic asks for
it the care team's); another's row is 404. *By a token*: no role, a program of another house (ADR 28). What each page does by GET and POST is walked by
`tests/test_access_matrix.py`, with every role of two clinics.

| page | address | all | patient | clinician | scheduler | administrator | rows |
|---|---|---|---|---|---|---|---|
"""
FIELDS = """
## Role by field

A form names its fields, and nothing else of a request is written; what somebody may see of a row is what their page shows.
Of the protocol's own questions, and of choices that a row offers, a form makes fields as it is drawn. Ids in them are
looked for among the rows that the sender may see (`tests/test_two_hats.py`, `tests/fuzz/test_foreign_ids.py`). Signing in,
passwords and second factors: allauth's own forms.

| form | fields | who may send it | from |
|---|---|---|---|
"""
BETWEEN = """
## Data classification

| class | what it asks for |
|---|---|
"""
TABLES = """
A table's history (`…Event`) has the classes of its table. Moments stamped by a clock and keys of other rows are
technical by themselves.

| table | secret | health | person | work | public | technical |
|---|---|---|---|---|---|---|
"""

PERIODS = """
## Retention

How long rows are kept (`spinecare/retention.toml`). *deleted after* names the column that the days are counted from:
`manage.py delete_expired` deletes those, each night as far as the application's role may, and all when the owner of
the tables runs it; the others end by an action, or with the record.

| tables | kept | why | deleted after |
|---|---|---|---|
"""


def pages() -> Iterator[tuple[str, str, Audience, bool]]:
    """Name, address, audience, and whether it names a row; allauth's pages say who may come by themselves."""
    for prefix, pattern in _walk(get_resolver().url_patterns, "/"):
        yield (
            pattern.name or "",
            prefix + str(pattern.pattern),
            _audience(pattern.callback),
            "pk" in pattern.pattern.converters,
        )


def views() -> Iterator[tuple[str, Any, Audience]]:
    """Name, view and audience of each page."""
    for _prefix, pattern in _walk(get_resolver().url_patterns, "/"):
        yield pattern.name or "", pattern.callback, _audience(pattern.callback)


def _audience(view: Any) -> Audience:
    signed_in = getattr(view, "login_required", True)
    found: Audience = getattr(view, "audience", Audience.PERSON if signed_in else Audience.PUBLIC)
    return found


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix, pattern


def _rows_of(audience: Audience, names_a_row: bool) -> str:
    if audience is Audience.SYSTEM:
        return "by a token or a signature"
    if audience in (Audience.PATIENT, Audience.PERSON):
        return "own"
    return "" if audience is Audience.PUBLIC else "the row's" if names_a_row else "the clinic's"


def role_lines() -> Iterator[str]:
    for name, address, audience, names_a_row in sorted(pages()):
        marks = ["✓" if audience is Audience.PUBLIC else ""]
        marks += ["✓" if role in OPEN_TO[audience] else "" for role in ROLES]
        plain = address.replace("|", "\\|")
        rows = _rows_of(audience, names_a_row)
        yield f"| {name} | `{plain}` | {' | '.join(marks)} | {rows} |"


def class_lines() -> Iterator[str]:
    for model in tables():
        kept = columns(model)
        cells = (" ".join(kept.get(each, [])) for each in Data)
        yield f"| {model._meta.label} | {' | '.join(cells)} |"


def period_lines() -> Iterator[str]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for model in tables():
        rule = kept(model)
        found.setdefault((rule.words, rule.why, rule.after), []).append(model._meta.label)
    for (words, why, after), labels in found.items():
        yield f"| {' '.join(labels)} | {words} | {why} | {after} |"


def _forms_of_pages() -> Iterator[Page]:
    for name, view, audience in views():
        open_to = ["all"] if audience is Audience.PUBLIC else OPEN_TO[audience]
        yield name, view, " ".join(open_to)


def render() -> str:
    """The whole page."""
    handling = [f"| {each} | {HANDLING[each]} |" for each in Data]
    parts = (
        HEAD,
        *_lines(role_lines()),
        FIELDS,
        *_lines(field_lines(_forms_of_pages())),
        BETWEEN,
        *_lines(handling),
        TABLES,
        *_lines(class_lines()),
        PERIODS,
        *_lines(period_lines()),
    )
    return "".join(parts)


def _lines(lines: Any) -> Iterator[str]:
    return (f"{line}\n" for line in lines)
