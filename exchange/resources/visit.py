"""Visits and VA referrals: Appointment, and ServiceRequest of US Core. A time that is only held is none."""

from __future__ import annotations

from django.db.models import Q

from exchange.datatypes import (
    Piece,
    Resource,
    instant,
    named,
    patient,
    period,
    resource,
    text,
)
from exchange.params import at, mapped
from exchange.sources import Kind, Source
from scheduling.models import Consultation, Referral

VISIT = {
    "booked": "booked",
    "confirmed": "booked",
    "arrived": "arrived",
    "done": "fulfilled",
    "cancelled": "cancelled",
    "no_show": "noshow",
}
REFERRAL = {
    "requested": "draft",
    "authorised": "active",
    "scheduled": "active",
    "seen": "active",
    "returned": "active",
    "closed": "completed",
}
REFUSED = ("refused", "withdrawn")
ORDER = "order"


def appointment(row: Consultation, key: str) -> Resource:
    starts, ends = row.period.lower, row.period.upper
    return resource(
        "Appointment",
        row,
        key,
        status=VISIT[row.state],
        serviceType=[text(row.visit_type)] if row.visit_type else [],
        cancelationReason=text(row.cancel_reason and row.get_cancel_reason_display()),
        start=instant(starts),
        end=instant(ends),
        minutesDuration=int((ends - starts).total_seconds() // 60),
        created=row.booked_at and instant(row.booked_at),
        participant=_participants(row),
    )


def _participants(row: Consultation) -> list[Piece]:
    comes = "accepted" if row.state in ("confirmed", "arrived", "done") else "needs-action"
    return [
        {"actor": patient(row.patient_id), "status": comes},
        {"actor": named(row.clinician.user), "status": "accepted"},
    ]


def service_request(row: Referral, key: str) -> Resource:
    revoked = row.closing in REFUSED
    return resource(
        "ServiceRequest",
        row,
        key,
        "servicerequest",
        identifier=[{"value": row.number}] if row.number else [],
        status="revoked" if revoked else REFERRAL[row.state],
        intent=ORDER,
        code=text(row.seoc or "VA community care: spine care"),
        subject=patient(row.patient_id),
        occurrencePeriod=period(row.starts_on, row.ends_on),
        authoredOn=instant(row.requested_at),
        quantityQuantity={"value": row.visits_allowed, "unit": "visits"}
        if row.visits_allowed
        else None,
        note=[{"text": str(row.get_closing_display())}] if row.closing else [],
    )


APPOINTMENT = Kind(
    "Appointment",
    (
        Source(
            Consultation,
            appointment,
            patient="patient",
            joined=("clinician__user", "visit_type"),
            kept=~Q(state="held"),
            params={"date": at("period__startswith"), "status": mapped("state", VISIT)},
        ),
    ),
)
SERVICE_REQUEST = Kind(
    "ServiceRequest",
    (
        Source(
            Referral,
            service_request,
            patient="patient",
            params={"authored": at("requested_at")},
        ),
    ),
    "servicerequest",
    {"intent": (ORDER,)},
)
