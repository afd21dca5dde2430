"""What a reassessment begins with: its signs as the data show them, and nothing answered."""

from datetime import timedelta
from uuid import uuid4

import pytest

from patients.flags.actions import request_review
from patients.models import Finding, Flag, OptionWeighed, SignSeen
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.review.sweep import review_due_trials
from tests.factories import TrialFactory, keep_diary
from tests.patients.record_data import an_image, an_injection

pytestmark = pytest.mark.django_db

RETURNS, FUNCTION, DISC = (
    "relapse-after-each-cycle", "function-not-improved", "progressive-disc-change",
)  # fmt: skip


def begin(episode, by, now):
    return begin_reassessment(episode=episode, by=by, now=now)


def seen(episode, by, now, key):
    return begin(episode, by, now).signs.get(sign__key=key)


def answered(episode, protocol, maria, answer, then):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    return record_peg(episode=episode, form=form, by=maria.user, now=then)


def test_it_begins_with_three_signs_and_no_option_weighed(trial, episode, dr_kim, now):
    reassessment = begin(episode, dr_kim, now)
    assert reassessment.signs.filter(found=False, confirmed=None).count() == 3
    assert reassessment.options.filter(considered=False, note="").count() == 4
    assert begin(episode, dr_kim, now) == reassessment
    for model in (SignSeen, OptionWeighed):
        assert str(model.objects.first())


def test_function_that_stays_level_over_90_days_is_a_sign(episode, protocol, maria, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for weeks in (14, 12, 10, 8, 6, 4, 2):
        answered(episode, protocol, maria, 6, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert sign.found
    assert (
        sign.basis == "PEG 6 → 6, no change in 100 days of structured trials; 7 of 7 forms answered"
    )


def test_two_tiers_beside_each_other_are_no_180_days(episode, protocol, maria, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=80)
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=80)
    for weeks in (10, 6, 2):
        answered(episode, protocol, maria, 6, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert (sign.found, "in 80 days" in sign.basis) == (False, True)


def test_pain_back_after_two_cycles_is_a_sign(episode, dr_kim, now, protocol):
    an_injection(episode, dr_kim, now, days_ago=60)
    an_injection(episode, dr_kim, now, days_ago=20)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    trial = episode.trials.get()
    for days_ago, since in ((30, 35), (1, 5)):
        Finding.objects.create(
            flag=flag, trial=trial, kind="relapse", severity=2, sentence="back", rule="relapse",
            rule_version="2.1", protocol=protocol, since=now.date() - timedelta(days=since),
            as_of=now.date() - timedelta(days=days_ago), found_at=now,
        )  # fmt: skip
    sign = seen(episode, dr_kim, now, RETURNS)
    assert (sign.found, sign.basis) == (True, "pain came back after 2 dated cycles")


def test_change_on_images_is_what_a_clinician_recorded(trial, episode, dr_kim, now):
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True)
    sign = seen(episode, dr_kim, now, DISC)
    assert (sign.found, sign.basis) == (
        True,
        "recorded by a clinician on an image taken during or after a trial, against an earlier one",
    )


def test_a_score_of_zero_at_the_start_leaves_nothing_to_improve(
    episode, protocol, maria, dr_kim, now
):
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for weeks in (14, 12, 10, 8, 6, 4, 2):
        answered(episode, protocol, maria, 1, now - timedelta(weeks=weeks))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert not sign.found
    assert sign.basis.startswith("PEG 1 → 1, no change in 100 days")


def test_forms_of_the_first_days_are_no_forms_of_three_months(
    episode, protocol, maria, dr_kim, now
):
    """Two thirds of those due, and nothing said since: nobody knows how function is now."""
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)
    for days in range(98, 86, -2):
        answered(episode, protocol, maria, 6, now - timedelta(days=days))
    sign = seen(episode, dr_kim, now, FUNCTION)
    assert not sign.found
    assert sign.basis == (
        "PEG does not span 90 days, in 100 days of structured trials; 6 of 7 forms answered"
    )


def test_a_plateau_beside_change_on_images_is_seen(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    assert Flag.objects.open().exists()
    assert begin(episode, dr_kim, now).signs.count() == 3
