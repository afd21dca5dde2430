"""From the name in the file to the part of the spine that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping

SPINE = {
    "neck": "neck", "cervical": "neck", "neckache": "neck",
    "back": "back", "lumbar": "back", "thoracic": "back", "backache": "back", "lumbago": "back",
    "lowback": "back", "lbp": "back", "spine": "back",
}  # fmt: skip
BESIDE = {"pain", "ache", "low", "lower", "upper", "mid", "middle"}
LEFT_OUT = "leave_out"


def key(name: str) -> str:
    """Names are compared without case and with single spaces."""
    return " ".join(name.casefold().split())


def spine_region(name: str) -> str | None:
    """“Low Back Pain” is the back, “Neck pain” the neck. Anything with another word in it (“Knee
    Pain”, “back of the knee”, “back stiffness”, “happiness”) is not pain of the spine."""
    words = set(re.findall(r"[^\W\d_]+", name.casefold())) - BESIDE
    regions = {SPINE.get(word) for word in words}
    return regions.pop() if len(regions) == 1 else None


def region_of(name: str, chosen: Mapping[str, str]) -> str | None:
    """What somebody chose for this name, else the spine's; None where the row is to be left out."""
    region = chosen.get(key(name)) or spine_region(name)
    return None if region == LEFT_OUT else region
