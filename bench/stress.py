"""The rules by kind of course and by way of logging, an earlier version beside the present one.

    python -m bench.stress [--quick] [--seed N] [--weeks 12 18 26]

Figures are of 100 people of a kind, looked at every day. A limit stands where one is kept to; where
none can be, the figure stands as it is. Simulated people are not patients.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

import numpy as np  # noqa: E402

from bench import measure  # noqa: E402
from pathway.rules import (  # noqa: E402
    DEFAULT_RULES,
    RULES_VERSION,
    SCALES,
    Scale,
    Status,
    TrialSeries,
    assess,
    function_worse,
)
from pathway.rules.fan import fan  # noqa: E402
from pathway.rules.moved import moved_since  # noqa: E402
from pathway.rules.series import Bools, Floats, Ints  # noqa: E402
from pathway.rules.version_2_1 import RULES as RULES_2_1  # noqa: E402
from pathway.simulation import (  # noqa: E402
    OTHERS,
    PLATEAUS,
    RESPONDERS,
    RISES,
    STRESS_PLATEAUS,
    STRESS_RESPONDERS,
    Cohort,
    Course,
    Scenario,
    Settings,
    cohort,
    only_function_better,
    only_pain_better,
    ways_of_logging,
)

VERSIONS = (("2.1", RULES_2_1), (RULES_VERSION, DEFAULT_RULES))
SCORED = RESPONDERS + PLATEAUS
NAMED_WITHIN = 14
RISES_BY_WAY = ("as usual", "three days in ten", "once a week")
AIMS = {Course.RISE_OF_2: 65, Course.RISE_OF_3: 85}
FORM_ERRORS = {"its stated": 1.0, "twice that": 2.0}


@dataclass(frozen=True)
class Run:
    people: int
    seed: int

    def draw(self, days: int, courses: Sequence[Course]) -> Cohort:
        return cohort(self.people, Settings(days=days), self.seed, courses)


def statuses(people: Cohort, *, function: bool = False) -> list[Ints]:
    """(N, T) of each version."""
    return [assess(series_of(people, function=function), rules, v).status for v, rules in VERSIONS]


def series_of(people: Cohort, *, function: bool = False, last: Ints | None = None) -> TrialSeries:
    return TrialSeries(
        pain=people.pain.astype(np.float32),
        usual_pain=people.usual_pain,
        window_days=people.pain.shape[1],
        function=people.function if function else None,
        function_days=people.function_days if function else None,
        last_day=last,
    )


def row(name: str, values: Sequence[object], limit: str = "") -> None:
    print(f"| {name} | " + " | ".join(str(value) for value in values) + f" | {limit} |", flush=True)


def heading(text: str, *columns: str) -> None:
    print(f"\n{text}\n\n| | " + " | ".join(columns) + " | limit |")
    print("|---" * (len(columns) + 2) + "|")


def ever(status: Ints, label: Status) -> float:
    useful = status[:, : status.shape[1] - measure.QUIET_END + 1]
    return round(100 * float((useful == label).any(axis=1).mean()), 1)


LABELS = (Status.PLATEAU, Status.WORSENING, Status.RESPONDED)
LIMITS = {  # of the present version: the kind, and what may be said of it how often at most
    (Course.RAPID_RECOVERY, 84): "levelled off <= 1",
    (Course.RECOVERY, 84): "levelled off <= 4",
    (Course.LATE_STARTER, 182): "levelled off <= 18",
    (Course.TWO_PHASE_RESPONDER, 182): "levelled off <= 6",
    (Course.STEADY_FLARES, 84): "worse <= 35",
}


def kinds(run: Run, days: int) -> None:
    heading(
        f"By kind of course, {days // 7} weeks, pain only: ever said, 2.1 / {RULES_VERSION}",
        "levelled off",
        "worse",
        "responded",
    )
    for course in Course:
        old, new = statuses(run.draw(days, (course,)))
        said = (f"{ever(old, label)} / {ever(new, label)}" for label in LABELS)
        row(course.replace("_", " "), list(said), LIMITS.get((course, days), ""))


def with_function(run: Run, days: int) -> None:
    heading(f"With function, {days // 7} weeks: 2.1 / {RULES_VERSION}", "levelled off", "responded")
    people = run.draw(days, (Course.LATE_STARTER,))
    _said("late starter", people, "levelled off <= 18" if days == 182 else "")
    rng = np.random.default_rng(run.seed)
    level = run.draw(days, (Course.FLAT,))
    _said("only function better", only_function_better(level, rng))
    _said("only pain better", only_pain_better(run.draw(days, RESPONDERS), rng))


def _said(name: str, people: Cohort, limit: str = "") -> None:
    old, new = statuses(people, function=True)
    labels = (Status.PLATEAU, Status.RESPONDED)
    row(name, [f"{ever(old, label)} / {ever(new, label)}" for label in labels], limit)


def rises(run: Run, days: int) -> None:
    heading(
        f"Rises, {days // 7} weeks: 2.1 / {RULES_VERSION}",
        "named worse within 14 days",
        "of those who logged 5 days of them",
        "ever",
        "of those new to any flag: level said first",
    )
    for scenario in ways_of_logging(days):
        if scenario.name not in RISES_BY_WAY:
            continue
        for course in RISES:
            people = _by_way(run, scenario, (course,))
            found = [named(people, status) for status in statuses(people)]
            limit = f"{AIMS[course]} of those who log" if scenario.name == "as usual" else ""
            said = [f"{a:.0f} / {b:.0f}" for a, b in zip(*found, strict=True)]
            row(f"{course.replace('_', ' ')}, {scenario.name}", said, limit)


def _by_way(run: Run, scenario: Scenario, courses: Sequence[Course]) -> Cohort:
    people = cohort(run.people, scenario.settings, run.seed + 2, courses)
    if scenario.habit is None:
        return people
    return scenario.habit(people, np.random.default_rng(run.seed))


def named(people: Cohort, status: Ints) -> tuple[float, float, float, float]:
    day = np.arange(status.shape[1])
    risen = (people.truth - people.truth[:, :1] >= 1.0).argmax(axis=1)[:, None] - 1
    worse, level = status == Status.WORSENING, status == Status.PLATEAU
    soon = (day >= risen) & (day <= risen + NAMED_WITHIN)
    named = (worse & soon).any(axis=1)
    logs = (~np.isnan(people.pain) & soon).sum(axis=1) >= 5
    after = day > risen
    new = ~((worse | level) & ~after).any(axis=1) & (worse & after).any(axis=1)
    first = _first(level & after) < _first(worse & after)
    ever_named = (worse & after).any(axis=1)
    return 100 * named.mean(), _share(named[logs]), 100 * ever_named.mean(), _share(first[new])


def _share(hits: Bools) -> float:
    return 100 * float(hits.mean()) if hits.size else float("nan")


def _first(hit: Bools) -> Ints:
    return np.where(hit.any(axis=1), hit.argmax(axis=1), hit.shape[1])


def logging(run: Run, days: int) -> None:
    heading(
        f"By way of logging, {days // 7} weeks, pain only: 2.1 / {RULES_VERSION}",
        "false of 100",
        "found of 100",
        "weeks",
        "silent spells a trial",
        "worse said of level",
    )
    for scenario in ways_of_logging(days):
        people = _by_way(run, scenario, SCORED)
        found = [_figures(people, status) for status in statuses(people)]
        limit = "spells <= 1" if scenario.name == "three days in ten" else ""
        row(scenario.name, [f"{a:.1f} / {b:.1f}" for a, b in zip(*found, strict=True)], limit)


def _figures(people: Cohort, status: Ints) -> tuple[float, ...]:
    quality = measure.quality(people, measure.first_day(status == Status.PLATEAU))
    silent = status[:, 7:] == Status.INSUFFICIENT_DATA
    begun = silent[:, 0].astype(int) + (silent[:, 1:] & ~silent[:, :-1]).sum(axis=1)
    flat = people.course == Course.FLAT
    return (
        quality.false_flags.value,
        quality.sensitivity.value,
        quality.delay_weeks.value,
        float(begun.mean()),
        ever(status[flat], Status.WORSENING),
    )


def quality(run: Run, days: int) -> None:
    heading(
        f"Plateaus, {days // 7} weeks: 2.1 / {RULES_VERSION}",
        "false of 100",
        "found of 100",
        "weeks",
    )
    people = run.draw(days, SCORED)
    outside = run.draw(days, STRESS_RESPONDERS + STRESS_PLATEAUS)
    for name, who, mix in (("", people, measure.MIX), (", outside", outside, measure.STRESS_MIX)):
        for function in (False, True):
            found = [
                measure.quality(who, measure.first_day(status == Status.PLATEAU), mix)
                for status in statuses(who, function=function)
            ]
            parts = ("false_flags", "sensitivity", "delay_weeks")
            said = [" / ".join(str(getattr(each, part)) for each in found) for part in parts]
            row(("pain + function" if function else "pain") + name, said)


def function_lost(run: Run, days: int) -> None:
    """Two forms in a row worse than the first: of level function, and of function that was lost."""
    heading(
        f"Function worse, {days // 7} weeks, a form every two weeks with gaps",
        *(f"said of level function, {name} error" for name in FORM_ERRORS),
        *(f"found of half as much again lost as counts, {name} error" for name in FORM_ERRORS),
    )
    for key in ("peg", "my-three-activities", "rmdq", "odi", "promis-physical-function"):
        scale = SCALES[key]
        said = [
            _said_worse(run, days, scale, times, lost)
            for lost in (0.0, 1.5 * scale.needed)
            for times in FORM_ERRORS.values()
        ]
        row(scale.name, [f"{share:.1f}" for share in said])


def _said_worse(run: Run, days: int, scale: Scale, times: float, lost: float) -> float:
    """`times` the error that the scale states, a difference of which is 1.96 x sqrt 2 of a form's."""
    points = 100 / (scale.maximum - scale.minimum)
    error = times * points * scale.error / (1.96 * 2**0.5)
    people = cohort(run.people, Settings(days=days, form_error=error), run.seed, (Course.FLAT,))
    later = people.function_days >= days / 2
    percent = np.clip(people.function + points * lost * later, 0, 100)
    start = date(2026, 1, 1)
    dates = [start + timedelta(days=int(day)) for day in people.function_days]
    return _share(np.array([_ever_worse(scale, dates, scores) for scores in percent]))


def _ever_worse(scale: Scale, dates: Sequence[date], percent: Floats) -> bool:
    forms = [
        (day, _own_points(scale, score))
        for day, score in zip(dates, percent, strict=True)
        if not np.isnan(score)
    ]
    return any(function_worse(scale, forms[:count]) for count in range(3, len(forms) + 1))


def _own_points(scale: Scale, percent: float) -> float:
    """On the scale's own range, in whole points; PEG and activities in tenths."""
    share = percent / 100 if scale.higher_is_worse else 1 - percent / 100
    score = scale.minimum + share * (scale.maximum - scale.minimum)
    return round(score, 1 if scale.maximum == 10 else 0)


def moved(run: Run, days: int) -> None:
    """Flags of the present version that stand open for 28 days."""
    heading(f"Moved again within 28 days of the flag, {days // 7} weeks", "of 100")
    for name, courses, limit in (
        ("level courses", (Course.FLAT, Course.FLUCTUATING_FLAT), "<= 3"),
        ("responders who were flagged", RESPONDERS, ""),
    ):
        people = run.draw(days, courses)
        first = measure.first_day(statuses(people)[1] == Status.PLATEAU)
        people, first = people.only(first >= 0), first[first >= 0]
        row(name, [f"{100 * _moved(people, first).mean():.1f}"], limit)


def _moved(people: Cohort, first: Ints) -> Bools:
    ever_moved = np.zeros(len(first), bool)
    days = people.pain.shape[1]
    for after in range(7, 29):
        open_ = first + after < days
        series = series_of(people.only(open_), last=(first + after)[open_])
        ever_moved[open_] |= moved_since(series, first[open_]) >= 0
    return ever_moved


def fans(run: Run, days: int) -> None:
    heading(f"The fan, {days // 7} weeks: ends inside its 10-90 % range", "of 100", "points wide")
    outside = (*STRESS_RESPONDERS, *STRESS_PLATEAUS, *OTHERS)
    for share in (1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6):
        day = round(share * days)
        for name, courses, limit in (("library", SCORED, "77-83"), ("outside", outside, "")):
            people = run.draw(days, courses)
            inside, wide = _fan(people, day)
            weight = measure.weights(people, measure.MIX) if name == "library" else None
            mean = 100 * np.average(inside, weights=weight)
            row(f"day {day}, {name}", [f"{mean:.0f}", f"{wide.mean():.1f}"], limit)


def _fan(people: Cohort, day: int) -> tuple[Bools, Floats]:
    found = fan(series_of(people, last=np.full(len(people), day)))
    end = people.truth[:, -1]
    return (end >= found.low) & (end <= found.high), found.high - found.low


Table = Callable[[Run, int], None]
TABLES: tuple[Table, ...] = (
    quality,
    rises,
    kinds,
    with_function,
    logging,
    function_lost,
    moved,
    fans,
)


def main(tables: Sequence[Table] = TABLES) -> None:
    parser = argparse.ArgumentParser(description="Tables of simulated people.")
    parser.add_argument("--quick", action="store_true", help="fewer people, wider intervals")
    parser.add_argument("--people", type=int, default=1000, help="of each kind of course")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--weeks", type=int, nargs="+", default=[12, 18, 26])
    parser.add_argument("--tables", nargs="+", default=[table.__name__ for table in tables])
    chosen = parser.parse_args()
    run = Run(people=150 if chosen.quick else chosen.people, seed=chosen.seed)
    started = time.monotonic()
    print(f"seed {run.seed}, {run.people} people of each kind of course")
    for weeks in chosen.weeks:
        for table in tables:
            if table.__name__ in chosen.tables:
                table(run, weeks * 7)
    print(f"\n{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
