"""The patients' texts of a version in another language, and how a row finds its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import get_language

from pathway.models.part import Part

if TYPE_CHECKING:
    Char = models.CharField[str, str]
    Text = models.TextField[str, str]
else:
    Char, Text = models.CharField, models.TextField

# Section of the translation, key of the row, field: ("tiers", "medication", "title").
Place = tuple[str, ...]


class Translation(Part):
    """One language of one version; `key` is the language, `source` its reviewed text."""

    source = models.TextField()

    class Meta(Part.Meta):
        default_related_name = "translations"


class Spoken(DeferredAttribute):
    """Reads a row's text in the language in force; English where the version has no other."""

    def __get__(self, row: models.Model | None, owner: Any = None) -> Any:
        text = super().__get__(row, owner)
        if row is None or row._state.adding or not text:
            return text
        language = get_language() or settings.LANGUAGE_CODE
        if language == settings.LANGUAGE_CODE:
            return text
        return _texts(_version(row), language).get(place_of(row, self.field.name), text)

    def __set__(self, row: models.Model, text: Any) -> None:
        row.__dict__[self.field.attname] = text


class SpokenChar(Char):
    """A text that patients read: every published language has it. To the database a plain column."""

    descriptor_class = Spoken

    def deconstruct(self) -> Any:
        return _as_plain("CharField", super().deconstruct())


class SpokenText(Text):
    """The same without a maximum length."""

    descriptor_class = Spoken

    def deconstruct(self) -> Any:
        return _as_plain("TextField", super().deconstruct())


def _as_plain(name: str, deconstructed: Any) -> Any:
    field, _path, args, options = deconstructed
    return field, f"django.db.models.{name}", args, options


def spoken_fields(row: models.Model) -> dict[str, models.Field[Any, Any]]:
    return {
        each.name: each
        for each in row._meta.concrete_fields
        if isinstance(each, (SpokenChar, SpokenText))
    }


def place_of(row: models.Model, name: str) -> Place:
    """The protocol's own texts are at the top level, those of a part under its section and key."""
    if not isinstance(row, Part):
        return (name,)
    return (str(row._meta.default_related_name), row.key, name)


def places_in(table: Mapping[str, Any], around: Place = ()) -> dict[Place, Any]:
    """Everything that a parsed translation says, by place."""
    found: dict[Place, Any] = {}
    for name, value in table.items():
        here = (*around, name)
        found |= places_in(value, here) if isinstance(value, dict) else {here: value}
    return found


def _version(row: models.Model) -> int:
    return row.protocol_id if isinstance(row, Part) else row.pk


@cache
def _texts(protocol: int, language: str) -> Mapping[Place, str]:
    """Read once per process: what is published never changes."""
    published = Translation.objects.filter(protocol=protocol, key=language).first()
    return places_in(tomllib.loads(published.source)) if published else {}
