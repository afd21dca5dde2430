"""The link of a reminder: for one visit at one time. It opens where the patient is signed in, names no health
matter, and dies when the visit begins, moves or is cancelled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing

from scheduling.models import Consultation

SALT = "scheduling.visit_link"


def visit_token(visit: Consultation) -> str:
    return signing.Signer(salt=SALT).sign(f"{visit.uid.hex}.{int(visit.starts.timestamp())}")


def visit_of_token(token: str) -> Consultation | None:
    """The visit that the link was made for, dead or not; None for a link that we did not make."""
    try:
        name, _starts = signing.Signer(salt=SALT).unsign(token).split(".")
    except signing.BadSignature:
        return None
    related = ("patient__clinic", "patient__user", "visit_type")
    return Consultation.objects.select_related(*related).filter(uid=UUID(name)).first()


def is_alive(token: str, visit: Consultation, now: datetime) -> bool:
    return visit.is_to_come and visit.starts > now and visit_token(visit) == token
