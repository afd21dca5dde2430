from patients.models.access import AccessLog, AccessReview
from patients.models.care_team import BreakGlass, CareTeamMember, Cover
from patients.models.carer import Carer
from patients.models.closure import ClosureRequest
from patients.models.decision import Decision, VisitRequest
from patients.models.decision_kinds import TRAITS
from patients.models.draft import AnswerDraft
from patients.models.episode import Episode, PriorTreatment
from patients.models.flag import Finding, Flag, Kind, Severity
from patients.models.identity_check import IdentityCheck
from patients.models.import_run import ImportBadLine, ImportRun, ImportSeenRow
from patients.models.intake import Intake
from patients.models.log import SymptomLog
from patients.models.merge import PatientMerge
from patients.models.packet import CriterionStatement, Packet
from patients.models.patient import ClinicProtocol, Patient, ShadowMode
from patients.models.records import (
    Exercise,
    ImagingStudy,
    Letter,
    MedicationCourse,
    OptionWeighed,
    Procedure,
    Reassessment,
    ReassessmentEntry,
    ReliefEntry,
    SelfManagementPlan,
    SignSeen,
    TherapyProgramme,
    TherapySession,
)
from patients.models.reminder import LogReminder
from patients.models.risk_facts import RiskFactAnswer
from patients.models.safety import SafetyAdvice, SafetyAnswer
from patients.models.safety_desk import SafetyCall, SafetyOutcome
from patients.models.saved_view import SavedView
from patients.models.score import FunctionScore, OwnActivity
from patients.models.transfer import Transfer
from patients.models.trial import ReviewDue, TierTrial, TreatmentCycle, TrialReview
from patients.models.visit_question import VisitQuestion

__all__ = [
    "TRAITS",
    "AccessLog",
    "AccessReview",
    "AnswerDraft",
    "BreakGlass",
    "CareTeamMember",
    "Carer",
    "ClinicProtocol",
    "ClosureRequest",
    "Cover",
    "CriterionStatement",
    "Decision",
    "Episode",
    "Exercise",
    "Finding",
    "Flag",
    "FunctionScore",
    "IdentityCheck",
    "ImagingStudy",
    "ImportBadLine",
    "ImportRun",
    "ImportSeenRow",
    "Intake",
    "Kind",
    "Letter",
    "LogReminder",
    "MedicationCourse",
    "OptionWeighed",
    "OwnActivity",
    "Packet",
    "Patient",
    "PatientMerge",
    "PriorTreatment",
    "Procedure",
    "Reassessment",
    "ReassessmentEntry",
    "ReliefEntry",
    "ReviewDue",
    "RiskFactAnswer",
    "SafetyAdvice",
    "SafetyAnswer",
    "SafetyCall",
    "SafetyOutcome",
    "SavedView",
    "SelfManagementPlan",
    "Severity",
    "ShadowMode",
    "SignSeen",
    "SymptomLog",
    "TherapyProgramme",
    "TherapySession",
    "TierTrial",
    "Transfer",
    "TreatmentCycle",
    "TrialReview",
    "VisitQuestion",
    "VisitRequest",
]
