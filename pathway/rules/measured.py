"""How often the flags were right on simulated people: the one place that pages take it from.

`make bench-accuracy` prints it; docs/rules.md ("Measured") tells of the cohorts. Of 100 people, in
trials of 12 weeks, pain alone, looked at every day. Simulation, not patients.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Low and high over the cohorts, of 100; the version of the rules that was measured."""

    low: float
    high: float
    rules_version: str = "2.1"

    def __str__(self) -> str:
        """Rounded as it is said: "5", or "17 to 19"."""
        low, high = round(self.low), round(self.high)
        return f"{low} to {high}" if high - low > 1 else str(high)


# Responders who are flagged as levelled off: shapes that the library knows, and shapes outside it.
PLATEAU_FALSE = Measured(4.8, 5.3)
PLATEAU_FALSE_OTHER_SHAPES = Measured(17.9, 19.0)
# Level courses called worse; true rises of 2 to 3 points found; relapses found with a diary before.
WORSENING_FALSE = Measured(1.3, 1.3)
WORSENING_FOUND = Measured(40.3, 40.3)
RELAPSE_FOUND = Measured(76.0, 76.0)
