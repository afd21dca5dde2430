"""How often the flags were right on simulated people: the one place that pages take it from.

`make bench-accuracy` prints it; docs/rules.md ("Measured") tells of the cohorts. Of 100 people, pain
alone, looked at every day. Simulation, not patients.
"""

from collections.abc import Mapping
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


Figures = Mapping[int, Measured]

# By window in weeks: responders who are flagged as levelled off, of shapes that the library knows and
# of shapes outside it; level courses called worse.
PLATEAU_FALSE_IN = {12: Measured(4.8, 5.1), 18: Measured(4.1, 4.5), 26: Measured(4.8, 5.0)}
OTHER_SHAPES_FALSE_IN = {
    12: Measured(20.7, 21.8),
    18: Measured(19.5, 20.4),
    26: Measured(21.5, 21.9),
}
WORSENING_FALSE_IN = {12: Measured(22.0, 24.1), 18: Measured(32.4, 38.0), 26: Measured(37.2, 46.7)}
# Rises of 2 to 3 points named within a fortnight; relapses found with a diary before.
WORSENING_FOUND_IN = {12: Measured(63.0, 79.7), 18: Measured(63.9, 78.4), 26: Measured(63.7, 79.9)}
# Level function called worse, where a form errs as its source states and by twice that.
FUNCTION_FALSE_IN = {12: Measured(0.0, 1.3), 18: Measured(1.3, 3.3), 26: Measured(2.0, 7.3)}
FUNCTION_FALSE_TWICE_IN = {
    12: Measured(7.3, 10.0),
    18: Measured(14.0, 16.7),
    26: Measured(27.3, 32.7),
}
RELAPSE_FOUND_IN = {12: Measured(72.4, 72.4), 26: Measured(89.0, 89.0)}
# Ends inside the fan, of courses of the library and of others, on five days of the window.
FAN_HOLDS = Measured(77.0, 83.0)
FAN_HOLDS_OTHERS = Measured(56.0, 68.0)


def _whole(value: float) -> int:
    return int(Decimal(repr(value)).to_integral_value(ROUND_HALF_UP))


def nearest(figures: Figures, window_days: int) -> int:
    """The measured window, in weeks, that lies nearest."""
    return min(figures, key=lambda weeks: abs(weeks * 7 - window_days))


def of_window(figures: Figures, window_days: int) -> Measured:
    return figures[nearest(figures, window_days)]
