"""What the rules read: many trials of the same window, as arrays."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
Ints: TypeAlias = NDArray[np.integer[Any]]
Bools: TypeAlias = NDArray[np.bool_]


class InvalidSeries(ValueError):
    """The arrays cannot be a set of tier trials; the message names the array."""


class WrongShape(InvalidSeries):
    """An array has not one row per trial, or not one column per day."""


class OutOfRange(InvalidSeries):
    """A score lies outside its scale."""


class InvalidDays(InvalidSeries):
    """A window, a first day to answer, or a function day that cannot be."""


@dataclass(frozen=True, slots=True)
class TrialSeries:
    """N trials with the same window. Column t of `pain` is day t of the trial.

    pain          (N, T)  the day's average pain, 0-10; NaN where there is no entry. T may end
                          before the window (a running trial) or after it.
    usual_pain    (N,)    "usual pain, last 4 weeks" at the start, 0-10; NaN if not asked
    window_days           planned length of the trial
    function      (N, F)  function scores, 0-100, higher is worse; NaN where missing
    function_days (F,)    their days, ascending
    cycle_started         day 0 is a procedure or the start of a treatment cycle
    pain_before   (N,)    mean pain in the 7-14 days before a cycle, 0-10; NaN if unknown
    from_day              the first day that needs an answer (a nightly run needs only the last);
                          one for all or one per trial (N,)
    last_day      (N,)    each trial's own last day; nothing after it is read. Left out, it is the
                          last column for everybody. With it, one call serves trials of any age.

    Raises WrongShape, OutOfRange or InvalidDays.
    """

    pain: Floats
    usual_pain: Floats
    window_days: int
    function: Floats | None = None
    function_days: Ints | None = None
    cycle_started: bool = False
    pain_before: Floats | None = None
    from_day: int | Ints = 0
    last_day: Ints | None = None

    def __post_init__(self) -> None:
        _check_days(self)
        _check_shapes(self)
        _check_function(self)
        for name, top in (("pain", 10), ("usual_pain", 10), ("function", 100), ("pain_before", 10)):
            _check_range(name, getattr(self, name), top)

    @property
    def trials(self) -> int:
        return int(self.pain.shape[0])

    @property
    def days(self) -> int:
        return int(self.pain.shape[1])

    @property
    def first_asked(self) -> Ints:
        """(N,) the first day of each trial that needs an answer."""
        return np.broadcast_to(np.asarray(self.from_day), (self.trials,))

    @property
    def last(self) -> Ints:
        """(N,) the last day of each trial."""
        return np.full(self.trials, self.days - 1) if self.last_day is None else self.last_day

    def until_last_day(self) -> "TrialSeries":
        """The same trials without anything that lies after a trial's own last day."""
        if self.last_day is None:
            return self
        hidden = np.arange(self.days) > self.last_day[:, None]
        return replace(
            self, pain=np.where(hidden, np.nan, self.pain), function=self._function_so_far()
        )

    def only(self, rows: Ints) -> "TrialSeries":
        """These trials alone, in this order."""

        def of(array: Any) -> Any:
            return None if array is None else array[rows]

        return replace(
            self,
            pain=self.pain[rows],
            usual_pain=self.usual_pain[rows],
            function=of(self.function),
            pain_before=of(self.pain_before),
            from_day=self.first_asked[rows],
            last_day=self.last[rows],
        )

    def _function_so_far(self) -> Floats | None:
        if self.function is None or self.function_days is None:
            return None
        return np.where(self.function_days > self.last[:, None], np.nan, self.function)


def _check_days(series: TrialSeries) -> None:
    if series.window_days < 1:
        raise InvalidDays(f"window_days must be at least 1, not {series.window_days}")
    if (np.asarray(series.from_day) < 0).any():
        raise InvalidDays(f"from_day must be at least 0, not {series.from_day}")


def _check_shapes(series: TrialSeries) -> None:
    if series.pain.ndim != 2 or series.pain.shape[1] < 1:
        raise WrongShape(f"pain must be (trials, days) with a day or more, not {series.pain.shape}")
    for name in ("usual_pain", "pain_before", "last_day"):
        array = getattr(series, name)
        if array is not None and array.shape != (series.trials,):
            raise WrongShape(f"{name} must be ({series.trials},), not {array.shape}")
    if np.shape(series.from_day) not in ((), (series.trials,)):
        raise WrongShape(f"from_day must be one day or ({series.trials},)")
    last = series.last_day
    if last is not None and last.size and (last.min() < 0 or last.max() >= series.days):
        raise InvalidDays(f"last_day must lie in the {series.days} columns of pain")


def _check_function(series: TrialSeries) -> None:
    function, days = series.function, series.function_days
    if (function is None) != (days is None):
        raise WrongShape("function and function_days come together")
    if function is None or days is None:
        return
    if function.shape != (series.trials, days.size) or days.ndim != 1:
        raise WrongShape(f"function must be ({series.trials}, {days.size}), not {function.shape}")
    if days.size and (days[0] < 0 or (np.diff(days) <= 0).any()):
        raise InvalidDays("function_days must ascend from 0 or later")


def _check_range(name: str, array: Floats | None, top: int) -> None:
    if array is None or array.size == 0:
        return
    outside = ~np.isnan(array) & ~((array >= 0) & (array <= top))
    if outside.any():
        raise OutOfRange(f"{name} must lie in 0-{top}, found {array[outside][0]}")
