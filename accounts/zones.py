"""Time zones by name: which are known, and what is used in the place of one that is not.

A zone may be written by an old import, or leave the list that this machine has. Its row stays
readable: pages and reviews go by another clock, and staff and operators are told.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pgtrigger
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

UTC = ZoneInfo("UTC")
# IANA's names by region. An offset would be wrong half of the year, and PostgreSQL would read
# "Mars/Olympus5" as one. In Python and in PostgreSQL this means the same.
SHAPE = r"^(UTC|Etc/[A-Z][A-Za-z0-9+-]*|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$"
REFUSED = f"""
    IF NEW.time_zone !~ '{SHAPE}' THEN
        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';
    END IF;
    BEGIN
        PERFORM timezone(NEW.time_zone, now());
    EXCEPTION WHEN invalid_parameter_value THEN
        RAISE EXCEPTION 'time_zone_known' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_known';
    END;
    RETURN NEW;
"""


def zone_of(name: str) -> ZoneInfo | None:
    """None for a name that nobody knows, whatever it is: a path, a folder of zones, nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_choices(own: str) -> list[tuple[str, str]]:
    """Every known zone by region, with the one that stands in the row even if it is not known any more."""
    known = {name for name in available_timezones() if re.fullmatch(SHAPE, name)}
    return [(name, name) for name in sorted(known | {own})]


def validate_zone(name: str) -> None:
    """A zone by region, such as America/New_York."""
    if not re.fullmatch(SHAPE, name) or zone_of(name) is None:
        raise ValidationError(_("Give a time zone such as America/New_York."))


def only_known_zones() -> pgtrigger.Trigger:
    """The table takes no zone that PostgreSQL does not know. Only when it is written: one that
    leaves the list later must not stop other changes of its row."""
    return pgtrigger.Trigger(
        name="time_zone_known",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("time_zone"),  # type: ignore[no-untyped-call]
        func=REFUSED,
    )
