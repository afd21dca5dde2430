"""A patient: Patient of US Core. What nobody has asked is left out, or said to be unknown."""

from __future__ import annotations

from django.conf import settings

from exchange.datatypes import Piece, Resource, named, resource, whole
from exchange.params import Param, beginning, mapped, on, token
from exchange.sources import Kind, Source
from patients.finding.folded import fold_number
from patients.models import Patient

GENDER = {"F": "female", "M": "male", "X": "other", "": "unknown"}
REACHED_FIRST = 1


def patient(row: Patient, key: str) -> Resource:
    return resource(
        "Patient",
        row,
        key,
        "patient",
        identifier=[_number(row)],
        active=True,
        name=[_name(row.name)],
        telecom=_telecom(row),
        gender=GENDER[row.sex],
        birthDate=row.birth_date.isoformat(),
        address=[{"text": row.address}] if row.address else [],
        communication=[
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": row.language}]}}
        ],
        managingOrganization=named(row.clinic),
    )


def _number(row: Patient) -> Piece:
    return {
        "use": "usual",
        "type": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"},
            ]
        },
        "system": f"{settings.SITE_URL}/clinics/{row.clinic_id}/record-number",
        "value": row.number,
    }


def _name(name: str) -> Piece:
    """The record keeps one line; the last word is taken for the family's, and the line stands as it is."""
    *given, family = name.split() or [name]
    return whole(use="official", text=name, family=family, given=given)


def _telecom(row: Patient) -> list[Piece]:
    """In the order in which they ask to be reached."""
    ways = [("phone", row.phone), ("email", row.email)]
    known = [{"system": system, "value": value} for system, value in ways if value]
    wanted = [each | {"rank": REACHED_FIRST} for each in known if each["system"] == row.reach]
    return wanted + [each for each in known if each["system"] != row.reach]


def _identifier() -> Param:
    """However its letters, blanks and dashes are typed."""
    asked = token("number_key")
    return Param("token", lambda value: asked.ask(",".join(map(fold_number, value.split(",")))))


PATIENT = Kind(
    "Patient",
    (
        Source(
            Patient,
            patient,
            patient="pk",
            joined=("clinic",),
            params={
                "identifier": _identifier(),
                "name": beginning("name"),
                "family": beginning("name"),
                "given": beginning("name"),
                "birthdate": on("birth_date"),
                "gender": mapped("sex", GENDER),
            },
        ),
    ),
    "patient",
)
