"""What a language avoids: `words.toml` of its folder in `locale/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.translation import to_locale


@cache
def avoided(language: str) -> Mapping[str, re.Pattern[str]]:
    """`informal` and `never_said`, whatever the capitals. Raises OSError for a language without."""
    file = settings.LOCALE_PATHS[0] / to_locale(language) / "words.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: re.compile(words[name], re.IGNORECASE) for name in ("informal", "never_said")}
