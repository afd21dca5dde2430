"""How long the complaint has lasted. Only the onset date is stored, never the label."""

from datetime import date
from enum import StrEnum

ACUTE_DAYS, SUBACUTE_DAYS = 6 * 7, 12 * 7


class Chronicity(StrEnum):
    ACUTE = "acute"
    SUBACUTE = "subacute"
    CHRONIC = "chronic"


def chronicity(onset_on: date, today: date) -> Chronicity:
    """Acute under 6 weeks since onset, subacute from 6, chronic from 12 (as the windows use it)."""
    days = (today - onset_on).days
    if days < ACUTE_DAYS:
        return Chronicity.ACUTE
    return Chronicity.SUBACUTE if days < SUBACUTE_DAYS else Chronicity.CHRONIC
