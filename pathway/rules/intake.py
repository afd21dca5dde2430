"""Where to start: a tier suggested from the intake answers, with its reasons.

A suggestion only. A clinician confirms it or chooses another; the patient sees none before that.
"""

from dataclasses import dataclass
from enum import StrEnum

from pathway.rules.chronicity import Chronicity

SEVERE_PAIN = 7
HIGH_DISABILITY = 70.0  # per cent of the worst score; our proposal (docs/clinical-safety.md)
ADEQUATE_WEEKS, SELF_CARE_WEEKS = 6, 4


class Reason(StrEnum):
    SAFETY = "safety"
    WEAKNESS = "weakness"
    RECENT = "recent"
    LASTING = "lasting"
    SELF_CARE_TRIED = "self_care_tried"
    THERAPY_BEGUN = "therapy_begun"
    SEVERE = "severe"
    THERAPY_TRIED = "therapy_tried"
    MEDICATION_TRIED = "medication_tried"
    INTERVENTION_TRIED = "intervention_tried"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Reason.SAFETY: "A safety answer is open: review it before any step.",
    Reason.WEAKNESS: "Arm or leg symptoms with weakness: see a clinician before any step.",
    Reason.RECENT: "Pain for less than 6 weeks, under 7 of 10, no care so far.",
    Reason.LASTING: "Pain for 6 weeks or more.",
    Reason.SELF_CARE_TRIED: "Self-care for 4 weeks or more did not help enough.",
    Reason.THERAPY_BEGUN: "Care beyond self-care has already begun.",
    Reason.SEVERE: "Pain of 7 or more, or high disability: a clinician also reviews medication.",
    Reason.THERAPY_TRIED: "A full course of therapy (6 weeks, attended) did not help enough.",
    Reason.MEDICATION_TRIED: "A full course of medication (6 weeks) did not help enough.",
    Reason.INTERVENTION_TRIED: "An image-guided procedure did not help enough.",
}


@dataclass(frozen=True, slots=True)
class PriorCare:
    """One kind of care before this clinic. `helped`: 30 % better or more, and it lasted."""

    tier: int
    weeks: float
    attended: bool = True
    helped: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """The answers that bear on the first tier. `pain` is usual pain, 0-10."""

    chronicity: Chronicity
    pain: float
    safety_open: bool = False
    weakness: bool = False
    high_disability: bool = False
    prior: tuple[PriorCare, ...] = ()


@dataclass(frozen=True, slots=True)
class TierSuggestion:
    """tier None: no step before a clinician has looked. `clinician_review`: look at this closely."""

    tier: int | None
    reasons: tuple[Reason, ...]
    clinician_review: bool = False


def is_high_disability(worse: float) -> bool:
    """Of a function score in per cent of the worst, such as PEG's mean times ten."""
    return worse >= HIGH_DISABILITY


def suggest_tier(intake: Intake) -> TierSuggestion:
    stops = _stops(intake)
    if stops:
        return TierSuggestion(None, stops, clinician_review=True)
    tried = _tried(intake)
    if intake.chronicity is Chronicity.CHRONIC and tried:
        return TierSuggestion(2 + len(tried), tried, clinician_review=len(tried) >= 2)
    return _first_steps(intake)


def _stops(intake: Intake) -> tuple[Reason, ...]:
    asked = ((intake.safety_open, Reason.SAFETY), (intake.weakness, Reason.WEAKNESS))
    return tuple(reason for there, reason in asked if there)


def _tried(intake: Intake) -> tuple[Reason, ...]:
    """The tiers from 2 up that had an adequate trial, without a gap between them."""
    tried: list[Reason] = []
    for tier, reason in (
        (2, Reason.THERAPY_TRIED),
        (3, Reason.MEDICATION_TRIED),
        (4, Reason.INTERVENTION_TRIED),
    ):
        if not any(care.tier == tier and _adequate(care) for care in intake.prior):
            break
        tried.append(reason)
    return tuple(tried)


def _adequate(care: PriorCare) -> bool:
    long_enough = care.weeks >= ADEQUATE_WEEKS or care.tier == 4
    return long_enough and care.attended and not care.helped


def _first_steps(intake: Intake) -> TierSuggestion:
    severe = intake.pain >= SEVERE_PAIN or intake.high_disability
    reasons = tuple(
        reason
        for there, reason in (
            (intake.chronicity is not Chronicity.ACUTE, Reason.LASTING),
            (_self_care_tried(intake), Reason.SELF_CARE_TRIED),
            (any(care.tier > 1 for care in intake.prior), Reason.THERAPY_BEGUN),
            (severe, Reason.SEVERE),
        )
        if there
    )
    if reasons:
        return TierSuggestion(2, reasons, clinician_review=severe)
    return TierSuggestion(1, (Reason.RECENT,))


def _self_care_tried(intake: Intake) -> bool:
    return any(
        care.tier == 1 and care.weeks >= SELF_CARE_WEEKS and not care.helped
        for care in intake.prior
    )
