"""What a diary says by plain arithmetic, before any course is fitted to it."""

from dataclasses import dataclass

import numpy as np

from pathway.rules import function as functions
from pathway.rules.baseline import (
    A_HAIR,
    FIRST_WEEK,
    FORTNIGHT,
    baseline,
    baseline_known,
    opening,
)
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.thresholds import Rules
from pathway.rules.windows import Diary, carried, run

LAST_DAYS = 4
BEFORE_ENTRIES = 6
USUAL_VARIANCE, USUAL_ENTRIES = 1.2, 8


@dataclass(frozen=True, slots=True)
class Facts:
    """(N, T) except `baseline` and `target`, (N, 1).

    start_known  something tells where the trial began
    enough       there are entries enough to speak of, and a start to measure from
    weekly       a person who so far has logged about once a week
    opening      mean of the diary's own first 14 days; for a dated cycle what was before it
    fallen       the diary itself fell, whatever "usual pain" was said to be
    at_target    the fortnight's mean has reached the target
    lowest       the lowest fortnight's mean so far
    before       mean of the diary before the last 14 days, its first week left out; NaN with few entries
    scatter      standard deviation of those days, drawn to a usual one
    rise_bar     how far the fortnight's mean has to lie above `before` to be a rise of this person
    function_open   function is not truly better
    """

    window_days: int
    day: Ints
    baseline: Floats
    target: Floats
    opening: Floats
    mean_4: Floats
    mean_7: Floats
    count_7: Floats
    mean_14: Floats
    count_14: Floats
    lowest: Floats
    before: Floats
    scatter: Floats
    rise_bar: Floats
    enough: Bools
    start_known: Bools
    weekly: Bools
    fallen: Bools
    at_target: Bools
    above_target: Bools
    function_open: Bools
    function_share: Floats


def facts(series: TrialSeries, rules: Rules) -> Facts:
    diary = Diary(series.pain)
    count_7, mean_7 = diary.over(7)
    count_14, mean_14 = diary.over(14)
    start, opened = baseline(series, rules)[:, None], opening(series, diary, rules)
    target = target_of(start, rules)
    weekly = logs_weekly(diary, rules)
    start_known = baseline_known(series)
    enough = heard(diary, count_14, weekly, rules) & start_known
    fallen = opened - mean_14 >= rules.fall_points - A_HAIR
    at_target = enough & fallen & (mean_14 <= target + A_HAIR)
    truly_better, share = function_so_far(series, rules)
    earlier = diary_before(diary)
    return Facts(
        window_days=series.window_days,
        day=np.arange(series.days)[None, :],
        baseline=start,
        target=target,
        opening=opened,
        mean_4=diary.over(LAST_DAYS)[1],
        mean_7=mean_7,
        count_7=count_7,
        mean_14=mean_14,
        count_14=count_14,
        lowest=_lowest(mean_14, enough),
        before=earlier.mean,
        scatter=earlier.scatter,
        rise_bar=rise_bar(earlier, count_14, rules),
        enough=enough,
        start_known=start_known,
        weekly=weekly,
        fallen=fallen,
        at_target=at_target,
        above_target=~at_target,
        function_open=~truly_better,
        function_share=share,
    )


def target_of(start: Floats, rules: Rules) -> Floats:
    """30 % and a point below the start; NaN where pain is too little to fall by a point."""
    target = np.minimum((1 - rules.better_share) * start, start - rules.better_points)
    return np.where(target >= 0, target, np.nan)


def _lowest(mean_14: Floats, enough: Bools) -> Floats:
    return np.asarray(np.fmin.accumulate(np.where(enough, mean_14, np.nan), axis=1))


@dataclass(frozen=True, slots=True)
class DiaryBefore:
    """(N, T) of the diary before the last 14 days, its first week left out; NaN with few entries."""

    count: Floats
    mean: Floats
    scatter: Floats


def diary_before(diary: Diary) -> DiaryBefore:
    """The scatter as if eight entries of a usual one stood beside the diary's own."""
    count, mean, variance = diary.before(FORTNIGHT, since=FIRST_WEEK, least=BEFORE_ENTRIES)
    usual = USUAL_ENTRIES * USUAL_VARIANCE
    scatter = np.sqrt((variance * count + usual) / (count + USUAL_ENTRIES))
    return DiaryBefore(count, mean, scatter)


def rise_bar(earlier: DiaryBefore, count_14: Floats, rules: Rules) -> Floats:
    """(N, T) points, and so many errors of the difference as the person's own scatter leaves it."""
    error = earlier.scatter * np.sqrt(1 / np.maximum(count_14, 1) + 1 / earlier.count)
    return rules.rise_over_before + rules.rise_errors * error


def function_so_far(series: TrialSeries, rules: Rules) -> tuple[Bools, Floats]:
    """(N, T) whether function is truly better than at the first form, and its share of it."""
    first, last = first_and_last_form(series)
    share = functions.share_of_first(first, last)
    better = (share <= rules.function_share) & (first - last >= rules.function_points)
    return better, share


def first_and_last_form(series: TrialSeries) -> tuple[Floats, Floats]:
    """(N, T) as known on each day, 0-100; NaN before the first."""
    if series.function is None or series.function_days is None:
        unknown = np.full(series.pain.shape, np.nan)
        return unknown, unknown
    return functions.first_and_last(series.function, series.function_days, series.days)


def forms_so_far(series: TrialSeries) -> Ints:
    """(N, T) how many function forms are in on each day."""
    if series.function is None or series.function_days is None:
        return np.zeros(series.pain.shape, np.int64)
    answered = np.cumsum(~np.isnan(series.function), axis=1)
    answered = np.concatenate([np.zeros((series.trials, 1), np.int64), answered], axis=1)
    known = np.searchsorted(series.function_days, np.arange(series.days), side="right")
    return np.asarray(answered[:, known])


def logs_weekly(diary: Diary, rules: Rules) -> Bools:
    """(N, T) a person who until their last entry has logged seldom. Having stopped is no habit."""
    until_last = np.arange(1, diary.count.shape[1] + 1) - diary.age
    share = rules.weekly_logger_share + A_HAIR
    return np.asarray((until_last > 0) & (diary.count <= share * until_last))


def heard(diary: Diary, count_14: Floats, weekly: Bools, rules: Rules) -> Bools:
    """(N, T) whether there are entries enough to speak of, without flipping from day to day.

    Silence begins under the limit, and ends only two entries above it; a person who logs weekly
    falls silent when no entry has come for a fortnight. In the first fortnight the limit is enough.
    """
    day = np.arange(count_14.shape[1])
    recent = diary.age <= rules.stale_after_days
    few = weekly & (count_14 >= rules.weekly_entries_needed)
    stays = (count_14 >= rules.entries_needed) & recent
    stays |= weekly & (diary.age <= rules.weekly_stale_after_days)
    more = rules.entries_needed + np.where(day < FORTNIGHT, 0, rules.entries_to_return)
    begins = ((count_14 >= more) & recent) | few
    return carried(begins, ends=~stays & ~few)


def entries_missing(known: Facts, rules: Rules) -> Ints:
    """(N, T) entries that end the silence; none would where nothing tells the start."""
    needed = np.where(
        known.weekly, rules.weekly_entries_needed, rules.entries_needed + rules.entries_to_return
    )
    missing = np.where(known.start_known, np.maximum(needed - known.count_14, 1), 0)
    return np.where(known.enough, 0, missing).astype(np.int64)


def weekly_gate(known: Facts, entries: int, rules: Rules) -> Bools:
    """So many entries in 14 days, or what a person who logs weekly can have."""
    fewer = known.weekly & (known.count_14 >= rules.weekly_entries_needed)
    return np.asarray((known.count_14 >= entries) | fewer)


def held_high(known: Facts, points: float, days: int) -> Bools:
    """The fortnight's mean at least so much above the start, on so many days in a row."""
    return run(known.enough & (known.mean_14 - known.baseline >= points - A_HAIR), days)
