"""An injection of long ago is kept as it was told; no step is reckoned from it."""

import pytest

from patients.models import Procedure, TierTrial
from tests.patients.record_data import an_injection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days_ago", "steps"), [(20, 1), (13_000, 0)])
def test_a_step_begins_with_an_injection_of_this_century_only(
    episode, dr_kim, now, days_ago, steps
):
    an_injection(episode, dr_kim, now, days_ago=days_ago)

    assert Procedure.objects.get().purpose == "injection"
    assert TierTrial.objects.count() == steps


def test_the_same_form_twice_is_one_injection_and_one_cycle(episode, dr_kim, now):
    first, second = (an_injection(episode, dr_kim, now, days_ago=20) for _tap in range(2))

    assert first == second
    assert TierTrial.objects.get().cycles.count() == 1
