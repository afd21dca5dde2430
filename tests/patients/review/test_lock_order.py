"""A clinician and the sweep at one patient at the same moment: one waits, nobody is broken off."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from patients.flags.actions import request_review
from patients.models import Flag, TrialReview
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from tests.running import wait_until, waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(episode, protocol, now):
    """A finding that opens the episode's flag, or folds into it, as those of the sweep do."""
    return lambda: request_review(episode=episode, reason="", protocol=protocol, now=now)


@pytest.fixture
def beside_the_sweep(trial, ask):
    """Does it while a sweep holds the reviews and, once somebody waits for them, wants the flag."""
    holds, broken = Event(), []

    def sweep():
        try:
            with transaction.atomic():
                TrialReview.objects.select_for_update().get(pk=trial.pk)
                holds.set()
                wait_until(waits_for_a_lock, 30, "the clinician's wait")
                ask()
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            broken.append(error)
        finally:
            connection.close()

    def both(deed):
        other = Thread(target=sweep)
        other.start()
        assert holds.wait(30)
        done = deed()
        other.join()
        assert broken == []
        return done

    return both


def dismiss(flag, by, now):
    choice = Choice(kind="not_relevant", reason="other")
    return decide(flag=flag, choice=choice, by=by, now=now)


def test_a_decision_waits_for_the_sweep(ask, beside_the_sweep, dr_kim, now):
    flag = ask()

    beside_the_sweep(lambda: dismiss(flag, dr_kim, now))

    flag.refresh_from_db()
    assert flag.closing == Flag.Closing.DECIDED
    assert flag.findings.count() == 1  # the same question once


def test_undoing_a_decision_waits_as_well(ask, beside_the_sweep, dr_kim, now):
    decision = dismiss(ask(), dr_kim, now)

    with pytest.raises(Exception, match="Another flag is open now"):
        beside_the_sweep(lambda: undo_decision(decision=decision, by=dr_kim, now=now))

    assert Flag.objects.open().count() == 1
