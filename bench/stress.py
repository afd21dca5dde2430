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

for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

import numpy as np  # noqa: E402

from bench import measure  # noqa: E402
from pathway.rules import DEFAULT_RULES, RULES_VERSION, Status, TrialSeries, assess  # noqa: E402
from pathway.rules.fan import fan  # noqa: E402
from pathway.rules.moved import moved_since  # noqa: E402
from pathway.rules.series import Bools, Floats, Ints  # noqa: E402
from pathway.rules.version_2_1 import RULES as RULES_2_1  # noqa: E402
from pathway.simulation import (  # noqa: E402
    OTHERS,
    PLATEAUS,
    RESPONDERS,
    STRESS_PLATEAUS,
    STRESS_RESPONDERS,
    Cohort,
    Course,
    Settings,
    cohort,
    only_function_better,
    only_pain_better,
    ways_of_logging,
)

VERSIONS = (("2.1", RULES_2_1), (RULES_VERSION, DEFAULT_RULES))
SCORED = RESPONDERS + PLATEAUS
NAMED_WITHIN = 14


@dataclass(frozen=True)
class Run:
    people: int
    seed: int

    def draw(self, days: int, courses: Sequence[Course]) -> Cohort:
        return cohort(self.people, Settings(days=days), self.seed, courses)


def statuses(people: Cohort, *, function: bool = False) -> list[Ints]:
    """(N, T) of each version."""
    return [assess(_series(people, function=function), rules, v).status for v, rules in VERSIONS]


def _series(people: Cohort, *, function: bool = False, last: Ints | None = None) -> TrialSeries:
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
    _said("only function better", only_function_better(level, rng), "levelled off <= 60")
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
        "of those new to any flag: level said first",
    )
    for course in (Course.RISE_OF_2, Course.RISE_OF_3):
        people = run.draw(days, (course,))
        found = [_named(people, status) for status in statuses(people)]
        limit = "65 of those who log" if course is Course.RISE_OF_2 else "85 of those who log"
        row(
            course.replace("_", " "),
            [f"{a:.0f} / {b:.0f}" for a, b in zip(*found, strict=True)],
            limit,
        )


def _named(people: Cohort, status: Ints) -> tuple[float, float, float]:
    day = np.arange(status.shape[1])
    risen = (people.truth - people.truth[:, :1] >= 1.0).argmax(axis=1)[:, None] - 1
    worse, level = status == Status.WORSENING, status == Status.PLATEAU
    soon = (day >= risen) & (day <= risen + NAMED_WITHIN)
    named = (worse & soon).any(axis=1)
    logs = (~np.isnan(people.pain) & soon).sum(axis=1) >= 5
    after = day > risen
    new = ~((worse | level) & ~after).any(axis=1) & (worse & after).any(axis=1)
    first = _first(level & after) < _first(worse & after)
    return 100 * named.mean(), 100 * named[logs].mean(), 100 * first[new].mean()


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
        people = cohort(run.people, scenario.settings, run.seed + 2, SCORED)
        if scenario.habit is not None:
            people = scenario.habit(people, np.random.default_rng(run.seed))
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
        series = _series(people.only(open_), last=(first + after)[open_])
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
    found = fan(_series(people, last=np.full(len(people), day)))
    end = people.truth[:, -1]
    return (end >= found.low) & (end <= found.high), found.high - found.low


TABLES: tuple[Callable[[Run, int], None], ...] = (
    quality,
    rises,
    kinds,
    with_function,
    logging,
    moved,
    fans,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer people, wider intervals")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--weeks", type=int, nargs="+", default=[12, 18, 26])
    parser.add_argument("--tables", nargs="+", default=[table.__name__ for table in TABLES])
    chosen = parser.parse_args()
    run = Run(people=150 if chosen.quick else 1000, seed=chosen.seed)
    started = time.monotonic()
    print(f"seed {run.seed}, {run.people} people of each kind of course")
    for weeks in chosen.weeks:
        for table in TABLES:
            if table.__name__ in chosen.tables:
                table(run, weeks * 7)
    print(f"\n{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
