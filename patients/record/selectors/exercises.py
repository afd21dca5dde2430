"""The exercises of a programme, and on how many of the days that were answered each was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from patients.models import Episode, Exercise, SymptomLog
from patients.record.exercise_library import ShownExercise
from patients.record.selectors.course import CourseDay

# Two weeks show a habit, and not the first enthusiasm.
LOOK_BACK = timedelta(days=13)
NOT_ASKED = {"", SymptomLog.Programme.REST}


@dataclass(frozen=True)
class ExerciseDone:
    """`done` of `answered` days since it was given, in the last two weeks."""

    shown: ShownExercise
    done: int
    answered: int


def exercises_on(episode: Episode, day: date) -> list[ShownExercise]:
    return [ShownExercise(each) for each in Exercise.objects.of(episode).on(day)]


def exercises_done(
    rows: Iterable[ShownExercise], diary: Mapping[date, CourseDay], today: date
) -> list[ExerciseDone]:
    """Rest days and days without an answer do not count. "Some" without a tick says of no exercise that
    it was done."""
    answered = {
        day: said.exercises_done
        for day, said in diary.items()
        if today - LOOK_BACK <= day <= today and said.programme not in NOT_ASKED
    }
    return [_done(each, answered) for each in rows]


def _done(shown: ShownExercise, answered: Mapping[date, Sequence[int]]) -> ExerciseDone:
    since = [done for day, done in answered.items() if day >= shown.row.started_on]
    return ExerciseDone(shown, sum(shown.row.pk in done for done in since), len(since))


def given_on(rows: Iterable[Exercise], day: date) -> list[ShownExercise]:
    """Of rows that have been read: those that are to be done around that day."""
    return [
        ShownExercise(each)
        for each in rows
        if each.started_on <= day and (each.ended_on is None or each.ended_on >= day)
    ]
