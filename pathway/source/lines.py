"""On which line of a TOML text a key stands. The standard library parses TOML but forgets where."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

# Keys and, inside arrays of tables, positions: ("tiers", 1, "windows", 0, "max_days").
Path = tuple[str | int, ...]


def key_lines(text: str) -> dict[Path, int]:
    """Line numbers from 1 for every table and key of a text that tomllib accepts."""
    lines: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    here: Path = ()
    for number, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.startswith("["):
            here = _table_path(parsed, arrays)
            lines[here] = number
        else:
            lines |= {here + path: number for path in _paths(parsed)}
    return lines


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of the key, or of the innermost table around it where the key is missing."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    start, statement = 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if not statement and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if statement else number
        statement += line
        if _whole(statement):
            yield start, statement.strip()
            statement = ""


def _whole(statement: str) -> bool:
    """False inside a text or a list that goes on over further lines."""
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table_path(parsed: dict[str, Any], arrays: dict[Path, int]) -> Path:
    path: Path = ()
    table: Any = parsed
    while table:
        (name,) = table
        table = table[name]
        path += (name,)
        if isinstance(table, list):
            arrays[path] = arrays.get(path, 0) + 1
            table = table[0]
        if path in arrays:
            path += (arrays[path] - 1,)
    return path


def _paths(parsed: dict[str, Any], around: Path = ()) -> Iterator[Path]:
    for name, value in parsed.items():
        yield (*around, name)
        if isinstance(value, dict):
            yield from _paths(value, (*around, name))
