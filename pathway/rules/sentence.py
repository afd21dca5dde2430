"""The one sentence of the worklist, from numbers alone. For clinicians; patients read others.

Every number is rounded by one rule (`rounding`), a change is the difference of the two numbers shown,
and function is named with both scores of its form, never as a share of a small one.
"""

from collections.abc import Callable
from datetime import date, timedelta

from pathway.rules.ceiling import CeilingSigns, Pathway
from pathway.rules.numbers import Numbers
from pathway.rules.rounding import difference, one_decimal, rounded
from pathway.rules.status import Status
from pathway.rules.thresholds import DEFAULT_RULES, Rules

WELL_LOGGED_ENTRIES = 4
CALLED_HIGHER = 1  # points above the start
CALLED_BACK = 2  # points above the best fortnight
NO_PAIN = 1  # a start below it leaves no point to fall by


def sentence(
    numbers: Numbers,
    *,
    function: str = "",
    programme_done: float | None = None,
    weeks_logged: int | None = None,
) -> str:
    """For example "6.3 → 6.1 in 8 weeks; needs 4.3 or less; PEG 5 → 3; programme done 71 %".

    function is what `instruments.words` says of the form that is followed; without it only a first
    form that stays alone is told. programme_done is a share, 0-1; weeks_logged counts the weeks with
    four entries or more.
    """
    parts = [_course_of(numbers), function or _one_form(numbers)]
    if programme_done is not None:
        parts.append(f"programme done {programme_done:.0%}".replace("%", " %"))
    if weeks_logged is not None:
        parts.append(f"{weeks_logged} of {_weeks(numbers.day)} weeks well logged")
    return "; ".join(part for part in parts if part)


def then_and_now(
    numbers: Numbers,
    as_of: date,
    *,
    today: date,
    now: tuple[date, float | None] | None,
    last_log: tuple[date, float] | None = None,
) -> str:
    """What a finding said on its day and, where it is otherwise now, both: for example
    "Nov 16: back at 4.8 → today 8.2, last log yesterday: 10". `now` is the last day that was worked
    out, with its mean of 14 days."""
    said = f"{_day(as_of)}: {_state(numbers)}{_since_then(numbers, as_of, today, now)}"
    if last_log is None:
        return said
    day, pain = last_log
    return f"{said}, last log {_ago(day, today)}: {pain:g}"


def _since_then(
    numbers: Numbers, as_of: date, today: date, now: tuple[date, float | None] | None
) -> str:
    if now is None or now[0] <= as_of or one_decimal(now[1]) == one_decimal(numbers.mean_14):
        return ""
    day = "today" if now[0] == today else _day(now[0])
    return f" → {day} {'no log in 14 days' if now[1] is None else one_decimal(now[1])}"


def ceiling_sentence(pathway: Pathway, signs: CeilingSigns, rules: Rules = DEFAULT_RULES) -> str:
    """The signs that are there, for example "Pain came back after 2 of 2 cycles". Change on images
    is named last: it counts beside the others only."""
    parts = []
    if signs.pain_returns:
        parts.append(f"pain came back after {pathway.relapsed_cycles} of {pathway.cycles} cycles")
    if signs.function_unchanged:
        parts.append(_unchanged(pathway))
    if not parts:
        parts.append("improvement has levelled off")
    if signs.disc_progressed:
        parts.append("progressive disc change recorded on imaging")
    said = "; ".join(parts)
    return said[0].upper() + said[1:]


def _unchanged(pathway: Pathway) -> str:
    seen = pathway.function_words or f"{pathway.instrument or 'function'} not improved"
    return (
        f"{seen} after {pathway.structured_days} days of structured care; "
        f"{pathway.forms_answered} of {pathway.forms_due} forms answered"
    )


def is_higher(numbers: Numbers) -> bool:
    """A mean at least a point above the start is told as that, whatever the status."""
    if numbers.baseline is None or numbers.mean_14 is None:
        return False
    return difference(numbers.baseline, numbers.mean_14) >= CALLED_HIGHER


def is_partly_back(numbers: Numbers) -> bool:
    """There was relief, and by now two points of it are gone, short of a relapse."""
    if numbers.eased_to is None or numbers.mean_14 is None or _has_no_pain(numbers):
        return False
    reached = numbers.target is not None and numbers.mean_14 <= numbers.target
    return difference(numbers.eased_to, numbers.mean_14) >= CALLED_BACK and not reached


def _has_no_pain(numbers: Numbers) -> bool:
    if numbers.baseline is None or numbers.mean_14 is None:
        return False
    return rounded(numbers.baseline) < NO_PAIN and rounded(numbers.mean_14) < NO_PAIN


OF_PAIN = {
    Status.IN_PROGRESS,
    Status.IMPROVING,
    Status.PLATEAU,
    Status.WORSENING,
    Status.WINDOW_COMPLETE,
}


def _course_of(numbers: Numbers) -> str:
    if numbers.status in OF_PAIN:
        end = "planned end reached; " if numbers.status is Status.WINDOW_COMPLETE else ""
        for is_so, said in _OUTRANKING:
            if is_so(numbers):
                return end + said(numbers)
    return _WORDS[numbers.status](numbers)


def _course(numbers: Numbers) -> str:
    now = f"{one_decimal(numbers.mean_14)} in {_duration(numbers.day)}"
    return f"{one_decimal(numbers.baseline)} → {now}"


def _towards_target(numbers: Numbers) -> str:
    """The target only where it is one: below the mean, and not made up for a start without pain."""
    if numbers.target is None or numbers.mean_14 is None:
        return _course(numbers)
    if numbers.fallen is False and numbers.mean_14 <= numbers.target:
        opening = one_decimal(numbers.opening)
        return f"{_course(numbers)}, but the diary has not fallen: {opening} in its first 14 days"
    return f"{_course(numbers)}; needs {one_decimal(numbers.target)} or less"


def _higher(numbers: Numbers) -> str:
    start, now = numbers.baseline or 0.0, numbers.mean_14 or 0.0
    rise = difference(start, now)
    said = f"{_course(numbers)}; {rise} points higher than at the start"
    if numbers.before is not None and difference(numbers.before, now) > rise:
        return f"{said}, {difference(numbers.before, now)} higher than before the last 14 days"
    return said


def _partly_back(numbers: Numbers) -> str:
    start, low = one_decimal(numbers.baseline), one_decimal(numbers.eased_to)
    return f"{start} at the start, eased to {low}, partly back: {one_decimal(numbers.mean_14)} now"


def _returned(numbers: Numbers) -> str:
    start, now = one_decimal(numbers.baseline), one_decimal(numbers.mean_14)
    eased = "eased" if numbers.eased_to is None else f"eased to {one_decimal(numbers.eased_to)}"
    return f"{start} at the start, {eased}, now back at {now}"


def _reached(numbers: Numbers) -> str:
    target = one_decimal(numbers.target)
    return f"{_course(numbers)}; at or below {target} since day {numbers.since}"


def _too_few(numbers: Numbers) -> str:
    """The true reason: no start, no recent entry, or too few of them."""
    if numbers.baseline is None and not numbers.entries_missing:
        return "nothing tells where it began: no usual pain, and no diary of that time"
    age = numbers.days_since_entry
    if age is not None and age > DEFAULT_RULES.stale_after_days:
        return f"last entry {age:.0f} days ago"
    return (
        f"{_entries(numbers.count_14)} in the last 14 days; "
        f"{numbers.entries_missing} more needed to see a pattern"
    )


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _window_over(numbers: Numbers) -> str:
    return f"planned end reached; {_towards_target(numbers)}"


def _early(numbers: Numbers) -> str:
    return f"{_course(numbers)}; too early to tell"


def _not_asked(_: Numbers) -> str:
    return "not assessed"


def _no_pain(numbers: Numbers) -> str:
    return f"{_course(numbers)}; no pain to treat"


_OUTRANKING: tuple[tuple[Callable[[Numbers], bool], Callable[[Numbers], str]], ...] = (
    (_has_no_pain, _no_pain),
    (is_higher, _higher),
    (is_partly_back, _partly_back),
)
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


def _one_form(numbers: Numbers) -> str:
    return "one function form so far" if numbers.function_forms == 1 else ""


def _state(numbers: Numbers) -> str:
    now = one_decimal(numbers.mean_14)
    if numbers.status is Status.RELAPSE:
        return f"back at {now}"
    if is_higher(numbers):
        return f"higher than at the start, {now}"
    if is_partly_back(numbers):
        return f"partly back at {now}"
    return f"level at {now}" if numbers.status is Status.PLATEAU else now


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _ago(day: date, today: date) -> str:
    if day == today:
        return "today"
    return "yesterday" if day == today - timedelta(days=1) else _day(day)


def _weeks(day: int) -> int:
    return max(1, round((day + 1) / 7))


def _duration(day: int) -> str:
    if day < 7:
        return "1 day" if day == 0 else f"{day + 1} days"
    return "1 week" if _weeks(day) == 1 else f"{_weeks(day)} weeks"
