"""A flag explains itself: worked out again from the stored rows, the same or exactly what differs."""

import re
from dataclasses import fields
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from pathway.rules import RULES_VERSION, Numbers, Rules, assess, numbers_of
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.log import withdraw_log
from patients.models import AccessLog, Finding, Flag, Kind
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.trials import end_trial, extend_trial
from patients.review.finding_snapshot import series_of
from patients.review.selectors import explain
from patients.review.sweep import review_due_trials
from patients.worklist.selectors.reasons import REASONS
from tests.factories import LogFactory, TrialFactory, keep_diary
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8

SINCE_3_0 = {
    *("usual_pain", "first_week", "opening", "before", "fallen", "weekly", "days_since_entry"),
    *("eased_to", "function_first", "function_last", "function_forms", "bar"),
}


@staged
def flag(trial, episode, maria, protocol, now):
    """A level diary with three questionnaires on the way."""
    keep_diary(episode, LEVEL, now.date())
    for weeks, answer in ((7, 6), (4, 5), (1, 6)):
        answered(episode, protocol, maria, answer, now - timedelta(weeks=weeks))
    review_due_trials(now=now)
    return Flag.objects.get()


def answered(episode, protocol, maria, answer, then):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    return record_peg(episode=episode, form=form, by=maria.user, now=then)


def explained(flag):
    return explain.explain(flag)[0]


def said(changes):
    return [str(change) for change in changes]


def command(flag):
    out = StringIO()
    call_command("explain_flag", str(flag), stdout=out)
    return out.getvalue()


def test_a_finding_keeps_what_is_needed_to_work_it_out_again(flag, trial):
    finding = flag.findings.get()
    assert (finding.rule, finding.rule_version) == ("plateau", RULES_VERSION)
    assert finding.protocol == trial.tier.protocol
    assert len(finding.inputs["pain"]) == 57
    assert finding.inputs["pain"][1:8] == LEVEL[:7]
    assert list(finding.inputs["function"].values()) == [60, 50, 60]
    assert finding.inputs["usual_pain"] == 6


def test_untouched_rows_give_the_same_again(flag, now):
    again = explained(flag)
    assert again.is_same
    assert not again.is_other_version
    assert command(flag.pk).splitlines()[-1].strip() == "same"


def test_what_is_logged_on_later_days_changes_nothing(flag, episode, now):
    tomorrow = now + timedelta(days=1)
    LogFactory(episode=episode, local_date=tomorrow.date(), average_pain=1)
    assert explained(flag).is_same


def test_a_log_taken_back_is_named_with_its_day(flag, episode, now):
    last = episode.logs.latest("local_date")
    withdraw_log(log=last, now=last.logged_at)
    again = explained(flag)
    assert said(again.record) == ["pain 2026-03-02: 6 → none"]
    assert said(again.rules) == []
    assert "days logged of the last 14: 14 → 13" in said(again.numbers)
    assert "pain 2026-03-02: 6 → none" in command(flag.pk)


def test_logs_that_came_late_are_named_old_and_new(flag, episode, now):
    LogFactory(episode=episode, local_date=(now - timedelta(days=56)).date(), average_pain=9)
    LogFactory(episode=episode, local_date=(now - timedelta(days=1)).date(), average_pain=3)
    again = explained(flag)
    assert said(again.record) == ["pain 2026-01-05: none → 9", "pain 2026-03-01: 6 → 3"]
    assert "start" in [change.what for change in again.numbers]


def test_a_questionnaire_that_came_late_is_named(flag, episode, protocol, maria, now):
    answered(episode, protocol, maria, 2, now - timedelta(weeks=2))
    assert said(explained(flag).record) == ["function in the week of 2026-02-16: none → 20"]


def test_other_rules_are_told_apart_from_other_rows(flag, monkeypatch):
    """The protocol's numbers are sealed; other rules come with another version of the code."""
    monkeypatch.setattr(explain, "RULES_VERSION", "next")
    monkeypatch.setattr(
        type(flag.findings.get().protocol), "thresholds", Rules(plateau_logodds=9.0)
    )
    again = explained(flag)
    assert again.is_other_version
    assert said(again.record) == []
    assert said(again.rules) == said(again.numbers)
    assert said(again.rules)[0].startswith("status: plateau → ")
    text = command(flag.pk)
    assert "The rules are now version next." in text
    assert "The present rules read that day's entries differently:" in text


def test_a_flag_of_2_1_gives_the_same_numbers_as_then(flag):
    """Its finding holds what 2.1 worked out, without what only later versions keep."""
    finding = flag.findings.get()
    before = numbers_of(assess(series_of(finding.inputs), finding.protocol.thresholds, "2.1"), 0)
    kept = {key: value for key, value in before.as_json().items() if key not in SINCE_3_0}
    finding.numbers, finding.rule_version = kept, "2.1"

    again = explain._explained(finding)
    assert again.is_same
    assert again.is_other_version


def test_an_extension_that_was_decided_later_is_no_difference(flag, trial, dr_kim, now):
    later = now + timedelta(hours=1)
    extend_trial(trial=trial, days=28, reason="more time", by=dr_kim, now=later)
    assert explained(flag).is_same


def test_an_extension_from_before_counts(trial, episode, dr_kim, now):
    extend_trial(trial=trial, days=28, reason="more time", by=dr_kim, now=now)
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    finding = Finding.objects.get()
    assert finding.inputs["window_days"] == 112
    assert explained(finding.flag).is_same


def test_an_ended_trial_and_one_with_a_cycle_are_worked_out_too(episode, dr_kim, now):
    trial = TrialFactory(episode=episode, by=dr_kim, level=4, starts_with_cycle=True, pain_before=7)
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    end_trial(trial=trial, outcome="unknown", by=dr_kim, today=now.date())
    assert explained(Flag.objects.get()).is_same


def test_a_finding_from_before_the_entries_were_kept_compares_fingerprints(flag, episode):
    old = flag.findings.get()
    old.pk, old.inputs, old.rule = None, {}, "plateau-old"
    old.save()
    first = explain.explain(flag)[1]
    assert first.is_same
    last = episode.logs.latest("local_date")
    withdraw_log(log=last, now=last.logged_at)
    changed = explain.explain(flag)[1].record
    assert [change.what for change in changed] == ["fingerprint of the entries"]


def test_what_a_person_said_is_not_worked_out(episode, protocol, dr_kim, sign_in, now):
    asked = request_review(episode=episode, reason="", protocol=protocol, now=now)
    assert "No rule found this" in command(asked.pk)
    page = sign_in(dr_kim).get(reverse("explain", args=[asked.pk])).content.decode()
    assert "No rule found this." in page


def test_the_command_knows_no_such_flag(db):
    with pytest.raises(CommandError, match="There is no flag 7"):
        command(7)


def test_the_page_is_linked_from_the_evidence_says_same_and_is_noted(flag, dr_kim, maria, sign_in):
    desk = sign_in(dr_kim)
    url = reverse("explain", args=[flag.pk])
    assert url in desk.get(reverse("flag", args=[flag.pk])).content.decode()
    assert "give the same numbers" in desk.get(url).content.decode()
    assert AccessLog.objects.filter(patient=maria, page="explain").exists()


def test_the_page_names_the_days(flag, episode, dr_kim, sign_in):
    last = episode.logs.latest("local_date")
    withdraw_log(log=last, now=last.logged_at)
    page = sign_in(dr_kim).get(reverse("explain", args=[flag.pk])).content.decode()
    assert "pain 2026-03-02" in page
    assert "comes out differently" in page


def test_the_evidence_page_shows_thresholds_sources_and_error_rates(flag, dr_kim, sign_in):
    page = sign_in(dr_kim).get(reverse("flag", args=[flag.pk])).content.decode()
    for words in (
        "improvement that counts as the target",
        "0.3 share of baseline",
        "28 days",
        "Ostelo",
        "about 5 of 100 people who would still improve get this flag",
        "only been proven on simulated courses",
        "a 14-day mean of 4.2 or less",
        "80 %)",
    ):
        assert words in page, words
    assert "recent mean above baseline" not in page


def test_a_safety_flag_shows_no_thresholds_and_says_what_ends_it(
    flag, episode, protocol, maria, dr_kim, sign_in, now
):
    answer_safety(
        episode=episode,
        yes_to=[protocol.safety_questions.first()],
        submission_id=uuid4(),
        by=maria.user,
        now=now,
    )
    page = sign_in(dr_kim).get(reverse("flag", args=[flag.pk])).content.decode()
    assert "Thresholds that count" not in page
    assert "of 100 people" not in page
    assert "Only a clinician&#x27;s decision. Plateau rules wait until then." in page


def test_a_threshold_that_no_clinician_confirmed_says_so(episode, trial, dr_kim, sign_in, now):
    keep_diary(episode, [6] * 40, (now - timedelta(days=12)).date())
    review_due_trials(now=now)
    flag = Flag.objects.get(kind=Kind.SILENT)
    page = sign_in(dr_kim).get(reverse("flag", args=[flag.pk])).content.decode()
    assert "Not yet confirmed by a clinician." in page
    assert "4 more logs in 14 days" in page


def test_who_does_well_reads_of_nothing_that_would_clear_it(
    episode, trial, protocol, dr_kim, sign_in, now
):
    keep_diary(episode, [round(6 - 4 * day / 55) for day in range(56)], now.date())
    review_due_trials(now=now)
    asked = request_review(episode=episode, reason="", protocol=protocol, now=now)
    page = sign_in(dr_kim).get(reverse("flag", args=[asked.pk])).content.decode()
    assert "Last 14 days" in page
    assert "Would end this status" not in page


def test_every_number_is_compared_and_has_a_name():
    named = {field.name for field in fields(Numbers)}
    assert set(explain.NUMBERS) == named - {"rules_version"}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_reasons_and_names_thresholds_that_exist(kind, protocol):
    keys = set(REASONS[kind].thresholds)
    assert keys == set(
        protocol.threshold_rows.filter(use__in=["rule", "setting"], key__in=keys).values_list(
            "key", flat=True
        )
    )
    assert REASONS[kind].ends


@pytest.mark.parametrize(
    "where", ["home", "log", "progress", "my_pathway", "activities", "review_request", "visits"]
)
def test_no_patient_ever_reads_a_probability(flag, dr_kim, maria, sign_in, now, where):
    acknowledge(flag=flag, by=dr_kim, now=now)
    text = re.sub(r"<[^>]*>", " ", sign_in(maria.user).get(reverse(where)).content.decode())
    for words in ("%", "of 100", "chance", "probab", "likely", "odds", "simulat"):
        assert words not in text, words
