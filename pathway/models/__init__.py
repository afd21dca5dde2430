from pathway.models.cards import Condition, Option, Question
from pathway.models.criteria import CriteriaSet
from pathway.models.evidence import Evidence, EvidenceLabel
from pathway.models.instrument import (
    Instrument,
    InstrumentItem,
    ItemsNotFreeToShip,
    Licence,
    Scoring,
)
from pathway.models.message import (
    AskedOf,
    CeilingSign,
    ChecklistItem,
    PatientMessage,
    RiskFact,
    SafetyLevel,
    SafetyQuestion,
)
from pathway.models.position import Position
from pathway.models.protocol import Protocol
from pathway.models.threshold import Deadline, Threshold, ThresholdUse
from pathway.models.tier import Modality, Tier, TrialWindow, published_tier
from pathway.models.translation import Translation

__all__ = [
    "AskedOf",
    "CeilingSign",
    "ChecklistItem",
    "Condition",
    "CriteriaSet",
    "Deadline",
    "Evidence",
    "EvidenceLabel",
    "Instrument",
    "InstrumentItem",
    "ItemsNotFreeToShip",
    "Licence",
    "Modality",
    "Option",
    "PatientMessage",
    "Position",
    "Protocol",
    "Question",
    "RiskFact",
    "SafetyLevel",
    "SafetyQuestion",
    "Scoring",
    "Threshold",
    "ThresholdUse",
    "Tier",
    "Translation",
    "TrialWindow",
    "published_tier",
]
