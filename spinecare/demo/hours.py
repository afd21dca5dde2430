"""When the demo's clinicians see patients."""

from __future__ import annotations

from datetime import date

from spinecare.demo.staff import Staff


def open_hours(staff: Staff, *, today: date) -> None:
    """Weekdays, nine to five."""
