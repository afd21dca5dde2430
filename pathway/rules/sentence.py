"""The one sentence of the worklist, from numbers alone. For clinicians; patients read others."""

from collections.abc import Callable

from pathway.rules.ceiling import CeilingSigns, Pathway
from pathway.rules.numbers import Numbers
from pathway.rules.status import Status
from pathway.rules.thresholds import DEFAULT_RULES, Rules

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


def ceiling_sentence(pathway: Pathway, signs: CeilingSigns, rules: Rules = DEFAULT_RULES) -> str:
    """The signs that are there, for example "Pain came back after 2 of 2 cycles". Change on images
    is named last: it counts beside the others only."""
    parts = []
    if signs.pain_returns:
        parts.append(f"pain came back after {pathway.relapsed_cycles} of {pathway.cycles} cycles")
    if signs.function_unchanged:
        parts.append(_unchanged(pathway, rules))
    if not parts:
        parts.append("improvement has levelled off")
    if signs.disc_progressed:
        parts.append("progressive disc change recorded on imaging")
    said = "; ".join(parts)
    return said[0].upper() + said[1:]


def _unchanged(pathway: Pathway, rules: Rules) -> str:
    return (
        f"{_changed(pathway.function_share)} after {pathway.structured_days} days of structured care; {rules.better_share:.0%} asked; "
        f"{pathway.forms_answered} of {pathway.forms_due} forms answered"
    ).replace("% asked", " % asked")


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
    return _changed(numbers.function_share)


def _changed(function_share: float | None) -> str:
    if function_share is None:
        return ""
    better = round(100 * (1 - function_share))
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
