"""The one sentence of the worklist, from numbers alone. For clinicians; patients read others."""

from collections.abc import Callable

from pathway.rules.numbers import Numbers
from pathway.rules.status import Status

WELL_LOGGED_ENTRIES = 4


def sentence(
    numbers: Numbers,
    *,
    programme_done: float | None = None,
    weeks_logged: int | None = None,
) -> str:
    """For example "6.3 → 6.1 in 8 weeks; needs 4.3 or less; programme done 71 %; 6 of 8 weeks well logged".

    programme_done is a share, 0-1; weeks_logged counts the weeks with four entries or more.
    """
    parts = [_WORDS[numbers.status](numbers), _function(numbers)]
    if programme_done is not None:
        parts.append(f"programme done {programme_done:.0%}".replace("%", " %"))
    if weeks_logged is not None:
        parts.append(f"{weeks_logged} of {_weeks(numbers.day)} weeks well logged")
    return "; ".join(part for part in parts if part)


def _course(numbers: Numbers) -> str:
    return f"{_one(numbers.baseline)} → {_one(numbers.mean_14)} in {_duration(numbers.day)}"


def _towards_target(numbers: Numbers) -> str:
    return f"{_course(numbers)}; needs {_one(numbers.target)} or less"


def _higher(numbers: Numbers) -> str:
    rise = (numbers.mean_14 or 0.0) - (numbers.baseline or 0.0)
    return f"{_course(numbers)}; {rise:.1f} points higher than at the start"


def _returned(numbers: Numbers) -> str:
    return f"{_one(numbers.baseline)} at the start, eased, now back at {_one(numbers.mean_14)}"


def _reached(numbers: Numbers) -> str:
    return f"{_course(numbers)}; at or below {_one(numbers.target)} since day {numbers.since}"


def _too_few(numbers: Numbers) -> str:
    entries = "1 entry" if numbers.count_14 == 1 else f"{numbers.count_14} entries"
    return f"{entries} in the last 14 days; {numbers.entries_missing} more needed to see a pattern"


def _window_over(numbers: Numbers) -> str:
    return f"planned end reached; {_towards_target(numbers)}"


def _early(numbers: Numbers) -> str:
    return f"{_course(numbers)}; too early to tell"


def _not_asked(_: Numbers) -> str:
    return "not assessed"


_WORDS: dict[Status, Callable[[Numbers], str]] = {
    Status.NOT_ASKED: _not_asked,
    Status.IN_PROGRESS: _early,
    Status.IMPROVING: _towards_target,
    Status.RESPONDED: _reached,
    Status.PLATEAU: _towards_target,
    Status.WORSENING: _higher,
    Status.RELAPSE: _returned,
    Status.INSUFFICIENT_DATA: _too_few,
    Status.WINDOW_COMPLETE: _window_over,
}


def _function(numbers: Numbers) -> str:
    if numbers.function_share is None:
        return ""
    better = round(100 * (1 - numbers.function_share))
    if better == 0:
        return "function unchanged"
    return f"function {abs(better)} % {'worse' if better < 0 else 'better'}"


def _one(value: float | None) -> str:
    return "?" if value is None else f"{value:.1f}"


def _weeks(day: int) -> int:
    return max(1, round((day + 1) / 7))


def _duration(day: int) -> str:
    if day < 7:
        return "1 day" if day == 0 else f"{day + 1} days"
    return "1 week" if _weeks(day) == 1 else f"{_weeks(day)} weeks"
