from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pathway.source.lines import Path


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of the parsed content."""

    path: Path
    reason: str


@dataclass(frozen=True, order=True)
class Problem:
    """A fault as the source's author reads it: line from 1, dotted key, reason; language if not English."""

    line: int
    key: str
    reason: str
    language: str = ""

    def __str__(self) -> str:
        where = f"{self.language}, line {self.line}" if self.language else f"line {self.line}"
        return f"{where}: {self.key}: {self.reason}" if self.key else self.reason


class ProtocolRefused(Exception):
    """The source has problems; nothing was published."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def key_name(path: Path, content: Any) -> str:
    """`tiers[medication].windows[0].max_days`: rows by their key where they have one."""
    name = ""
    for step in path:
        content = _inside(content, step)
        if isinstance(step, str):
            name += f".{step}" if name else step
        else:
            name += f"[{_row_name(content, step)}]"
    return name


def _inside(content: Any, step: str | int) -> Any:
    if isinstance(content, dict):
        return content.get(step)
    return content[step] if isinstance(content, list) and isinstance(step, int) else None


def _row_name(row: Any, step: int) -> str:
    named = isinstance(row, dict) and isinstance(row.get("key"), str)
    return row["key"] if named else str(step)
