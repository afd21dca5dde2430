"""Publish a protocol: all of it as one new version that never changes again, or none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from pathway.models import Protocol
from pathway.source import Reviewed, read
from pathway.source.changes import changes
from pathway.source.reviewed import parse


@dataclass(frozen=True)
class Publication:
    """The version in force now; `is_new` is False when the newest one says the same already."""

    protocol: Protocol
    is_new: bool
    changes: Sequence[str] = ()


@transaction.atomic
def publish_protocol(*, source: str, now: datetime) -> Publication:
    """Raises ProtocolRefused with every problem of the source, each with line and key."""
    reviewed = read(source)
    newest = Protocol.objects.versions(reviewed.content["key"]).select_for_update().first()
    if newest is not None and newest.digest == reviewed.digest:
        return Publication(newest, is_new=False)
    protocol = _save(reviewed, version=newest.version + 1 if newest else 1, now=now)
    old = parse(newest.source) if newest else {}
    return Publication(protocol, is_new=True, changes=changes(old, reviewed.content))


def _save(reviewed: Reviewed, *, version: int, now: datetime) -> Protocol:
    rows = [draft.row for draft in reviewed.drafts]
    protocol: Protocol = rows[0]
    protocol.version = version
    protocol.published_at = now
    protocol.source = reviewed.text
    protocol.digest = reviewed.digest
    protocol.save()
    for model, same in groupby(sorted(rows[1:], key=_parents_first), key=type):
        model.objects.bulk_create(same)
    protocol.sealed = True
    protocol.save(update_fields=["sealed"])
    return protocol
