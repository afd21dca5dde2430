"""Which rows of the safety desk: advice that waits for an outcome, calls, outcomes that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from patients.queries.records import RecordQuerySet

if TYPE_CHECKING:
    from patients.models import (  # noqa: F401
        RiskFactAnswer,
        SafetyAdvice,
        SafetyCall,
        SafetyOutcome,
    )


class AdviceQuerySet(RecordQuerySet["SafetyAdvice"]):
    def waiting(self) -> Self:
        """No outcome that ends the hold covers it. Rows of one complaint are written under its lock,
        so that their numbers are in order."""
        outcomes = apps.get_model("patients", "SafetyOutcome").objects.ending()
        covered = outcomes.filter(episode=OuterRef("episode"), about__gte=OuterRef("pk"))
        return self.filter(~Exists(covered))

    def of_form(self, submission_id: object) -> Self:
        return self.filter(submission_id=submission_id)

    def as_shown(self) -> Self:
        """An emergency first, as the patient read it."""
        return self.order_by("level", "pk")


class SafetyCallQuerySet(RecordQuerySet["SafetyCall"]):
    patient_may_read = False

    def not_withdrawn(self) -> Self:
        return self.filter(withdrawn_at=None)


class OutcomeQuerySet(RecordQuerySet["SafetyOutcome"]):
    patient_may_read = False

    def in_force(self) -> Self:
        """Neither undone nor an undoing."""
        return self.filter(corrected_by=None).exclude(kind="undone")

    def ending(self) -> Self:
        """Those that end the hold."""
        return self.in_force().filter(kind__in=["well", "emergency_care", "examined"])


class RiskFactQuerySet(RecordQuerySet["RiskFactAnswer"]):
    to_patient = "patient"

    def true_of(self, patient: int) -> set[str]:
        """The keys of what is true of this patient."""
        return set(self.filter(patient=patient, is_true=True).values_list("key", flat=True))
