"""A clinic's logo: read, made small and drawn anew, so that nothing of the file that was sent is ever served."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import IO

from PIL import Image

LARGEST_FILE = 2 * 1024 * 1024  # bytes, as it is sent
MOST_PIXELS = 16_000_000
SHORTEST = 16  # pixels
BOX = (320, 96)
LARGEST = 100_000  # bytes, as it is kept
KINDS = ("PNG", "JPEG", "WEBP")


class NoLogo(Exception):
    """It is no picture of these kinds, or too large, or too small to be seen."""


def redrawn(file: IO[bytes], size: int) -> bytes:
    """`size` of the file in bytes. Gives a PNG that fits into BOX. Raises NoLogo."""
    if size > LARGEST_FILE:
        raise NoLogo
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=KINDS) as sent:
                if sent.width * sent.height > MOST_PIXELS or min(sent.size) < SHORTEST:
                    raise NoLogo
                drawn = sent.convert("RGBA")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NoLogo from error
    drawn.thumbnail(BOX)
    fresh = Image.new("RGBA", drawn.size)
    fresh.paste(drawn)
    kept = io.BytesIO()
    fresh.save(kept, "PNG", optimize=True)
    if kept.tell() > LARGEST:
        raise NoLogo
    return kept.getvalue()


def name_of(png: bytes) -> str:
    """By what it shows: another picture has another address."""
    return hashlib.sha256(png).hexdigest()[:32]
