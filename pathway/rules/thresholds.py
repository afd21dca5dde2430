"""The numbers the rules run on. A protocol may hand in its own; these are the tested defaults."""

from dataclasses import dataclass

RULES_VERSION = "2.1"


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of the trial statuses. Days count from 0, the start of the trial.

    plateau_logodds: the evidence of a stall that makes a plateau; the bar of a day lies above or
    below it (`bars`). watch_logodds: as much lower lies the bar of the watch.

    function_points: what a form of 0-100 with a standard error of 6 can tell from no change
    (1.96 x sqrt 2 x 6); a smaller fall is no reason to hold a plateau back.

    The log-odds come from the simulation study (`make bench-accuracy`), the 30 % and the
    points from Ostelo 2008. Changing one changes the error rates that were measured.
    """

    better_share: float = 0.30
    better_points: float = 1.0
    function_points: float = 17.0
    partial_share: float = 0.15
    worse_points_at_end: float = 2.0

    entries_needed: int = 4
    stale_after_days: int = 7
    weekly_entries_needed: int = 2
    weekly_stale_after_days: int = 14
    weekly_logger_share: float = 0.25
    insufficient_from_day: int = 7

    plateau_logodds: float = 1.20
    watch_logodds: float = 0.75
    signal_from_day: int = 28
    signal_days: int = 5
    shortest_window_days: int = 42

    worse_logodds: float = 0.2
    worse_points: float = 1.0

    sudden_rise_points: float = 2.0

    responded_days: int = 14
    responded_logodds: float = -2.2
    relief_days: int = 7
    relief_within_days: int = 28
    back_share: float = 0.90
    back_days: int = 5
    back_entries: int = 5

    improving_from_day: int = 14
    improving_logodds: float = -0.4
    improving_share: float = 0.85

    @property
    def function_share(self) -> float:
        """A function score at or below this share of the first one is a real change."""
        return 1 - self.better_share


DEFAULT_RULES = Rules()
