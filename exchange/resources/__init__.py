"""What is given out, one module for a resource of FHIR R4; flags, findings and rules are not among it."""

from __future__ import annotations

from exchange.resources import (
    care_plan,
    condition,
    documents,
    goal,
    imaging,
    medicine,
    observation,
    person,
    plan,
    procedure,
    questionnaire,
    visit,
)
from exchange.sources import Kind

# In the order in which a whole record is told.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        person.PATIENT,
        condition.CONDITION,
        care_plan.CARE_PLAN,
        goal.GOAL,
        observation.OBSERVATION,
        questionnaire.RESPONSE,
        procedure.PROCEDURE,
        medicine.MEDICATION_REQUEST,
        imaging.DIAGNOSTIC_REPORT,
        visit.APPOINTMENT,
        visit.SERVICE_REQUEST,
        documents.DOCUMENT_REFERENCE,
        questionnaire.QUESTIONNAIRE,
        plan.PLAN_DEFINITION,
    )
}
OF_PATIENTS = {name: kind for name, kind in KINDS.items() if kind.is_of_patients}
