"""The stage that tests stand on is as good as new for each of them."""

import pytest
from django.db import connection

from patients.models import Patient, TierTrial
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

TWICE = pytest.mark.parametrize("turn", ["once", "once more"])


@TWICE
def test_what_a_test_changes_is_gone_for_the_next(maria, turn):
    assert maria.name == Patient.objects.get(pk=maria.pk).name == "Maria Ortiz"
    maria.name = "Somebody else"
    maria.save()


@TWICE
def test_what_a_test_adds_is_gone_for_the_next(northside, dr_kim, maria, turn):
    assert Patient.objects.count() == 1
    PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")


def test_nobody_stands_there_who_was_not_asked_for(northside):
    assert not Patient.objects.exists()


def test_the_objects_of_one_test_know_each_other(trial, episode, maria):
    assert trial.episode is episode
    assert episode.patient is maria


class TestWithAnotherMaria:
    @pytest.fixture
    def maria(self, northside, dr_kim):
        return PatientFactory(clinic=northside, by=dr_kim, name="Another Maria")

    def test_what_depends_on_her_is_hers(self, maria, trial):
        assert trial.episode.patient is maria
        assert Patient.objects.get() == maria


@TWICE
@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_the_rows_are_really_written_and_really_go(trial, turn):
    assert not connection.in_atomic_block
    assert TierTrial.objects.get() == trial
