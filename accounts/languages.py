from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def languages() -> Sequence[tuple[str, str | _StrPromise]]:
    """What a person may choose from. A function, so that a further language needs no migration."""
    return settings.LANGUAGES
