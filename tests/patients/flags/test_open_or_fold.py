"""One problem, one open flag: what opens it, what names it, and what only joins it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from patients.flags.actions import current_trial, open_or_fold, rank, request_review
from patients.flags.deadlines import due_by, read_by, working_days_after
from patients.models import Flag, Kind, Severity
from patients.record.actions.trials import end_trial
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)  # 10:00 in New York
REVIEW = [kind for kind in Kind if kind not in (Kind.SAFETY, Kind.SILENT, Kind.STEP_DOWN)]


@pytest.fixture
def beside(episode, dr_kim):
    """Medicines, begun while her physical therapy goes on."""
    return TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=20)


# ------------------------------------------------------------------ which finding names the flag


@pytest.mark.parametrize(("worse", "milder"), list(pairwise(REVIEW)))
def test_of_two_that_are_as_severe_the_order_of_kinds_decides(fold, found, now, worse, milder):
    for first, second in ((worse, milder), (milder, worse)):
        flag = fold(found(first), at=now)
        flag = fold(found(second), at=now + DAY)
        assert (flag.kind, flag.sentence) == (worse, f"Says {worse}")
        assert flag.findings.count() == 2
        Flag.objects.update(closed_at=now, closing="decided")


def test_severity_comes_before_the_kind(fold, found, now):
    fold(found(Kind.WORSENING, Severity.CHECK_IN), at=now)
    flag = fold(found(Kind.WINDOW_COMPLETE, Severity.REVIEW), at=now)
    assert (flag.kind, flag.severity) == (Kind.WINDOW_COMPLETE, Severity.REVIEW)
    flag = fold(found(Kind.WORSENING, Severity.CHECK_IN, sentence="Again"), at=now + DAY)
    assert (flag.kind, flag.sentence) == (Kind.WINDOW_COMPLETE, "Says window_complete")


def test_found_together_the_worst_names_it(fold, found, now):
    flag = fold(found(Kind.SILENT, Severity.CHECK_IN), found(), found(Kind.RELAPSE), at=now)
    assert (flag.kind, flag.findings.count()) == (Kind.RELAPSE, 3)


@pytest.mark.parametrize(
    ("kind", "spoken"), [(Kind.PLATEAU, "Newer"), (Kind.WINDOW_COMPLETE, "Says plateau")]
)
def test_only_the_same_said_again_of_the_same_trial_is_said_anew(fold, found, now, kind, spoken):
    fold(found(), at=now)
    later = found(kind, sentence="Newer", as_of=now.date() + DAY)
    assert fold(later, at=now + DAY).sentence == spoken


def test_the_same_of_another_trial_joins_and_does_not_speak(fold, found, beside, now):
    fold(found(), at=now)
    flag = fold(found(of=beside, sentence="Of the medicines"), at=now + DAY)
    assert (flag.sentence, flag.findings.count()) == ("Says plateau", 2)


def test_the_same_evidence_is_written_once(fold, found, now):
    for _turn in range(2):
        flag = fold(found(), at=now)
    assert flag.findings.count() == Flag.objects.count() == 1


def test_kinds_rank_in_the_order_in_which_they_are_listed():
    assert sorted(Kind, key=rank, reverse=True) == list(Kind)


# ------------------------------------------------------------------ whose flag, and which one


def test_each_complaint_has_its_own_flag(fold, found, trial, maria, dr_kim, northside, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")
    his = TrialFactory(episode=EpisodeFactory(patient=ben, by=dr_kim), by=dr_kim)
    hers = TrialFactory(episode=neck, by=dr_kim)
    flags = open_or_fold(findings=[found(of=each) for each in (trial, hers, his)], now=now)
    assert [flag.episode_id for flag in flags] == [trial.episode_id, neck.pk, his.episode_id]
    fold(found(Kind.RELAPSE, of=his), at=now)
    assert Flag.objects.filter(kind=Kind.RELAPSE).get().episode == his.episode
    assert Flag.objects.count() == 3


def test_a_closed_flag_takes_nothing_in(fold, found, now):
    first = fold(found(), at=now)
    Flag.objects.update(closed_at=now, closing="decided")
    second = fold(found(Kind.RELAPSE), at=now + DAY)
    assert second != first
    assert first.findings.count() == second.findings.count() == 1


def test_what_is_in_shadow_folds_into_shadow_alone(fold, found, now):
    seen = fold(found(), at=now)
    hidden = fold(found(Kind.WORSENING, shadow=True), at=now)
    seen.refresh_from_db()
    assert (seen.kind, seen.shadow, hidden.kind, hidden.shadow) == (
        Kind.PLATEAU, False, Kind.WORSENING, True,
    )  # fmt: skip
    assert seen.findings.get().kind == Kind.PLATEAU


# ------------------------------------------------------------------ deadlines


def test_the_earlier_deadline_counts_whichever_finding_it_is_from(
    fold, found, northside, protocol, now
):
    def due(kind, at):
        return due_by(kind, protocol, northside, at)

    flag = fold(found(), at=now)
    assert flag.due_at == due(Kind.PLATEAU, now)
    flag = fold(found(Kind.STEP_DOWN, Severity.CHECK_IN), at=now + DAY)
    assert flag.due_at == due(Kind.PLATEAU, now)
    flag = fold(found(Kind.WORSENING), at=now + DAY)
    assert flag.due_at == due(Kind.WORSENING, now + DAY)


@pytest.mark.parametrize(
    ("days", "due"),
    [(0, "2026-03-06"), (1, "2026-03-09"), (2, "2026-03-10"), (5, "2026-03-13"), (6, "2026-03-16")],
)
def test_working_days_leave_weekends_out(days, due):
    assert working_days_after(FRIDAY.date(), days).isoformat() == due


def test_a_deadline_in_days_is_five_in_the_afternoon_at_the_clinic(northside, protocol):
    """From Friday over the weekend on which the clocks change."""
    due = due_by(Kind.WORSENING, protocol, northside, FRIDAY)
    assert due == datetime(2026, 3, 10, 21, tzinfo=UTC)


def test_the_clinics_day_counts_and_not_the_day_in_utc(northside, protocol):
    """Thursday 20:00 in New York is Friday in UTC."""
    evening = datetime(2026, 3, 6, 1, tzinfo=UTC)
    assert due_by(Kind.WORSENING, protocol, northside, evening).date().isoformat() == "2026-03-09"
    assert read_by(evening, northside).isoformat() == "2026-03-09"
    assert read_by(FRIDAY, northside).isoformat() == "2026-03-10"


def test_a_safety_answer_is_due_in_minutes_also_on_a_saturday(northside, protocol):
    saturday = FRIDAY + DAY
    assert due_by(Kind.SAFETY, protocol, northside, saturday) == saturday + timedelta(minutes=15)


# ------------------------------------------------------------------ a review that the patient asks for


def test_the_highest_step_that_runs_is_the_current_one(trial, beside, episode, dr_kim, now):
    assert current_trial(episode) == beside
    end_trial(trial=beside, outcome="unknown", by=dr_kim, today=now.date())
    assert current_trial(episode) == trial


def test_another_complaints_step_is_not_hers(episode, trial, maria, dr_kim, protocol, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    assert current_trial(neck) is None
    flag = request_review(episode=neck, reason="", protocol=protocol, now=now)
    assert (flag.trial, flag.sentence) == (None, "Asks for a review")


def test_asked_late_in_the_evening_it_is_the_clinics_day(episode, trial, protocol):
    evening = datetime(2026, 3, 6, 1, tzinfo=UTC)
    flag = request_review(episode=episode, reason="Worse", protocol=protocol, now=evening)
    assert flag.findings.get().as_of.isoformat() == "2026-03-05"
    assert (flag.trial, flag.severity) == (trial, Severity.REVIEW)
