from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def languages() -> Sequence[tuple[str, str | _StrPromise]]:
    """What a person may choose from. A function, so that a further language needs no migration."""
    return settings.LANGUAGES


def spoken(code: str) -> str:
    """What to speak to somebody whose row says this: English where it names no language of ours,
    because a page would not open in it."""
    return code if code in dict(languages()) else settings.LANGUAGE_CODE
