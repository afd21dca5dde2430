"""What clinicians write down, a file for each tier."""

from patients.models.records.imaging import ImagingStudy
from patients.models.records.letter import Letter
from patients.models.records.medication import MedicationCourse
from patients.models.records.procedures import Procedure, ReliefEntry
from patients.models.records.reassessment import (
    OptionWeighed,
    Reassessment,
    ReassessmentEntry,
    SignSeen,
)
from patients.models.records.self_management import SelfManagementPlan
from patients.models.records.therapy import Exercise, TherapyProgramme, TherapySession

__all__ = [
    "Exercise",
    "ImagingStudy",
    "Letter",
    "MedicationCourse",
    "OptionWeighed",
    "Procedure",
    "Reassessment",
    "ReassessmentEntry",
    "ReliefEntry",
    "SelfManagementPlan",
    "SignSeen",
    "TherapyProgramme",
    "TherapySession",
]
