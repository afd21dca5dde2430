"""After a decision: what waits for its check date, and what speaks from the same minute."""

from datetime import timedelta

import pytest

from patients.models import Flag, Kind, TrialReview
from patients.review.queue import mark_review_due
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import TrialFactory, keep_diary
from tests.patients.safety_desk.stories import say_yes, settle

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


def look(episode, now):
    mark_review_due(episode=episode, now=now)
    review_due_trials(now=now)
    return Flag.objects.open().first()


def go_on(flag, by, now, days):
    check = now.date() + timedelta(days=days)
    choice = Choice(kind="continue", reason="other", next_check_on=check)
    return decide(flag=flag, choice=choice, by=by, now=now)


def test_a_decided_safety_answer_keeps_no_score_quiet(trial, episode, protocol, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    say_yes(episode, now)
    held = look(episode, now)
    assert held.kind == Kind.SAFETY
    assert not held.findings.filter(kind=Kind.PLATEAU).exists()

    settle(held, dr_kim, now)
    assert look(episode, now).kind == Kind.PLATEAU, "from the same minute"


def test_and_leaves_what_was_quiet_before_it_quiet(trial, episode, protocol, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    go_on(look(episode, now), dr_kim, now, days=60)
    say_yes(episode, now)
    settle(look(episode, now), dr_kim, now)

    review = TrialReview.objects.get(trial=trial)
    assert (review.quiet_until - now.date()).days == 60
    assert look(episode, now) is None


@pytest.mark.parametrize(("window", "kind"), [(126, Kind.WORSENING), (84, Kind.WINDOW_COMPLETE)])
def test_a_rise_that_goes_on_speaks_again_on_day_28(episode, dr_kim, now, window, kind):
    """Also where the planned end has come meanwhile: it says that pain is higher than at the start."""
    TrialFactory(episode=episode, by=dr_kim, window_days=window, usual_pain=4)
    keep_diary(episode, [4] * 28 + [8] * 28, now.date())
    flag = look(episode, now)
    assert flag.kind == Kind.WORSENING
    go_on(flag, dr_kim, now, days=60)

    for days, speaks in ((1, False), (27, False), (28, True)):
        later = now + timedelta(days=days)
        keep_diary(episode, [8] * 10, later.date())
        flag = look(episode, later)
        assert (flag is not None) is speaks, days
    assert flag.kind == kind
    assert "higher than at the start" in flag.sentence


def test_a_level_course_waits_for_its_check_however_far(trial, episode, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    go_on(look(episode, now), dr_kim, now, days=26)
    for days in (1, 20, 25):
        later = now + timedelta(days=days)
        keep_diary(episode, [6] * 8, later.date())
        assert look(episode, later) is None


def test_a_rise_after_a_decision_about_a_plateau_speaks_at_once(trial, episode, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    go_on(look(episode, now), dr_kim, now, days=60)
    later = now + timedelta(days=20)
    keep_diary(episode, [9] * 20, later.date())
    assert look(episode, later).kind == Kind.WORSENING
