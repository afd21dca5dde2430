"""Whatever kind of file it is, what is read is text in UTF-8, a line for each line or row of it."""

from __future__ import annotations

import codecs
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from patients.diary_file.problems import BadFile
from patients.diary_file.workbook import write_sheet

BLOCK = 65_536
ZIP = b"PK\x03\x04"
# The sheet with the logs in a patient's own copy (patients/portal/export).
OWN_SHEET = "symptom-log.csv"
LARGEST_SHEET = 100_000_000
NO_DIARY = (
    "This file holds no table that can be read. Save it as CSV or as an Excel workbook (.xlsx)."
)
OLD_WORKBOOK = "This is a workbook of an old kind. Save it as an Excel workbook (.xlsx) or as CSV."
OLD = b"\xd0\xcf\x11\xe0"
PDF = b"%PDF"


def as_plain(stream: BinaryIO) -> BinaryIO:
    """`stream` itself where it is plain text already, else a file with its text that is gone when it
    is closed. Raises BadFile."""
    stream.seek(0)
    start = stream.read(BLOCK)
    if start.startswith((OLD, PDF)):
        raise BadFile(OLD_WORKBOOK if start.startswith(OLD) else NO_DIARY)
    if start.startswith(ZIP):
        return _from_archive(stream)
    encoding = _wide_encoding(start)
    if encoding:
        return _written(_decoded(stream, encoding))
    if b"\r" in start and b"\n" not in start:
        return _written(_with_line_feeds(_blocks(stream)))
    stream.seek(0)
    return stream


def _wide_encoding(start: bytes) -> str:
    """Two bytes a sign: said by the first two, or seen from every second byte being empty."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    few = start[:400]
    if len(few) < 8 or 4 * few.count(0) < len(few):
        return ""
    return "utf-16-be" if few[::2].count(0) > few[1::2].count(0) else "utf-16-le"


def _decoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Signs that are cut or no signs at all are shown as such, each on its own line."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    stream.seek(0)
    texts = (decoder.decode(block) for block in _blocks(stream))
    yield from _with_line_feeds(text.encode("utf-8", "replace") for text in texts)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while block := stream.read(BLOCK):
        yield block


def _with_line_feeds(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Lines that end in a carriage return, alone or before a line feed, end in a line feed."""
    held = b""
    for block in blocks:
        whole = held + block
        held = b"\r" if whole.endswith(b"\r") else b""
        text = whole[: len(whole) - len(held)]
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    yield held.replace(b"\r", b"\n")


def _from_archive(stream: BinaryIO) -> BinaryIO:
    """A workbook, or the ZIP file of a patient's own copy."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {*archive.namelist()}
            if OWN_SHEET in names:
                return _own_sheet(archive)
            if "xl/workbook.xml" not in names:
                raise BadFile(NO_DIARY)
            return _written(write_sheet(stream, archive))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as problem:
        raise BadFile(NO_DIARY) from problem


def _own_sheet(archive: zipfile.ZipFile) -> BinaryIO:
    if archive.getinfo(OWN_SHEET).file_size > LARGEST_SHEET:
        raise BadFile("The sheet with the logs is too large to be read at once.")
    with archive.open(OWN_SHEET) as member:
        return _written(iter(lambda: member.read(BLOCK), b""))


def _written(blocks: Iterator[bytes]) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        file.writelines(blocks)
    except BaseException:
        file.close()
        raise
    return cast(BinaryIO, file)
