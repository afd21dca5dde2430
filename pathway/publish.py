"""Publish a protocol: all of it as one new version that never changes again, or none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pathway.models import Protocol
from pathway.source import Reviewed, read
from pathway.source.changes import changes
from pathway.source.drafts import MODELS
from pathway.source.reviewed import digest, parse


@dataclass(frozen=True)
class Publication:
    """The version in force now; `is_new` is False when the newest one says the same already."""

    protocol: Protocol
    is_new: bool
    changes: Sequence[str] = ()


@transaction.atomic
def publish_protocol(*, source: str, now: datetime) -> Publication:
    """Raises ProtocolRefused with every problem of the source, each with line and key."""
    content = parse(source)
    newest = Protocol.objects.versions(content.get("key", "")).select_for_update().first()
    if newest is not None and newest.digest == digest(content):
        return Publication(newest, is_new=False)
    reviewed = read(source)
    if newest is None:
        return Publication(_save(reviewed, version=1, now=now), is_new=True)
    protocol = _save(reviewed, version=newest.version + 1, now=now)
    return Publication(protocol, True, changes(parse(newest.source), content))


def _save(reviewed: Reviewed, *, version: int, now: datetime) -> Protocol:
    rows = [draft.row for draft in reviewed.drafts]
    protocol: Protocol = rows[0]
    protocol.version = version
    protocol.published_at = now
    protocol.source = reviewed.text
    protocol.digest = digest(reviewed.content)
    protocol.save()
    for model in MODELS:
        model._default_manager.bulk_create(row for row in rows if isinstance(row, model))
    protocol.sealed = True
    protocol.save(update_fields=["sealed"])
    return protocol
