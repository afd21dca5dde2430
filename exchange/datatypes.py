"""The pieces that resources are made of. Pure: values in, plain dicts out; nothing empty is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join

Resource = dict[str, Any]
Piece = dict[str, Any]
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
TERMS = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
# Nobody withdraws what was never there: the row is named, and what it said is not.
WITHHELD = {
    "coding": [{"system": f"{TERMS}data-absent-reason", "code": "masked", "display": "Masked"}]
}
NOT_APPLICABLE = {
    "coding": [
        {
            "system": f"{TERMS}data-absent-reason",
            "code": "not-applicable",
            "display": "Not Applicable",
        }
    ]
}


def base() -> str:
    return f"{settings.SITE_URL}/fhir/r4"


def resource(kind: str, row: Any, key: str, profile: str = "", **parts: Any) -> Resource:
    """`row.updated_at` is when it was changed last; parts that say nothing are left out."""
    meta: Piece = {"lastUpdated": instant(row.updated_at)} if row.updated_at else {}
    if profile:
        meta["profile"] = [f"{US_CORE}{profile}"]
    return {"resourceType": kind, "id": key, "meta": meta} | whole(**parts)


def whole(**parts: Any) -> Piece:
    """Without what is empty; False and 0 are values. A trailing underscore keeps Python's own words apart."""
    return {
        name.rstrip("_"): value
        for name, value in parts.items()
        if value is not None and value not in ("", [], {})
    }


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(of: date | None) -> str | None:
    return of.isoformat() if of else None


def period(first: date | None, last: date | None) -> Piece:
    return whole(start=day(first), end=day(last))


def text(words: Any) -> Piece:
    return {"text": str(words)} if words else {}


def coded(system: str, code: str, display: str = "", words: Any = "") -> Piece:
    return {"coding": [whole(system=system, code=code, display=display)]} | text(words)


def reference(kind: str, key: object, words: Any = "") -> Piece:
    return {"reference": f"{kind}/{key}"} | whole(display=str(words))


def patient(key: int) -> Piece:
    return reference("Patient", key)


def named(who: Any) -> Piece:
    """Somebody or something that is no resource of ours."""
    return {"display": str(who)}


def score(value: float) -> Piece:
    return {"value": value, "unit": "{score}", "system": UCUM, "code": "{score}"}


def percent(value: float) -> Piece:
    return {"value": value, "unit": "%", "system": UCUM, "code": "%"}


def narrative(lines: Iterable[str]) -> Piece:
    body = format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))
    div = format_html('<div xmlns="http://www.w3.org/1999/xhtml">{}</div>', body)
    return {"status": "generated", "div": str(div)}


def notes(*words: Any) -> list[Piece]:
    return [{"text": str(each)} for each in words if each]
