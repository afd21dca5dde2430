"""Simulated people with neck or back pain: to prove the rules on, and to fill the demo clinic.

`simulate` gives people on one kind of course, `cohort` a number of people of each kind.
Pure numpy, seeded; nothing here is patient data.
"""

from pathway.simulation.cohort import COURSES, Cohort, cohort, diary_before, simulate
from pathway.simulation.courses import (
    KINDS,
    OTHERS,
    PLATEAUS,
    RESPONDERS,
    RISES,
    STRESS_PLATEAUS,
    STRESS_RESPONDERS,
    Course,
    truth,
)
from pathway.simulation.settings import MISSING, Missing, Noise, Settings
from pathway.simulation.stress import (
    Scenario,
    only_function_better,
    only_pain_better,
    scenarios,
    ways_of_logging,
)

__all__ = [
    "COURSES",
    "KINDS",
    "MISSING",
    "OTHERS",
    "PLATEAUS",
    "RESPONDERS",
    "RISES",
    "STRESS_PLATEAUS",
    "STRESS_RESPONDERS",
    "Cohort",
    "Course",
    "Missing",
    "Noise",
    "Scenario",
    "Settings",
    "cohort",
    "diary_before",
    "only_function_better",
    "only_pain_better",
    "scenarios",
    "simulate",
    "truth",
    "ways_of_logging",
]
