"""What a new version changes, key by key, for the person who publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    before, after = dict(_flat(old)), dict(_flat(new))
    return [
        _change(key, before.get(key), after.get(key))
        for key in [*after, *(key for key in before if key not in after)]
        if before.get(key) != after.get(key)
    ]


def _flat(table: dict[str, Any], around: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                yield from _flat(row, f"{around}{name}[{row['key']}].")
        elif isinstance(value, dict):
            yield from _flat(value, f"{around}{name}.")
        else:
            yield f"{around}{name}", value


def _change(key: str, before: Any, after: Any) -> str:
    if before is None:
        return f"added   {key} = {after!s}"
    if after is None:
        return f"removed {key} = {before!s}"
    return f"changed {key}: {before!s} -> {after!s}"
