"""A patient who is offered to another clinic."""

from accounts.models import Clinic
from patients.transfers.actions import offer_transfer
from tests.factories import ClinicFactory

WESTSIDE = "Westside Spine Clinic"
ALL = ("steps", "scores", "diary", "records")


def a_transfer(patient, by, now, to=None, parts=ALL):
    """To a clinic that nobody else of the tests works in, unless one is named."""
    to = to or Clinic.objects.filter(name=WESTSIDE).first() or ClinicFactory(name=WESTSIDE)
    said = {"reason": "She moves to the other side of town", "agreed": "met", "parts": [*parts]}
    return offer_transfer(patient=patient, to_clinic=to, by=by, now=now, **said)
