"""Where to start, with the reasons that the clinician reads."""

import pytest

from pathway.rules import Chronicity, Intake, PriorCare, Reason, suggest_tier

THERAPY, MEDICATION, INJECTION = PriorCare(2, 12), PriorCare(3, 8), PriorCare(4, 0)


def suggested(chronicity=Chronicity.ACUTE, pain=5, **more):
    answer = suggest_tier(Intake(chronicity, pain, **more))
    return answer.tier, answer.reasons, answer.clinician_review


def test_new_moderate_pain_starts_at_the_first_step():
    assert suggested(pain=6) == (1, (Reason.RECENT,), False)


def test_severe_pain_starts_with_therapy_and_a_look_at_medication():
    assert suggested(pain=7) == (2, (Reason.SEVERE,), True)
    assert suggested(high_disability=True) == (2, (Reason.SEVERE,), True)


def test_six_weeks_of_pain_start_with_therapy():
    assert suggested(Chronicity.SUBACUTE) == (2, (Reason.LASTING,), False)
    assert suggested(Chronicity.CHRONIC) == (2, (Reason.LASTING,), False)


@pytest.mark.parametrize(
    ("care", "tier"),
    [
        (PriorCare(1, 4), 2),
        (PriorCare(1, 3.9), 1),
        (PriorCare(1, 8, helped=True), 1),
        (PriorCare(2, 1), 2),
    ],
)
def test_self_care_that_did_not_help_is_not_repeated(care, tier):
    assert suggested(prior=(care,))[0] == tier


def test_self_care_and_therapy_are_named():
    prior = (PriorCare(1, 4), PriorCare(2, 2))

    assert suggested(prior=prior)[1] == (Reason.SELF_CARE_TRIED, Reason.THERAPY_BEGUN)


def test_years_of_care_are_not_sent_back_to_the_start():
    chronic = Chronicity.CHRONIC

    assert suggested(chronic, prior=(THERAPY,)) == (3, (Reason.THERAPY_TRIED,), False)
    assert suggested(chronic, prior=(THERAPY, MEDICATION)) == (
        4,
        (Reason.THERAPY_TRIED, Reason.MEDICATION_TRIED),
        True,
    )
    assert suggested(chronic, prior=(INJECTION, MEDICATION, THERAPY)) == (
        5,
        (Reason.THERAPY_TRIED, Reason.MEDICATION_TRIED, Reason.INTERVENTION_TRIED),
        True,
    )


@pytest.mark.parametrize(
    "care",
    [PriorCare(2, 5), PriorCare(2, 12, attended=False), PriorCare(2, 12, helped=True), MEDICATION],
)
def test_a_trial_that_was_short_missed_or_helped_is_not_exhausted(care):
    assert suggested(Chronicity.CHRONIC, prior=(care,))[0] == 2


def test_six_weeks_are_an_adequate_trial():
    assert suggested(Chronicity.CHRONIC, prior=(PriorCare(2, 6),))[0] == 3


def test_exhausted_care_counts_only_for_long_pain():
    assert suggested(Chronicity.SUBACUTE, prior=(THERAPY,))[0] == 2


def test_safety_and_weakness_stop_every_suggestion():
    assert suggested(safety_open=True) == (None, (Reason.SAFETY,), True)
    assert suggested(weakness=True) == (None, (Reason.WEAKNESS,), True)
    both = suggested(Chronicity.CHRONIC, safety_open=True, weakness=True, prior=(THERAPY,))
    assert both == (None, (Reason.SAFETY, Reason.WEAKNESS), True)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence(reason):
    assert reason.sentence.endswith(".")
    assert reason.sentence[0].isupper()
