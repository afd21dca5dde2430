"""A phone number as text services take it: + and digits (E.164)."""

from __future__ import annotations

import re

HOME = "1"  # numbers without a country are of North America
OF_HOME = re.compile(r"[2-9]\d{9}")
ANYWHERE = re.compile(r"[1-9]\d{7,14}")


def e164(typed: str) -> str | None:
    """ "(212) 555-0142" is +12125550142; None for what is no number."""
    digits = re.sub(r"\D", "", typed)
    if typed.strip().startswith("+"):
        return f"+{digits}" if ANYWHERE.fullmatch(digits) else None
    local = digits.removeprefix(HOME) if len(digits) > 10 else digits
    return f"+{HOME}{local}" if OF_HOME.fullmatch(local) else None
