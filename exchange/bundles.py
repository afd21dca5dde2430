"""Resources in one Bundle: a page of a search, or a whole record. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from exchange.datatypes import Piece, Resource, base, instant
from exchange.search import Found


def searched(found: Found, path: str, given: Sequence[tuple[str, str]]) -> Resource:
    """`path` behind the base; `given` is what was asked, which the links repeat."""
    links = [_link("self", path, given)]
    if found.more:
        rest = [(name, value) for name, value in given if name != "_page"]
        links.append(_link("next", path, [*rest, ("_page", str(found.more))]))
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "meta": {"lastUpdated": instant(found.began)},
        "type": "searchset",
        "link": links,
    }
    if found.total is not None:
        bundle["total"] = found.total
    entries = [_entry(source.resource(row)) | MATCH for source, row in found.rows]
    return bundle | ({"entry": entries} if entries else {})


MATCH: Piece = {"search": {"mode": "match"}}


def _link(relation: str, path: str, given: Sequence[tuple[str, str]]) -> Piece:
    query = f"?{urlencode(given)}" if given else ""
    return {"relation": relation, "url": f"{base()}/{path}{query}"}


def _entry(resource: Resource) -> Piece:
    return {"fullUrl": full_url(resource), "resource": resource}


def full_url(resource: dict[str, Any]) -> str:
    return f"{base()}/{resource['resourceType']}/{resource['id']}"


def collection_head(now: datetime) -> Resource:
    """Of a file that somebody takes away; its entries are written one by one."""
    return {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "collection",
        "timestamp": instant(now),
    }


def collected(resource: Resource) -> Piece:
    return _entry(resource)
