"""What the numbers mean: pure rules on arrays and plain values, without Django.

`assess` is the entry point for tier trials; the others are small rules on plain values.
"""

from pathway.rules.adequacy import Adequacy, Tried, adequacy
from pathway.rules.assessment import Assessment, assess
from pathway.rules.ceiling import (
    CeilingSigns,
    FunctionSpan,
    Pathway,
    ceiling_signs,
    cycle_under_way,
    function_span,
    relapsed,
)
from pathway.rules.chronicity import Chronicity, chronicity
from pathway.rules.fan import Fan, fan
from pathway.rules.images import Image, progressed
from pathway.rules.instruments import (
    SCALES,
    Change,
    FunctionWorse,
    Scale,
    ScaleKind,
    change,
    function_worse,
    words,
)
from pathway.rules.intake import (
    Intake,
    PriorCare,
    Reason,
    TierSuggestion,
    is_high_disability,
    suggest_tier,
)
from pathway.rules.label import RULES_VERSIONS, UnknownVersion
from pathway.rules.medicines import MedicineClass, classes_of, contradicts
from pathway.rules.moved import moved_since
from pathway.rules.numbers import Numbers, numbers_of
from pathway.rules.opioids import OpioidCourse, OpioidSettings, opioid_course
from pathway.rules.outcomes import Outcome, outcome, outcome_in
from pathway.rules.rise import has_risen
from pathway.rules.scores import (
    InvalidAnswers,
    Score,
    score_activities,
    score_overall_change,
    score_peg,
    score_roland_morris,
)
from pathway.rules.sentence import (
    WELL_LOGGED_ENTRIES,
    ceiling_sentence,
    is_higher,
    is_partly_back,
    sentence,
    then_and_now,
)
from pathway.rules.series import InvalidDays, InvalidSeries, OutOfRange, TrialSeries, WrongShape
from pathway.rules.status import Status
from pathway.rules.stepdown import STEP_DOWN_MEAN, step_down, step_down_on
from pathway.rules.thresholds import DEFAULT_RULES, RULES_VERSION, Rules
from pathway.rules.watch import CameBack, came_back

__all__ = [
    "DEFAULT_RULES",
    "RULES_VERSION",
    "RULES_VERSIONS",
    "SCALES",
    "STEP_DOWN_MEAN",
    "WELL_LOGGED_ENTRIES",
    "Adequacy",
    "Assessment",
    "CameBack",
    "CeilingSigns",
    "Change",
    "Chronicity",
    "Fan",
    "FunctionSpan",
    "FunctionWorse",
    "Image",
    "Intake",
    "InvalidAnswers",
    "InvalidDays",
    "InvalidSeries",
    "MedicineClass",
    "Numbers",
    "OpioidCourse",
    "OpioidSettings",
    "OutOfRange",
    "Outcome",
    "Pathway",
    "PriorCare",
    "Reason",
    "Rules",
    "Scale",
    "ScaleKind",
    "Score",
    "Status",
    "TierSuggestion",
    "TrialSeries",
    "Tried",
    "UnknownVersion",
    "WrongShape",
    "adequacy",
    "assess",
    "came_back",
    "ceiling_sentence",
    "ceiling_signs",
    "change",
    "chronicity",
    "classes_of",
    "contradicts",
    "cycle_under_way",
    "fan",
    "function_span",
    "function_worse",
    "has_risen",
    "is_high_disability",
    "is_higher",
    "is_partly_back",
    "moved_since",
    "numbers_of",
    "opioid_course",
    "outcome",
    "outcome_in",
    "progressed",
    "relapsed",
    "score_activities",
    "score_overall_change",
    "score_peg",
    "score_roland_morris",
    "sentence",
    "step_down",
    "step_down_on",
    "suggest_tier",
    "then_and_now",
    "words",
]
