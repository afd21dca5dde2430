"""Publish a protocol: all of it as one new version that never changes again, or none of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from pathway.models import Protocol, Translation
from pathway.source import Reviewed, read
from pathway.source.changes import changes
from pathway.source.drafts import MODELS
from pathway.source.reviewed import Content, digest, parse
from pathway.source.translated import parse_translations, read_translations


@dataclass(frozen=True)
class Publication:
    """The version in force now; `is_new` is False when the newest one says the same already."""

    protocol: Protocol
    is_new: bool
    changes: Sequence[str] = ()


@transaction.atomic
def publish_protocol(*, source: str, translations: Mapping[str, str], now: datetime) -> Publication:
    """`translations`: the source of each other language. Raises ProtocolRefused with every problem,
    each with line and key."""
    content, translated = parse(source), parse_translations(translations)
    newest = Protocol.objects.versions(content.get("key", "")).select_for_update().first()
    if newest is not None and newest.digest == digest(content, translated):
        return Publication(newest, is_new=False)
    reviewed = read(source)
    rows = read_translations(translations, reviewed)
    protocol: Protocol = reviewed.drafts[0].row
    protocol.version = newest.version + 1 if newest else 1
    protocol.published_at, protocol.digest = now, digest(content, translated)
    _save(protocol, reviewed, rows)
    said = list(_changes(newest, content, translated)) if newest else ()
    return Publication(protocol, True, said)


def _save(protocol: Protocol, reviewed: Reviewed, translations: Sequence[Translation]) -> None:
    """Sealing comes last: from then on the database takes no further row."""
    protocol.source = reviewed.text
    protocol.save()
    rows = [*(draft.row for draft in reviewed.drafts), *translations]
    kinds: Sequence[type[Model]] = (*MODELS, Translation)
    for model in kinds:
        model._default_manager.bulk_create(row for row in rows if isinstance(row, model))
    protocol.sealed = True
    protocol.save(update_fields=["sealed"])


def _changes(old: Protocol, content: Content, translated: Mapping[str, Content]) -> Iterator[str]:
    yield from changes(parse(old.source), content)
    before = {row.key: parse(row.source) for row in old.translations.all()}
    for language, texts in translated.items():
        for change in changes(before.get(language, {}), texts):
            yield f"{language}: {change}"
