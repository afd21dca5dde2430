"""The entry point: a day-by-day status for many trials, and the numbers behind the last one."""

from dataclasses import dataclass, replace

import numpy as np

from pathway.rules.bars import plateau_bar
from pathway.rules.baseline import first_week
from pathway.rules.facts import Facts, first_and_last_form, forms_so_far
from pathway.rules.label import Edition, edition
from pathway.rules.posterior import Signals, signals
from pathway.rules.rise import sudden_rise
from pathway.rules.said import Labels
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.status import Status
from pathway.rules.thresholds import DEFAULT_RULES, RULES_VERSION, Rules
from pathway.rules.trend import trend
from pathway.rules.windows import entry_age, run


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say about N trials. Numbers are those of each trial's last day, (N,).

    status          (N, T) int8  a `Status` for every day; -1 on days that were not asked for
    last_day        the day of the trial that the numbers are about
    watch           (N, T) bool  "may be levelling off": shown on the clinician's list only
    baseline        pain where the trial began, 0-10; NaN where nothing tells it
    usual_pain, first_week   what it was made of; NaN where unknown
    opening         the diary's own first 14 days (dated cycle: what was before it); NaN in 2.1
    fallen          the diary itself fell from there, not only from "usual pain"
    before          the diary's mean before the last 14 days; NaN in 2.1 and with few entries
    rise_bar        how far above that a mean is a rise of this person, points; NaN likewise
    mean_14         mean pain of the last 14 days, 0-10; NaN without an entry
    count_14        entries in them
    weekly          logs about once a week: fewer entries are enough
    days_since_entry   days since the last entry; NaN before the first
    target          pain at or below which the person has responded, 0-10; NaN where none can be
    eased_to        the lowest mean of 14 days, where there was relief or a response; else NaN
    function_share  last function score as a share of the first; 1 is unchanged, 0.7 is 30 % better
    function_first, function_last   the scores themselves, 0-100, higher is worse; NaN where missing
    function_forms  how many forms are in
    stall           log-odds that improvement has stopped short of the target
    bar             the log-odds that made a plateau of it on that day; NaN where `stall` is
    fail            log-odds that the target will not be reached by the end of the window
    worse           log-odds that the trial ends 10 % or more above the baseline
    slope           Theil-Sen slope of weekly medians, points per week; negative is improving
    slope_low, slope_high   its 80 % interval
    since           first day of the present status, not before the first day asked for
    clears_at       14-day mean at which the present status would end (falling to it: plateau,
                    worsening, relapse; rising above it: responded); NaN where no mean would
    entries_missing entries that the last 14 days lack before anything can be said; 0 if enough, or
                    if no entry would help, for nothing tells where the trial began
    sudden_rise     the 7-day mean is 2 points or more over the 14 days before: ask the safety
                    questions
    log-odds are NaN before day 14, after the window, and in windows of 14 days or less.
    """

    status: Ints
    last_day: Ints
    watch: Bools
    baseline: Floats
    usual_pain: Floats
    first_week: Floats
    opening: Floats
    fallen: Bools
    before: Floats
    rise_bar: Floats
    mean_14: Floats
    count_14: Ints
    weekly: Bools
    days_since_entry: Floats
    target: Floats
    eased_to: Floats
    function_share: Floats
    function_first: Floats
    function_last: Floats
    function_forms: Ints
    stall: Floats
    bar: Floats
    fail: Floats
    worse: Floats
    slope: Floats
    slope_low: Floats
    slope_high: Floats
    since: Ints
    clears_at: Floats
    entries_missing: Ints
    sudden_rise: Bools
    rules_version: str = RULES_VERSION

    @property
    def last_status(self) -> Ints:
        """(N,) the status of each trial's last day; -1 if that day was not asked for."""
        return np.take_along_axis(self.status, self.last_day[:, None], axis=1)[:, 0]


def assess(
    series: TrialSeries, rules: Rules = DEFAULT_RULES, version: str = RULES_VERSION
) -> Assessment:
    """Every trial's status on each day asked for. A day's status reads nothing after that day.

    An earlier `version` says what it said then (`RULES_VERSIONS`); another raises UnknownVersion.
    """
    look = _Look(series.until_last_day(), rules, edition(version))
    return replace(look.answer(), rules_version=version)


class _Look:
    """One call: what the parts of the answer are worked out from."""

    def __init__(self, series: TrialSeries, rules: Rules, by: Edition) -> None:
        self.series, self.rules, self.by = series, rules, by
        self.known: Facts = by.facts(series, rules)
        self.asked = _asked(series, self.known)
        self.bar = plateau_bar(series, self.known.weekly, rules, by.bars)
        self.signal = self._signals()
        self.said: Labels = by.labels(series, self.known, self.signal, self.bar, rules)

    def _signals(self) -> Signals:
        """The log-odds of the days asked for, and of the past where the answer hangs on it."""
        known, rules = self.known, self.rules
        first = self.series.first_asked[:, None]
        just_before = (known.day > first - rules.signal_days) & (known.day < first)
        answer = self._log_odds(self.asked | (just_before & self.by.higher(known, rules)))
        open_ = self._open(answer)[:, None]
        past = run(known.at_target, rules.responded_days) & (known.day < first) & open_
        return replace(answer, fail=np.where(past, self._log_odds(past).fail, answer.fail))

    def _log_odds(self, days: Bools) -> Signals:
        return signals(self.series, days, self.by.function_weight(self.series.window_days))

    def _open(self, signal: Signals) -> Bools:
        """(N,) whether a response in the past would change a label of the days asked for."""
        known, rules = self.known, self.rules
        stays = known.at_target & ~self.by.responded(known, signal.fail, rules)
        back = self.by.back_again(known, rules) & ~known.at_target
        return np.asarray((self.asked & (stays | back)).any(axis=1))

    def status(self) -> Ints:
        known, rules = self.known, self.rules
        status = np.zeros(self.series.pain.shape, np.int8)
        silent = ~known.enough & (known.day >= rules.insufficient_from_day)
        for condition, label in (
            *self.said.said,
            (silent, Status.INSUFFICIENT_DATA),
            (known.day >= self.series.window_days, Status.WINDOW_COMPLETE),
        ):
            status[np.broadcast_to(condition, status.shape)] = label
        status[~self.asked] = Status.NOT_ASKED
        return status

    def _rise_ends(self) -> Floats:
        """(N,) the mean at which what is above the start or the diary before is so no longer."""
        known, rules, today = self.known, self.rules, self.today
        start, diary = today(known.baseline), today(known.before) + today(known.rise_bar)
        above = np.maximum(diary, start + rules.rise_over_start)
        level = np.where(today(known.mean_14) >= above, above, np.inf)
        return np.asarray(np.minimum(start + rules.worse_points, level))

    def today(self, values: Floats | Ints | Bools) -> np.ndarray:
        every_day = np.broadcast_to(values, self.series.pain.shape)
        return np.asarray(every_day[np.arange(len(every_day)), self.series.last])

    def answer(self) -> Assessment:
        series, known, signal, today = self.series, self.known, self.signal, self.today
        slope = trend(series.pain, series.last)
        status = self.status()
        start, target = today(known.baseline), today(known.target)
        first_form, last_form = first_and_last_form(series)
        stall = today(signal.stall)
        return Assessment(
            status=status,
            last_day=series.last,
            watch=self.said.watch & self.asked,
            baseline=start,
            usual_pain=series.usual_pain,
            first_week=first_week(series.pain),
            opening=today(known.opening),
            fallen=today(known.fallen),
            before=today(known.before),
            rise_bar=today(known.rise_bar),
            mean_14=today(known.mean_14),
            count_14=today(known.count_14).astype(np.int64),
            weekly=today(known.weekly),
            days_since_entry=_days_since_entry(today(entry_age(series.pain))),
            target=target,
            eased_to=np.where(today(self.said.eased), today(known.lowest), np.nan),
            function_share=today(known.function_share),
            function_first=today(first_form),
            function_last=today(last_form),
            function_forms=today(forms_so_far(series)),
            stall=stall,
            bar=np.where(np.isnan(stall), np.nan, today(self.bar)),
            fail=today(signal.fail),
            worse=today(signal.worse),
            slope=slope.slope,
            slope_low=slope.low,
            slope_high=slope.high,
            since=_since(status, series.last),
            clears_at=_clears_at(today(status), start, target, self._rise_ends(), self.rules),
            entries_missing=today(self.by.entries_missing(known, self.rules)),
            sudden_rise=_sudden_rise(known, series.last, self.rules),
        )


def _asked(series: TrialSeries, known: Facts) -> Bools:
    """(N, T)"""
    return (known.day >= series.first_asked[:, None]) & (known.day <= series.last[:, None])


def _days_since_entry(age: Floats) -> Floats:
    return np.where(age < 10**5, age, np.nan)


def _since(status: Ints, last: Ints) -> Ints:
    now = np.take_along_axis(status, last[:, None], axis=1)
    day = np.arange(status.shape[1])
    other = (status != now) & (day <= last[:, None])
    return np.asarray(np.where(other, day + 1, 0).max(axis=1))


def _clears_at(
    status: Ints, start: Floats, target: Floats, rise_ends: Floats, rules: Rules
) -> Floats:
    at = np.full(len(start), np.nan)
    for label, mean in (
        (Status.PLATEAU, target),
        (Status.RESPONDED, target),
        (Status.WORSENING, rise_ends),
        (Status.RELAPSE, rules.back_share * start),
    ):
        at = np.where(status == label, mean, at)
    return at


def _sudden_rise(known: Facts, last: Ints, rules: Rules) -> Bools:
    before = np.maximum(last - 7, 0)[:, None]
    earlier = np.take_along_axis(known.mean_14, before, axis=1)[:, 0]
    week = np.take_along_axis(known.mean_7, last[:, None], axis=1)[:, 0]
    return (last >= 7) & sudden_rise(week, earlier, rules.sudden_rise_points)
