"""Activities that were chosen anew in a trial are not compared with the ones before: by the clinic's days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from patients.models import OwnActivity
from patients.questionnaires.actions.scores import choose_activities
from patients.review.function_forms import worse_functions
from patients.review.series import RunningTrial, TrialForm
from tests.factories import EpisodeFactory

pytestmark = pytest.mark.django_db

BEGAN = date(2026, 1, 5)
TODAY = BEGAN + timedelta(days=50)
WORSE = [TrialForm(2, 30.0, 3.0), TrialForm(28, 60.0, 6.0), TrialForm(48, 60.0, 6.0)]


@pytest.fixture
def compared(episode, now):
    """Whether worse activities of the trial are told, after others were chosen at this instant."""

    def told(at, zone="America/New_York", key="my-three-activities", of=episode):
        type(episode.patient.clinic).objects.update(time_zone=zone)
        choose_activities(episode=episode, wordings=["Walk"], now=at - timedelta(days=90))
        choose_activities(episode=episode, wordings=["Swim"], now=at)
        run = RunningTrial(
            trial=1, episode=of.pk, clinic=1, protocol=1, level=2, started_on=BEGAN, today=TODAY,
            window_days=84, usual_pain=6, pain_before=None, starts_with_cycle=False,
        )  # fmt: skip
        return bool(worse_functions([(run, {key: WORSE})]))

    return told


@pytest.mark.parametrize(
    ("at", "zone", "is_compared"),
    [
        (datetime(2026, 1, 4, 15, tzinfo=UTC), "America/New_York", True),
        (datetime(2026, 1, 5, 15, tzinfo=UTC), "America/New_York", True),
        (datetime(2026, 1, 6, 2, tzinfo=UTC), "America/New_York", True),  # 21:00 on the first day
        (datetime(2026, 1, 6, 15, tzinfo=UTC), "America/New_York", False),
        (datetime(2026, 1, 5, 21, tzinfo=UTC), "Australia/Sydney", False),  # 8:00 on the second day
    ],
)
def test_after_the_first_day_others_are_another_question(compared, at, zone, is_compared):
    assert compared(at, zone) is is_compared


def test_another_questionnaire_is_compared_whatever_was_chosen(compared):
    assert compared(datetime(2026, 1, 20, tzinfo=UTC), key="peg")


def test_so_is_another_complaints_trial(compared, maria, dr_kim):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    assert compared(datetime(2026, 1, 20, tzinfo=UTC), of=neck)
    assert OwnActivity.objects.filter(retired_at__isnull=False).exists()
