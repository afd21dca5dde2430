"""What stands beside a flag's sentence when the record of today is thin, or another trial speaks."""

from dataclasses import MISSING, fields
from datetime import date, timedelta

import pytest

from pathway.rules import Numbers, Status
from patients.flags.actions import Found, open_or_fold
from patients.models import Finding, Kind, Severity, TrialReview
from patients.review.function_forms import forms_within
from patients.review.moved_again import FlaggedTrial, may_have_moved
from patients.review.sweep import review_due_trials
from patients.worklist.selectors.live import live_of, said_of, target_of
from tests.factories import TrialFactory, keep_diary

DAY = date(2026, 3, 2)
UNKNOWN = {field.name: None for field in fields(Numbers) if field.default is MISSING}
LEVEL = UNKNOWN | {"status": "plateau", "rules_version": "3.0", "mean_14": 6.0}


def said(kind=Kind.PLATEAU, numbers=LEVEL, review=None, today=DAY, last_log=None):
    return said_of(Finding(kind=kind, numbers=numbers, as_of=DAY), review, today, last_log)


def reviewed(**numbers):
    return TrialReview(assessed_on=DAY + timedelta(days=9), numbers=numbers)


def test_the_mean_of_the_last_review_is_that_of_today():
    assert "→ today 4.5" in said(review=reviewed(mean_14=4.5), today=DAY + timedelta(days=9))


@pytest.mark.parametrize("review", [None, TrialReview(), TrialReview(assessed_on=DAY)])
def test_a_trial_that_was_not_looked_at_yet_has_no_today(review):
    words = said(review=review, last_log=(DAY, 7))
    assert "last log today: 7" in words
    assert "→" not in words


@pytest.mark.parametrize(
    ("kind", "numbers"), [(Kind.SAFETY, LEVEL), (Kind.SILENT, LEVEL), (Kind.PLATEAU, {})]
)
def test_what_is_no_mean_of_scores_says_nothing(kind, numbers):
    assert said(kind=kind, numbers=numbers) == ""


@pytest.mark.parametrize(
    ("review", "target"),
    [(None, None), (TrialReview(), None), (reviewed(), None), (reviewed(target=4), 4.0)],
)
def test_the_target_is_what_the_rules_last_said(review, target):
    assert target_of(review) == target


@pytest.mark.django_db
def test_where_another_trial_leads_its_own_review_speaks(trial, episode, dr_kim, protocol, now):
    """Maria's physical therapy is level at 6; of the medicines begun beside it somebody found worse."""
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    beside = TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=21)
    tomorrow = now.date() + timedelta(days=1)
    TrialReview.objects.filter(trial=beside).update(
        assessed_on=tomorrow, numbers={"mean_14": 8.0, "target": 3.5}
    )
    worse = Found(
        episode=episode.pk, trial=beside.pk, kind=Kind.WORSENING, severity=Severity.REVIEW,
        sentence="Worse", rule="worsening", protocol=protocol, since=now.date(), as_of=now.date(),
        numbers=LEVEL | {"mean_14": 7.5, "status": "worsening"},
    )  # fmt: skip
    [flag] = open_or_fold(findings=[worse], now=now)
    assert flag.trial == trial

    live = live_of([flag], {}, now, tomorrow)[flag.pk]

    assert live.target == 3.5
    assert live.then_and_now == "Mar 2: 7.5 → today 8.0"


# ------------------------------------------------------------------ have the scores moved again?

MOVED = {"stall": -1.0, "mean_14": 5.0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "status", "now", "then", "moved"),
    [
        (Kind.PLATEAU, Status.IN_PROGRESS, {}, {}, True),
        (Kind.PLATEAU, Status.RESPONDED, {}, {}, True),
        (Kind.WORSENING, Status.IN_PROGRESS, {}, {}, False),
        (Kind.PLATEAU, Status.PLATEAU, {}, {}, False),
        (Kind.PLATEAU, Status.IN_PROGRESS, {"stall": None}, {}, False),
        (Kind.PLATEAU, Status.IN_PROGRESS, {"mean_14": None}, {}, False),
        (Kind.PLATEAU, Status.IN_PROGRESS, {}, {"mean_14": None}, False),
        (Kind.PLATEAU, Status.IN_PROGRESS, {"mean_14": 6.0}, {}, False),
        (Kind.PLATEAU, Status.IN_PROGRESS, {"stall": -0.3}, {}, False),
    ],
)
def test_only_a_plateau_whose_mean_fell_and_whose_stall_is_gone(
    protocol, kind, status, now, then, moved
):
    finding = Finding(kind=kind, protocol=protocol, numbers={"mean_14": 6.0} | then)
    review = TrialReview(status=status, numbers=MOVED | now)
    assert may_have_moved(FlaggedTrial(finding, review)) is moved


def test_what_was_never_looked_at_has_not_moved():
    finding = Finding(kind=Kind.PLATEAU, numbers={"mean_14": 6.0})
    assert not may_have_moved(FlaggedTrial(finding, None))


# ------------------------------------------------------------------ which forms are a trial's own


def test_forms_of_before_the_trial_and_after_today_are_not_its_own():
    days = [-1, 0, 28, 29]
    rows = [("peg", DAY + timedelta(days=day), 50, 5) for day in days]
    found = forms_within(rows, DAY, DAY + timedelta(days=28))
    assert [form.day for form in found["peg"]] == [0, 28]


def test_the_questionnaire_answered_most_often_stands_first():
    rows = [(key, DAY, 50, 5) for key in ("rmdq", "peg", "peg", "odi")]
    assert list(forms_within(rows, DAY, DAY)) == ["peg", "odi", "rmdq"]
