"""Publish a criteria set: as a new version that never changes again, or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pathway.models import CriteriaSet
from pathway.source.criteria import read_criteria
from pathway.source.reviewed import digest, parse


@transaction.atomic
def publish_criteria(*, source: str, now: datetime) -> tuple[CriteriaSet, bool]:
    """The version in force, and whether it is new: the same words make no second one. Raises
    ProtocolRefused with every problem, each with its line."""
    content = parse(source)
    newest = CriteriaSet.objects.versions(str(content.get("key", ""))).first()
    said = digest(content, {})
    if newest is not None and newest.digest == said:
        return newest, False
    row = read_criteria(source)
    row.version = newest.version + 1 if newest else 1
    row.published_at, row.digest = now, said
    row.save(force_insert=True)
    return row, True
