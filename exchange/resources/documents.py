"""A packet that was signed: DocumentReference of US Core, with its page inside."""

from __future__ import annotations

import base64

from django.template.loader import render_to_string
from django.utils import timezone

from exchange.datatypes import LOINC, Resource, coded, instant, patient, reference, resource
from exchange.params import at
from exchange.sources import Kind, Source
from patients.models import Packet
from patients.packets.selectors.drawing import drawing_of

# Summary of episode note.
SUMMARY = "34133-9"
KIND_OF = "clinical-note"
SYSTEM = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"


def document_reference(row: Packet, key: str) -> Resource:
    said = row.content
    drawing = drawing_of(said.get("pain", []), [one["day"] for one in said.get("procedures", [])])
    with timezone.override(row.episode.patient.clinic.zone):
        page = render_to_string(
            "exchange/packet.html", {"packet": row, "said": said, "drawing": drawing}
        )
    content = {
        "contentType": "text/html; charset=utf-8",
        "language": "en",
        "data": base64.b64encode(page.encode()).decode(),
        "title": str(said.get("set", {}).get("title", "")),
        "creation": instant(row.signed_at),
    }
    return resource(
        "DocumentReference",
        row,
        key,
        "documentreference",
        identifier=[{"system": "urn:ietf:rfc:6920", "value": f"sha-256;{row.digest}"}],
        status="current",
        docStatus="final",
        type=coded(LOINC, SUMMARY, words="Summary of the record for a health plan"),
        category=[coded(SYSTEM, KIND_OF)],
        subject=patient(row.episode.patient_id),
        date=instant(row.signed_at),
        author=[{"display": row.signed_by.name}],
        content=[{"attachment": content}],
        context={"related": [reference("Condition", row.episode_id)]},
    )


DOCUMENT_REFERENCE = Kind(
    "DocumentReference",
    (
        Source(
            Packet,
            document_reference,
            joined=("episode__patient__clinic", "signed_by"),
            stamp="signed_at",
            params={"date": at("signed_at")},
        ),
    ),
    "documentreference",
    {"category": (KIND_OF,), "status": ("current",), "type": (SUMMARY,)},
)
