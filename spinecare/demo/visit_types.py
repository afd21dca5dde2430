"""What can be booked in the demo's clinic."""

from __future__ import annotations

from typing import Any

from accounts.models import Clinic
from scheduling.models import Room
from scheduling.visit_types.actions import add_visit_type

DOCTOR, THERAPIST = ["MD"], ["PT"]
EITHER = [*DOCTOR, *THERAPIST]
ALIKE: dict[str, Any] = {
    "mode": "clinic", "level": None, "minutes_before": 0, "minutes_after": 0, "anyone": False,
    "people": [], "rooms": [], "ahead_days": 90, "notice_hours": 24, "self_booking": False,
    "bring": {},
}  # fmt: skip
TYPES: list[dict[str, Any]] = [
    {
        "name": "New patient", "purpose": "intake", "minutes": 45, "minutes_before": 15,
        "credentials": EITHER,
        "bring": {
            "en": "Your medicines, and pictures of your back or neck if you have any.",
            "es": "Sus medicinas y las imágenes de su espalda o cuello, si tiene.",
        },
    },
    {
        "name": "Therapy session", "purpose": "therapy", "level": 2, "minutes": 45,
        "credentials": THERAPIST, "self_booking": True,
        "bring": {"en": "Clothes that you can move in.", "es": "Ropa cómoda para moverse."},
    },
    {"name": "Medication review", "purpose": "medication", "level": 3, "minutes": 30,
     "credentials": DOCTOR, "bring": {"en": "Your medicines.", "es": "Sus medicinas."}},
    {"name": "Injection", "purpose": "procedure", "level": 4, "minutes": 30, "minutes_before": 15,
     "minutes_after": 15, "credentials": DOCTOR, "rooms": ["Procedure room"]},
    {"name": "Reassessment", "purpose": "reassessment", "level": 5, "minutes": 60,
     "minutes_before": 15, "credentials": DOCTOR},
    {"name": "Follow-up", "purpose": "follow_up", "minutes": 30, "credentials": EITHER,
     "self_booking": True},
    {"name": "Phone follow-up", "purpose": "follow_up", "mode": "phone", "minutes": 15,
     "credentials": EITHER, "self_booking": True},
]  # fmt: skip


def open_visit_types(clinic: Clinic) -> None:
    for given in TYPES:
        rooms = [
            Room.objects.get_or_create(clinic=clinic, name=name)[0].pk
            for name in given.get("rooms", [])
        ]
        add_visit_type(clinic=clinic, **ALIKE | given | {"rooms": rooms})
