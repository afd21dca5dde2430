"""From bytes to rows, one at a time: however long or broken the file is, memory stays the same.

A row knows the number of its first line and the byte behind its last one, so that reading can stop
after any row and go on from there.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 10_000
LONGEST_ROW = 10_000
MOST_LINES_OF_A_ROW = 20
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where reading stands: the byte it goes on from, and the number of the last line read."""

    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """The cells of one row; `line` is where it begins, `after` where the next one does."""

    line: int
    cells: tuple[str, ...]
    after: FilePlace


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no row, and why."""

    line: int
    reason: str
    after: FilePlace


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line without its end; `problem` says why it cannot be read."""

    text: str
    problem: str
    before: FilePlace
    after: FilePlace


def split(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one row; csv.Error where a quotation mark is out of place."""
    return tuple(next(csv.reader([text], delimiter=delimiter, strict=True)))


@dataclass(frozen=True, slots=True)
class Shape:
    """What parts the cells of a row, how many there are, and over how many lines one may run."""

    delimiter: str
    width: int
    most_lines: int = MOST_LINES_OF_A_ROW


def read_rows(
    stream: BinaryIO, shape: Shape, *, place: FilePlace
) -> Iterator[DiaryRow | Unreadable]:
    """All rows from `place` on. A row over several lines (a note with line breaks) has to come to the
    shape's width; a stray quotation mark costs its own line and no other."""
    lines = LineReader(stream, place)
    for line in lines:
        if line.problem:
            yield Unreadable(line.after.line, line.problem, line.after)
        else:
            yield _row(line, lines, shape)


def _row(line: RawLine, lines: LineReader, shape: Shape) -> DiaryRow | Unreadable:
    number = line.after.line
    try:
        cells = split(line.text, shape.delimiter)
        return DiaryRow(number, fitted(cells, shape.width), line.after)
    except csv.Error:
        whole = _row_over_lines(line, lines, shape)
    return whole or Unreadable(number, "A quotation mark is opened and not closed.", line.after)


def _row_over_lines(line: RawLine, lines: LineReader, shape: Shape) -> DiaryRow | None:
    """The row that begins in `line`; None, with the lines put back, where there is none.

    Each line is handed on once, so that quotation marks out of place cost no more than reading does.
    """
    tried: list[RawLine] = []
    texts = _from_here_on(line, lines, tried, shape.most_lines)
    try:
        cells = fitted(next(csv.reader(texts, delimiter=shape.delimiter, strict=True)), shape.width)
    except csv.Error:
        cells = ()
    if len(cells) == shape.width and tried:
        return DiaryRow(line.after.line, cells, tried[-1].after)
    lines.put_back(tried)
    return None


def _from_here_on(
    line: RawLine, lines: LineReader, tried: list[RawLine], most_lines: int
) -> Iterator[str]:
    """The texts of `line` and of those behind it that may be the same row; they are noted in `tried`."""
    yield f"{line.text}\n"
    length = len(line.text)
    while len(tried) + 1 < most_lines and (following := lines.take()):
        tried.append(following)
        length += len(following.text)
        if following.problem or length > LONGEST_ROW:
            return
        yield f"{following.text}\n"


class LineReader:
    """The lines of a file; some can be put back and are then read again."""

    def __init__(self, stream: BinaryIO, place: FilePlace) -> None:
        stream.seek(place.offset)
        self.stream, self.place = stream, place
        self.waiting: deque[RawLine] = deque()

    def __iter__(self) -> Iterator[RawLine]:
        while line := self.take():
            yield line

    def take(self) -> RawLine | None:
        return self.waiting.popleft() if self.waiting else self._read()

    def put_back(self, lines: list[RawLine]) -> None:
        self.waiting.extendleft(reversed(lines))

    def _read(self) -> RawLine | None:
        raw = self.stream.readline(LONGEST_LINE + 1)
        if not raw:
            return None
        length = len(raw)
        too_long = length > LONGEST_LINE and not raw.endswith(b"\n")
        if too_long:
            length += self._skip_the_rest()
        before = self.place
        self.place = FilePlace(before.offset + length, before.line + 1)
        if too_long:
            problem = f"The line is longer than {LONGEST_LINE:,} characters."
            return RawLine("", problem, before, self.place)
        return _line(raw, before, self.place)

    def _skip_the_rest(self) -> int:
        skipped = 0
        while part := self.stream.readline(65_536):
            skipped += len(part)
            if part.endswith(b"\n"):
                break
        return skipped


def _line(raw: bytes, before: FilePlace, after: FilePlace) -> RawLine:
    text = decode(raw.removeprefix(BOM) if after.line == 1 else raw).rstrip("\r\n")
    return RawLine(text, "The line holds a NUL byte." if "\0" in text else "", before, after)


def decode(raw: bytes) -> str:
    """UTF-8; a line that is not valid UTF-8 is of Windows, else Latin-1, in which every byte means
    something."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Without the empty cells that some programs write behind the last column."""
    more = cells[width:]
    return tuple(cells[:width]) if more and not any(map(str.strip, more)) else tuple(cells)
