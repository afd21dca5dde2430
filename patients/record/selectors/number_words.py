"""The rules' numbers as a clinician's page says them: one rounding, each part with its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from pathway.rules import Numbers, Rules, Status, fan
from pathway.rules.fan import FROM_DAY
from pathway.rules.rounding import difference, one_decimal, rounded
from patients.models import Finding, Kind
from patients.review.series import Batch


@dataclass(frozen=True)
class NumberWords:
    """Each is "" where nothing is known. `parts` are what the start was made of, with their names."""

    start: str
    parts: list[str]
    mean: str
    change: str
    target: str
    clears_at: str


def number_words(numbers: Numbers) -> NumberWords:
    return NumberWords(
        start=_or_nothing(numbers.baseline),
        parts=_start_parts(numbers),
        mean=_or_nothing(numbers.mean_14),
        change=change_words(numbers),
        target=_or_nothing(numbers.target),
        clears_at=_or_nothing(numbers.clears_at),
    )


def _or_nothing(value: float | None) -> str:
    return "" if value is None else one_decimal(value)


def change_words(numbers: Numbers) -> str:
    """The difference of the two numbers shown, with its sign: less pain is a change below zero."""
    if numbers.baseline is None or numbers.mean_14 is None:
        return ""
    change = difference(numbers.baseline, numbers.mean_14)
    return f"{change:+}" if change else "0.0"


def _start_parts(numbers: Numbers) -> list[str]:
    parts = []
    if numbers.usual_pain is not None:
        parts.append(_("usual pain, as stated: %(pain)s") % {"pain": f"{numbers.usual_pain:g}"})
    if numbers.first_week is not None:
        week = one_decimal(numbers.first_week)
        parts.append(_("mean of the first week: %(pain)s") % {"pain": week})
    return parts


def signal_words(lead: Finding, rules: Rules) -> str:
    """What raised it on its day, and the bar it passed; "" where no signal did."""
    if lead.kind not in (Kind.PLATEAU, Kind.WORSENING, Kind.RELAPSE) or not lead.numbers:
        return ""
    numbers = Numbers.from_json(lead.numbers)
    said = {Kind.PLATEAU: _stall, Kind.WORSENING: _rise, Kind.RELAPSE: _back}[Kind(lead.kind)]
    return said(numbers, rules)


def _stall(numbers: Numbers, _rules: Rules) -> str:
    if numbers.stall is None or numbers.bar is None:
        return ""
    return _("%(signal)s; %(bar)s or more was needed on that day (log-odds of a stall)") % {
        "signal": f"{numbers.stall:.2f}",
        "bar": f"{numbers.bar:.2f}",
    }


def _rise(numbers: Numbers, rules: Rules) -> str:
    """What was reached first: above the diary before, above the start for days, or by the courses."""
    return _above_the_diary(numbers, rules) or _above_the_start(numbers, rules)


def _above_the_diary(numbers: Numbers, rules: Rules) -> str:
    start, before, mean = numbers.baseline, numbers.before, numbers.mean_14
    if start is None or before is None or mean is None or numbers.rise_bar is None:
        return ""
    if mean - before < numbers.rise_bar or mean - start < rules.rise_over_start:
        return ""
    return _(
        "%(signal)s points above the diary before the last 14 days; %(bar)s or more was needed on that "
        "day by the person's own swings, and %(over)s above the start"
    ) % {
        "signal": f"{mean - before:.2f}",
        "bar": f"{numbers.rise_bar:.2f}",
        "over": one_decimal(rules.rise_over_start),
    }


def _above_the_start(numbers: Numbers, rules: Rules) -> str:
    rise = Decimal(0)
    if numbers.baseline is not None and numbers.mean_14 is not None:
        rise = difference(numbers.baseline, numbers.mean_14)
    if numbers.worse is None or rise >= rounded(rules.rise_points):
        return _("%(rise)s points above the start; %(bar)s on %(days)s days were needed") % {
            "rise": rise,
            "bar": one_decimal(rules.rise_points),
            "days": rules.signal_days,
        }
    return _("%(signal)s; %(bar)s on %(days)s days were needed (log-odds of ending worse)") % {
        "signal": f"{numbers.worse:.2f}",
        "bar": f"{rules.worse_logodds:.2f}",
        "days": rules.signal_days,
    }


def _back(numbers: Numbers, rules: Rules) -> str:
    if numbers.baseline is None:
        return ""
    return _("14-day mean %(mean)s; %(bar)s or more on %(days)s days were needed") % {
        "mean": one_decimal(numbers.mean_14),
        "bar": one_decimal(rules.back_share * numbers.baseline),
        "days": rules.back_days,
    }


@dataclass(frozen=True)
class FanShown:
    """Where the course may end: points of 0-10, and the day."""

    low: float
    middle: float
    high: float
    ends_on: date

    @property
    def words(self) -> tuple[str, str, str]:
        return one_decimal(self.low), one_decimal(self.middle), one_decimal(self.high)

    @property
    def width(self) -> float:
        return self.high - self.low


def fan_shown(batch: Batch) -> FanShown | None:
    """Of the one trial of the batch, from day 14 to the end of its window."""
    [run] = batch.runs
    if not FROM_DAY <= run.day < run.window_days or batch.series.pain.size == 0:
        return None
    found = fan(batch.series)
    low, middle, high = (float(points[0]) for points in (found.low, found.middle, found.high))
    ends_on = run.started_on + timedelta(days=run.window_days)
    return FanShown(low, middle, high, ends_on)


SHOWS_A_FAN = {
    Status.IN_PROGRESS, Status.IMPROVING, Status.RESPONDED, Status.PLATEAU, Status.WORSENING,
    Status.RELAPSE,
}  # fmt: skip
