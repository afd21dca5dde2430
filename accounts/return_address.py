"""The return address of each mail names its row, signed: `bounces+123-9f86d081884c7d65@clinic.example`."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

NAMED = re.compile(r"\+(\d{1,18})-([0-9a-f]{16})@")


def return_address(notice: int) -> str:
    """Where a relay tells that this mail did not arrive; "" where nobody reads such mail."""
    box, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{box}+{notice}-{_sign(notice)}@{domain}" if box else ""


def notice_of(address: str) -> int | None:
    """The row that a return address names; None for one that we did not make."""
    found = NAMED.search(address)
    if found is None or not constant_time_compare(_sign(int(found[1])), found[2]):
        return None
    return int(found[1])


def _sign(notice: int) -> str:
    return salted_hmac("accounts.bounces", str(notice)).hexdigest()[:16]
