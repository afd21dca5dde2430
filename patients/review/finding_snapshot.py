"""What the rules read about one trial, as a finding keeps it: enough to work it out again for good.

The scores are float32, which JSON keeps to the bit; a day without an entry is null.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pathway.rules import TrialSeries


def snapshot_of(series: TrialSeries, row: int) -> dict[str, Any]:
    """One trial of a batch, up to its own last day. `function` is keyed by the day of the trial."""
    days = int(series.last[row]) + 1
    return {
        "window_days": series.window_days,
        "cycle_started": series.cycle_started,
        "usual_pain": _plain(series.usual_pain[row : row + 1])[0],
        "pain_before": None if series.pain_before is None else _plain(series.pain_before[[row]])[0],
        "pain": _plain(series.pain[row, :days]),
        "function": _function(series, row, days),
    }


def series_of(inputs: dict[str, Any]) -> TrialSeries:
    """The same trial again, as the only one of its batch, asked about its last day."""
    pain = _floats(inputs["pain"])
    answered = {int(day): score for day, score in inputs["function"].items()}
    days = sorted(answered)
    return TrialSeries(
        pain=pain[None, :],
        usual_pain=_floats([inputs["usual_pain"]]),
        window_days=inputs["window_days"],
        function=_floats([answered[day] for day in days])[None, :] if days else None,
        function_days=np.array(days) if days else None,
        cycle_started=inputs["cycle_started"],
        pain_before=_floats([inputs["pain_before"]]),
        from_day=len(pain) - 1,
        last_day=np.array([len(pain) - 1]),
    )


def _function(series: TrialSeries, row: int, days: int) -> dict[str, float | None]:
    if series.function is None or series.function_days is None:
        return {}
    known = zip(series.function_days, _plain(series.function[row]), strict=True)
    return {str(day): score for day, score in known if score is not None and day < days}


def _plain(scores: NDArray[np.floating[Any]]) -> list[float | None]:
    return [None if np.isnan(score) else float(score) for score in scores]


def _floats(scores: list[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if score is None else score for score in scores], np.float32)
