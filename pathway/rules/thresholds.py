"""The numbers the rules run on. A protocol may hand in its own; these are the tested defaults."""

from dataclasses import dataclass

RULES_VERSION = "3.0"


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of the trial statuses. Days count from 0, the start of the trial.

    plateau_logodds: the evidence of a stall that makes a plateau; the bar of a day lies above or
    below it (`bars`). watch_logodds: as much lower lies the bar of the watch.

    function_points: what a form of 0-100 with a standard error of 6 can tell from no change
    (1.96 x sqrt 2 x 6); a smaller fall is no reason to hold a plateau back.

    rise_over_before, rise_errors, rise_over_start: how far a fortnight has to lie above the diary
    before it, in points and in errors of that difference, and above the start, to be a rise. More
    errors ask for more: fewer level people are called worse, and fewer rises in time.

    The log-odds come from the simulation study (`make bench-accuracy`), the 30 % and the
    points from Ostelo 2008. Changing one changes the error rates that were measured.
    """

    better_share: float = 0.30
    better_points: float = 1.0
    function_points: float = 17.0
    fall_points: float = 0.5
    partial_share: float = 0.15
    worse_points_at_end: float = 2.0

    entries_needed: int = 4
    entries_to_return: int = 2
    stale_after_days: int = 7
    weekly_entries_needed: int = 2
    weekly_stale_after_days: int = 14
    weekly_logger_share: float = 0.43
    insufficient_from_day: int = 7

    plateau_logodds: float = 1.20
    watch_logodds: float = 0.75
    moved_logodds: float = -0.3
    moved_points: float = 0.5
    signal_from_day: int = 28
    signal_days: int = 5
    shortest_window_days: int = 42
    plateau_least_pain: float = 3.0

    worse_logodds: float = 0.2
    worse_points: float = 1.0
    rise_points: float = 1.5
    rise_from_day: int = 14
    rise_over_before: float = 1.0
    rise_errors: float = 1.25
    rise_over_start: float = 0.5
    rise_shows_days: int = 14
    upward_points: float = 0.5

    sudden_rise_points: float = 2.0

    responded_days: int = 14
    responded_logodds: float = -2.2
    responded_alone_days: int = 28
    relief_days: int = 7
    relief_within_days: int = 28
    back_share: float = 0.90
    back_days: int = 5
    back_entries: int = 5
    discharge_share: float = 0.30
    discharge_points: float = 2.0
    discharge_days: int = 7

    improving_from_day: int = 14
    improving_logodds: float = -0.4
    improving_share: float = 0.85

    @property
    def function_share(self) -> float:
        """A function score at or below this share of the first one is a real change."""
        return 1 - self.better_share


DEFAULT_RULES = Rules()
