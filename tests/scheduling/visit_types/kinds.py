"""Visit types as a clinic would set them."""

from scheduling.visit_types.actions import add_visit_type

THERAPY = {
    "name": "Therapy session", "purpose": "therapy", "mode": "clinic", "level": 2, "minutes": 45,
    "minutes_before": 0, "minutes_after": 0, "anyone": False, "credentials": ["PT"], "people": [],
    "rooms": [], "ahead_days": 60, "notice_hours": 24, "self_booking": True, "bring": {},
}  # fmt: skip


def a_visit_type(clinic, **changes):
    """A therapy session with a physical therapist, or what the changes make of it."""
    return add_visit_type(clinic=clinic, **THERAPY | changes)
