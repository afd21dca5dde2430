"""The one colour that a clinic chooses: for its name and the line above it, readable by day and by night."""

from __future__ import annotations

import re

# The header's ground (--surface) in light and in dark: tests/accounts/test_clinic_look.py holds both to the stylesheet.
LIGHT, DARK = "FFFFFF", "1D2226"
READABLE = 4.5  # WCAG 1.4.3, for text
COLOUR = re.compile(r"[0-9a-f]{6}")


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21, of two colours such as "0b5a6f"."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_readable(colour: str) -> bool:
    """By day; by night it is lightened until it is."""
    return contrast(colour, LIGHT) >= READABLE


def darker(colour: str) -> str:
    """The nearest that can be read by day."""
    return _mixed(colour, "000000", LIGHT)


def by_night(colour: str) -> str:
    return _mixed(colour, "ffffff", DARK)


def _mixed(colour: str, with_: str, ground: str) -> str:
    for share in range(0, 101, 5):
        parts = (
            round(
                (int(colour[at : at + 2], 16) * (100 - share) + int(with_[at : at + 2], 16) * share)
                / 100
            )
            for at in (0, 2, 4)
        )
        mixed = "".join(f"{part:02x}" for part in parts)
        if contrast(mixed, ground) >= READABLE:
            break
    return mixed
