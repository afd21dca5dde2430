"""How often the flags were right on simulated people: the one place that pages take it from.

`make bench-accuracy` prints it; docs/rules.md ("Measured") tells of the cohorts. Of 100 people, pain
alone, looked at every day; in trials of 12 weeks where nothing else is said. Simulation, not patients.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """Low and high over the cohorts, of 100; the version of the rules that was measured."""

    low: float
    high: float
    rules_version: str = "3.0"

    def __str__(self) -> str:
        """Rounded as it is said: "5", or "17 to 19"."""
        low, high = (_whole(value) for value in (self.low, self.high))
        return f"{low} to {high}" if high - low > 1 else str(high)


# By window in weeks: responders who are flagged as levelled off, of shapes that the library knows and
# of shapes outside it; level courses called worse.
PLATEAU_FALSE_IN = {12: Measured(4.5, 4.9), 18: Measured(4.3, 4.3), 26: Measured(4.8, 4.8)}
OTHER_SHAPES_FALSE_IN = {
    12: Measured(20.3, 20.3),
    18: Measured(18.6, 18.6),
    26: Measured(19.6, 21.0),
}
WORSENING_FALSE_IN = {12: Measured(20.0, 25.2), 26: Measured(28.7, 33.3)}
PLATEAU_FALSE = PLATEAU_FALSE_IN[12]
PLATEAU_FALSE_OTHER_SHAPES = OTHER_SHAPES_FALSE_IN[12]
WORSENING_FALSE = WORSENING_FALSE_IN[12]
# Rises of 2 to 3 points named within a fortnight; relapses found with a diary before.
WORSENING_FOUND = Measured(61.0, 77.0)
RELAPSE_FOUND = Measured(73.1, 73.1)
# Ends inside the fan, of courses of the library and of others, on five days of the window.
FAN_HOLDS = Measured(78.0, 81.0)
FAN_HOLDS_OTHERS = Measured(57.0, 63.0)


def _whole(value: float) -> int:
    return int(Decimal(repr(value)).to_integral_value(ROUND_HALF_UP))


def of_window(figures: dict[int, Measured], window_days: int) -> Measured:
    """Of the measured window that lies nearest."""
    return figures[min(figures, key=lambda weeks: abs(weeks * 7 - window_days))]
