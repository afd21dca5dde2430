"""What could be had instead: each aim beside what it costs, as the bars move.

    python -m bench.frontier [--quick] [--seed N] [--weeks 12 18 26]

Rises named in time beside level people called worse; plateaus found beside people flagged who would
still improve, of all and of those who keep logging. Simulated people are not patients.
"""

from dataclasses import replace

import numpy as np

from bench import measure
from bench.stress import SCORED, Run, ever, heading, main, named, row, series_of
from pathway.rules import DEFAULT_RULES, Rules, Status, assess
from pathway.rules.series import Bools, Ints
from pathway.simulation import RISES, STRESS_PLATEAUS, STRESS_RESPONDERS, Cohort, Course

NEVER = 99.0
ERRORS = (4.0, 3.0, 2.5, 2.0, 1.5, 1.25, 1.0, 0.5)
SHIFTS = (-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6)
LEVEL = (Course.FLAT, Course.FLUCTUATING_FLAT, Course.EARLY_THEN_FLAT)


def rises(run: Run, days: int) -> None:
    """From the clinical rules' own rise to one that asks for half an error."""
    heading(
        f"Worse, {days // 7} weeks, by `rise_errors`",
        *(f"{course.replace('_', ' ')}: ever" for course in LEVEL),
        *(f"{course.replace('_', ' ')}: all / who logged 5 days" for course in RISES),
    )
    people = {course: run.draw(days, (course,)) for course in (*LEVEL, *RISES)}
    alone = replace(DEFAULT_RULES, rise_over_before=NEVER)
    row("the rise above the start alone", _worse(people, alone))
    for errors in ERRORS:
        rules = replace(DEFAULT_RULES, rise_errors=errors)
        shipped = "shipped" if rules == DEFAULT_RULES else ""
        row(f"{errors:g} errors", _worse(people, rules), shipped)


def _worse(people: dict[Course, Cohort], rules: Rules) -> list[str]:
    status = {course: _status(who, rules) for course, who in people.items()}
    level = [f"{ever(status[course], Status.WORSENING):.1f}" for course in LEVEL]
    found = (named(people[course], status[course]) for course in RISES)
    return level + [f"{of_all:.0f} / {of_loggers:.0f}" for of_all, of_loggers, *_ in found]


def _status(people: Cohort, rules: Rules, *, function: bool = False) -> Ints:
    return assess(series_of(people, function=function), rules).status


def plateaus(run: Run, days: int) -> None:
    """All bars of a window moved by as much; false of 100, found of 100, weeks."""
    people = run.draw(days, SCORED)
    keep = keeps_logging(people)
    outside = run.draw(days, STRESS_RESPONDERS + STRESS_PLATEAUS)
    heading(
        f"Plateaus, {days // 7} weeks, bars moved by: false, found, weeks",
        "pain",
        f"pain, who keeps logging ({100 * keep.mean():.0f} of 100)",
        "pain + function",
        "pain, shapes outside",
    )
    for shift in SHIFTS:
        rules = replace(DEFAULT_RULES, plateau_logodds=DEFAULT_RULES.plateau_logodds + shift)
        first = measure.first_day(_status(people, rules) == Status.PLATEAU)
        forms = measure.first_day(_status(people, rules, function=True) == Status.PLATEAU)
        other = measure.first_day(_status(outside, rules) == Status.PLATEAU)
        found = (
            _short(people, first),
            _short(people.only(keep), first[keep]),
            _short(people, forms),
            _short(outside, other, measure.STRESS_MIX),
        )
        row(f"{shift:+.1f}", found, "" if shift else "shipped")


def _short(people: Cohort, first: Ints, mix: dict[Course, float] = measure.MIX) -> str:
    found = measure.quality(people, first, mix, resamples=0)
    figures = (found.false_flags, found.sensitivity, found.delay_weeks)
    return ", ".join(f"{figure.value:.1f}" for figure in figures)


def keeps_logging(people: Cohort) -> Bools:
    """On two days of five at least, and four of the last fortnight in which a flag could come."""
    logged = ~np.isnan(people.pain)
    end = logged.shape[1] - measure.QUIET_END
    recent = logged[:, end - 13 : end + 1].sum(axis=1) >= DEFAULT_RULES.entries_needed
    return np.asarray((logged.mean(axis=1) >= 0.4) & recent)


if __name__ == "__main__":
    main((rises, plateaus))
