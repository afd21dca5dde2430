"""A whole record as one FHIR Bundle, written row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from exchange.bundles import collected, collection_head
from exchange.resources import OF_PATIENTS
from patients.models import Patient

CHUNK = 500


def write_bundle(file: IO[bytes], patient: Patient, now: datetime) -> None:
    """Into `file`; of a long record only one portion is held at a time."""
    head = json.dumps(collection_head(now), ensure_ascii=False)
    file.write(head.removesuffix("}").encode())
    before = ', "entry": [\n'
    for entry in _entries(patient):
        file.write((before + entry).encode())
        before = ",\n"
    file.write(b"\n]}\n")


def _entries(patient: Patient) -> Iterator[str]:
    for kind in OF_PATIENTS.values():
        for source in kind.sources:
            for row in source.rows(patient).order_by("pk").iterator(CHUNK):
                yield json.dumps(collected(source.resource(row)), ensure_ascii=False)
