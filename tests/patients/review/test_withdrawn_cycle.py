"""An injection noted by mistake and withdrawn made no cycle, whoever counts them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from pathway.rules import Numbers, Status
from patients.models import Kind, TreatmentCycle, TrialReview
from patients.record.actions.records import withdraw_record
from patients.record.actions.trials import start_cycle
from patients.record.selectors.care_status import care_status_of
from patients.review.open_findings import open_findings_of
from tests.factories import TrialFactory
from tests.patients.record_data import an_injection
from tests.patients.worklist.test_then_and_now import LEVEL

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def procedures(trial, episode, dr_kim, now):
    """Tier 4 has run for sixty days, with an injection on day ten."""
    tier_4 = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=60)
    an_injection(episode, dr_kim, now, days_ago=50)
    return tier_4


def test_it_is_no_cycle_and_one_that_was_begun_otherwise_is(procedures, protocol, dr_kim, now):
    modality = protocol.modalities.get(key="facet-joint-injection")
    start_cycle(trial=procedures, modality=modality, started_on=now.date(), by=dr_kim)
    mistaken = an_injection(procedures.episode, dr_kim, now)
    assert TreatmentCycle.objects.not_withdrawn().count() == 3
    withdraw_record(record=mistaken, by=dr_kim, now=now)
    assert TreatmentCycle.objects.count() == 3
    assert mistaken.cycle not in TreatmentCycle.objects.not_withdrawn()
    assert TreatmentCycle.objects.not_withdrawn().count() == 2


def test_the_open_relapse_is_not_told_once_more_after_it(
    procedures, found, fold, episode, dr_kim, now
):
    since = now.date() - 10 * DAY
    fold(found(Kind.RELAPSE, of=procedures, since=since), at=now)
    run = SimpleNamespace(trial=procedures.pk)

    def known():
        open_now = open_findings_of({episode.pk})
        return open_now.has(run, Kind.RELAPSE, now.date(), is_shadow=False)

    assert known()
    injection = an_injection(episode, dr_kim, now, days_ago=2)
    assert not known(), "pain that is back after a further injection is another relapse"
    withdraw_record(record=injection, by=dr_kim, now=now)
    assert known()


def test_maria_does_not_read_of_it_as_her_last_treatment(
    procedures, maria, episode, protocol, dr_kim, now
):
    """Her pain is back; the cycle that her page names is one that she had."""
    numbers = Numbers.from_json(LEVEL | {"status": "relapse", "baseline": 6.0})
    TrialReview.objects.filter(trial=procedures).update(
        status=Status.RELAPSE, numbers=numbers.as_json()
    )
    mistaken = an_injection(episode, dr_kim, now)
    other = protocol.modalities.get(key="facet-joint-injection")
    TreatmentCycle.objects.filter(pk=mistaken.cycle_id).update(modality=other)

    def message():
        return care_status_of(maria, episode, now).message

    assert other.title.lower() in message()
    withdraw_record(record=mistaken, by=dr_kim, now=now)
    assert other.title.lower() not in message()
    assert "epidural steroid injection" in message()
