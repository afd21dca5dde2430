"""What stands beside the questions: function by questionnaire, and activities in Maria's own words."""

from datetime import timedelta
from uuid import uuid4

import pytest

from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_peg,
)
from patients.reassessment.selectors.beside import beside
from tests.factories import keep_diary
from tests.patients.reassessment.room import begin

pytestmark = pytest.mark.django_db

KEYS = ("activity-one", "activity-two", "activity-three")


@pytest.fixture
def shown(trial, episode, dr_kim, now):
    return lambda: beside(begin(episode, dr_kim, now), now.date())


@pytest.fixture
def rated(episode, protocol, maria, now):
    def rate(days_ago, *given):
        instrument = protocol.instruments.get(key="my-three-activities")
        form = FilledForm(instrument, uuid4(), dict(zip(KEYS, given, strict=True)))
        then = now - timedelta(days=days_ago)
        record_activities(episode=episode, form=form, by=maria.user, now=then)

    return rate


def test_an_activity_chosen_anew_begins_with_its_own_answers(shown, rated, episode, now):
    """She rated three others before; swimming she left out each time."""
    rated(10, 9, 9, 9)
    chosen = now - timedelta(days=9)
    choose_activities(episode=episode, wordings=["Walk", "Sleep", "Swim"], now=chosen)
    rated(5, 3, 5, None)
    rated(1, 2, 0, None)

    assert [(each.wording, each.first[0], each.latest[0]) for each in shown().activities] == [
        ("Walk", 3, 2), ("Sleep", 5, 0),
    ]  # fmt: skip


def test_function_is_a_line_for_each_questionnaire_and_no_line_for_a_single_question(
    shown, rated, episode, protocol, maria, now
):
    rated(2, 4, 4, 4)
    for days_ago, answer in ((60, 7), (30, 5), (2, 6)):
        form = FilledForm(
            protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer)
        )
        record_peg(episode=episode, form=form, by=maria.user, now=now - timedelta(days=days_ago))
    episode.scores.create(
        instrument=protocol.instruments.get(key="pgic"), submission_id=uuid4(), completed_at=now,
        local_date=now.date(), total=3, percent=33, entered_by=maria.user,
    )  # fmt: skip

    [peg] = shown().function
    assert (peg.instrument.key, peg.times) == ("peg", 3)
    assert (peg.first, peg.latest) == (
        (7, now.date() - timedelta(days=60)), (6, now.date() - timedelta(days=2)),
    )  # fmt: skip


@pytest.mark.parametrize(("days", "logged", "mean"), [(14, 14, 6.0), (20, 14, 6.0), (3, 3, 6.0)])
def test_pain_is_the_mean_of_the_last_fourteen_days_and_no_older_one(
    shown, episode, now, days, logged, mean
):
    keep_diary(episode, [10] * 10, now.date() - timedelta(days=20))
    keep_diary(episode, [6] * days, now.date())
    pain = shown().pain
    assert (pain.days, pain.mean) == (logged, mean)
    assert pain.last - pain.first == timedelta(days=13)


def test_without_a_log_there_is_no_mean(shown):
    assert (shown().pain.mean, shown().pain.days) == (None, 0)
