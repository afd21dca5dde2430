"""The weekly hours of a clinician who leaves."""

from __future__ import annotations

from datetime import datetime

from accounts.duties import ends_too
from accounts.models import Membership
from scheduling.hours.actions import end_hours
from scheduling.models import Availability


@ends_too
def _end_hours(membership: Membership, now: datetime) -> None:
    today = now.astimezone(membership.clinic.zone).date()
    for hours in Availability.objects.filter(membership=membership, until_on=None):
        end_hours(hours=hours, last_day=today)
