"""The ceiling of conservative care is noticed by the sweep: once, with its numbers, and never alone
on a picture."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.models import Finding, Flag, Kind, ReviewDue
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.record.actions.records import withdraw_record
from patients.record.actions.trials import end_trial
from patients.review.ceiling import history_of, signs_in
from patients.review.ceiling_2_1 import json_2_1, pathway_2_1
from patients.review.queue import mark_review_due
from patients.review.selectors import explain as explain_module
from patients.review.selectors.explain import explain
from patients.review.shadow import set_shadow_mode
from patients.review.sweep import mark_trials_due, review_due_trials
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.patients.record_data import an_image, an_injection
from tests.stage import staged

pytestmark = pytest.mark.django_db

Do = Choice
SINCE_3_0 = {"function_known", "function_words"}
FALLING = [round(6 - 4 * day / 99) for day in range(100)]
# Pain 6, relief by the first injection, back; relief by the second, back again.
TWICE_BACK = [6] * 14 + [2] * 21 + [6] * 21 + [2] * 21 + [6] * 21


def sweep(now):
    return review_due_trials(now=now)


def look_again(episode, now):
    mark_review_due(episode=episode, now=now)
    return sweep(now)


def ceiling_flags():
    return Flag.objects.filter(kind=Kind.CEILING)


def answered(episode, protocol, answer, then):
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", answer))
    return record_peg(episode=episode, form=form, by=episode.patient.user, now=then)


def forms(episode, protocol, now, answers=(6, 6, 6, 6, 6, 6, 6)):
    """A PEG every two weeks, the last one two weeks ago."""
    weeks = range(2 * len(answers), 0, -2)
    for weeks_ago, answer in zip(weeks, answers, strict=True):
        answered(episode, protocol, answer, now - timedelta(weeks=weeks_ago))


@staged
def long_trial(episode, dr_kim):
    """Maria's tier 2 has run for 100 days of 126."""
    return TrialFactory(episode=episode, by=dr_kim, days_ago=100, window_days=126)


@staged
def unchanged(long_trial, episode, protocol, now):
    """Pain falls, and function stays as it was."""
    keep_diary(episode, FALLING, now.date())
    forms(episode, protocol, now)
    return long_trial


def test_function_that_stays_for_three_months_is_a_flag_with_its_numbers(unchanged, now):
    sweep(now)
    flag = Flag.objects.get()
    assert (flag.kind, flag.trial, flag.get_severity_display()) == (
        Kind.CEILING, unchanged, "Review",
    )  # fmt: skip
    assert flag.sentence == (
        "PEG 6 → 6, no change after 100 days of structured care; 7 of 7 forms answered"
    )
    assert flag.due_at - now == timedelta(days=7, hours=7), "five working days, to 17:00"
    finding = flag.findings.get()
    assert (finding.rule, finding.since) == ("ceiling", unchanged.started_on)
    assert finding.numbers["structured_days"] == 100


def test_a_second_sweep_and_the_next_days_write_nothing_new(unchanged, episode, now):
    sweep(now)
    look_again(episode, now)
    tomorrow = now + timedelta(days=1)
    mark_trials_due(now=tomorrow)
    sweep(tomorrow)
    assert Finding.objects.count() == Flag.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "days_ago"),
    [
        ((6, 6, 6, 6, 6, 6, 4), 100),
        ((2, 2, 2, 2, 2, 2, 0), 100),
        ((6, 6, 6, 6), 100),
        ((6, 6, 6, 6, 6, 6), 89),
    ],
    ids=["30 % better", "the least change", "few forms", "89 days"],
)
def test_function_that_changed_or_is_hardly_known_is_no_ceiling(
    episode, dr_kim, protocol, now, answers, days_ago
):
    TrialFactory(episode=episode, by=dr_kim, days_ago=days_ago, window_days=126)
    keep_diary(episode, FALLING, now.date())
    forms(episode, protocol, now, answers)
    sweep(now)
    assert not ceiling_flags().exists()


def test_forms_of_self_management_are_no_forms_of_structured_care(episode, dr_kim, protocol, now):
    first = TrialFactory(episode=episode, by=dr_kim, level=1, days_ago=200)
    then = now.date() - timedelta(days=100)
    end_trial(trial=first, outcome="not_responded", by=dr_kim, today=then)
    TrialFactory(episode=episode, by=dr_kim, days_ago=100, window_days=126)
    keep_diary(episode, FALLING, now.date())
    for weeks_ago in (27, 25, 23, 21, 19, 6, 2):
        answered(episode, protocol, 6, now - timedelta(weeks=weeks_ago))
    sweep(now)
    assert not ceiling_flags().exists()


# ------------------------------------------------------------------ pain that comes back


@staged
def injected(episode, dr_kim, now):
    """Two injections, each with relief that did not last; every morning was swept."""
    start = now - timedelta(days=84)
    an_injection(episode, dr_kim, now, days_ago=84)
    an_injection(episode, dr_kim, now, days_ago=42)
    keep_diary(episode, TWICE_BACK, now.date())
    for day in range(85):
        look_again(episode, start + timedelta(days=day))
    return episode


def test_pain_back_after_two_injections_names_the_flag_of_the_relapse(injected):
    flag = Flag.objects.get()
    assert (flag.kind, flag.sentence) == (Kind.CEILING, "Pain came back after 2 of 2 cycles")
    kinds = flag.findings.order_by("pk").values_list("kind", flat=True)
    assert list(kinds).count(Kind.RELAPSE) == 2
    assert list(kinds).count(Kind.CEILING) == 1
    back = flag.findings.filter(kind=Kind.RELAPSE).latest("as_of")
    assert flag.findings.get(kind=Kind.CEILING).as_of == back.as_of, "on the same morning"


def test_a_relapse_seen_in_two_tiers_is_one(episode, dr_kim, now):
    """The diary says the same of the therapy that runs beside the injection."""
    an_injection(episode, dr_kim, now, days_ago=42)
    TrialFactory(episode=episode, by=dr_kim, days_ago=60, window_days=126, usual_pain=5)
    keep_diary(episode, [6] * 18 + [2] * 21 + [6] * 21, now.date())
    for day in range(43):
        look_again(episode, now - timedelta(days=42 - day))
    since = Finding.objects.filter(kind=Kind.RELAPSE).values_list("since", flat=True)
    assert len(set(since)) == 2, "noticed on a day of its own in each"
    assert not ceiling_flags().exists()


def test_a_further_cycle_that_has_just_begun_is_waited_for(injected, dr_kim, now):
    choice = Do(kind="continue", reason="other", next_check_on=now.date() + timedelta(days=1))
    decide_action(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)
    an_injection(injected, dr_kim, now)
    tomorrow = now + timedelta(days=1)
    look_again(injected, tomorrow)
    assert not Flag.objects.open().filter(findings__kind=Kind.CEILING).exists()


# ------------------------------------------------------------------ what keeps it quiet


def decide(by, now, kind, **more):
    choice = Do(kind=kind, reason="not_improving", **more)
    return decide_action(flag=Flag.objects.open().get(), choice=choice, by=by, now=now)


def go_on(episode, protocol, now):
    """Forms every two weeks for three months more, as unchanged as before."""
    for weeks in range(0, 13, 2):
        answered(episode, protocol, 6, now + timedelta(weeks=weeks))


def heard_on(episode, now, *days):
    """On which of these days the ceiling stands open after a sweep."""
    heard = []
    for day in days:
        look_again(episode, now + timedelta(days=day))
        if ceiling_flags().open().exists():
            heard.append(day)
    return heard


def test_whoever_is_to_be_reassessed_is_not_flagged_again(
    unchanged, episode, protocol, dr_kim, now
):
    sweep(now)
    decide(dr_kim, now, "reassess")
    go_on(episode, protocol, now)
    assert heard_on(episode, now, 1, 30, 89, 90) == [90]


def test_not_relevant_is_quiet_for_the_protocols_days_and_no_longer(
    unchanged, episode, protocol, dr_kim, now
):
    sweep(now)
    decide(dr_kim, now, "not_relevant")
    go_on(episode, protocol, now)
    assert heard_on(episode, now, 1, 27, 28) == [28]


def test_not_relevant_keeps_a_new_step_beside_quiet_too(unchanged, episode, protocol, dr_kim, now):
    sweep(now)
    decide(dr_kim, now, "not_relevant")
    go_on(episode, protocol, now)
    end_trial(trial=unchanged, outcome="partial", by=dr_kim, today=now.date())
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=0)
    late_evening = 27.5  # the next day already in UTC
    assert heard_on(episode, now, 1, late_evening, 28) == [28]


def test_a_step_that_begins_beside_it_says_nothing_twice(unchanged, episode, dr_kim, now):
    sweep(now)
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=0)
    look_again(episode, now)
    assert Finding.objects.filter(kind=Kind.CEILING).count() == 1


def test_what_was_decided_about_something_lesser_does_not_silence_it(
    long_trial, episode, protocol, dr_kim, now
):
    keep_diary(episode, [6] * 101, now.date())
    sweep(now)
    assert Flag.objects.get().kind == Kind.PLATEAU
    decide(dr_kim, now, "not_relevant")
    forms(episode, protocol, now)
    assert heard_on(episode, now, 0) == [0]


def test_stepping_up_about_the_ceiling_gives_the_new_step_its_time(
    unchanged, episode, protocol, dr_kim, now
):
    sweep(now)
    decide(dr_kim, now, "step_up", to_level=3)
    go_on(episode, protocol, now)
    assert heard_on(episode, now, 1, 89, 90) == [90]


def test_in_tier_5_nothing_is_raised(unchanged, episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, level=5, days_ago=1)
    sweep(now)
    assert not Flag.objects.exists()


def test_while_a_reassessment_is_written_and_after_it_nothing_is_raised(
    unchanged, episode, dr_kim, now
):
    reassessment = begin_reassessment(episode=episode, by=dr_kim, now=now)
    sweep(now)
    assert not ceiling_flags().exists()
    withdraw_record(record=reassessment, by=dr_kim, now=now)
    assert heard_on(episode, now, 0) == [0]


def test_a_safety_answer_holds_it(unchanged, episode, protocol, maria, now):
    answer_safety(
        episode=episode,
        yes_to=[protocol.safety_questions.first()],
        submission_id=uuid4(),
        by=maria.user,
        now=now,
    )
    sweep(now)
    assert not Finding.objects.filter(kind=Kind.CEILING).exists()


def test_in_shadow_it_is_kept_and_out_of_it_told_at_once(
    unchanged, episode, northside, ada, dr_kim, now
):
    set_shadow_mode(clinic=northside, on=True, by=ada, now=now)
    sweep(now)
    assert ceiling_flags().get().shadow
    assert not ceiling_flags().visible_to(dr_kim.membership_as()).exists()
    look_again(episode, now)
    assert Finding.objects.count() == 1
    set_shadow_mode(clinic=northside, on=False, by=ada, now=now + timedelta(hours=1))
    assert ReviewDue.objects.exists()
    sweep(now + timedelta(hours=1))
    assert ceiling_flags().open().visible_to(dr_kim.membership_as()).get().findings.count() == 1


# ------------------------------------------------------------------ change on images


def progressed(episode, by, now):
    before = an_image(episode, by, now, days_ago=300)
    return an_image(
        episode, by, now, compared_with=before, comparison="changed", disc_progressed=True
    )


def test_change_on_images_counts_beside_a_plateau_and_never_alone(long_trial, episode, dr_kim, now):
    progressed(episode, dr_kim, now)
    keep_diary(episode, FALLING, now.date())
    sweep(now)
    assert not ceiling_flags().exists()
    later = now + timedelta(days=20)
    keep_diary(episode, [6] * 101, later.date())
    look_again(episode, later)
    flag = ceiling_flags().get()
    assert flag.sentence == (
        "Improvement has levelled off; progressive disc change recorded on imaging"
    )
    assert set(flag.findings.values_list("kind", flat=True)) == {Kind.PLATEAU, Kind.CEILING}


def test_an_image_compared_after_the_plateau_joins_it(long_trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 101, now.date())
    sweep(now)
    progressed(episode, dr_kim, now)
    look_again(episode, now)
    flag = Flag.objects.get()
    assert (flag.kind, flag.findings.count()) == (Kind.CEILING, 2)


# ------------------------------------------------------------------ it explains itself


def command(flag):
    out = StringIO()
    call_command("explain_flag", str(flag.pk), stdout=out)
    return out.getvalue()


def test_worked_out_again_it_is_the_same(unchanged, episode, dr_kim, now):
    sweep(now)
    flag = Flag.objects.get()
    decide(dr_kim, now, "step_up", to_level=3)
    assert [each.is_same for each in explain(flag)] == [True]
    assert command(flag).splitlines()[-1].strip() == "same"


def test_worked_out_again_the_relapses_are_the_same(injected, now):
    explained = explain(Flag.objects.get())
    assert Kind.CEILING in {each.finding.kind for each in explained}
    assert all(each.is_same for each in explained)


def test_an_image_taken_back_is_named(long_trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 101, now.date())
    image = progressed(episode, dr_kim, now)
    sweep(now)
    withdraw_record(record=image, by=dr_kim, now=now)
    said = command(Flag.objects.get())
    for words in (
        "images with progressive disc change, and what before: 2026-01-31, 2025-05-06 → none",
        "progressive disc change recorded: True → False",
        "the signs suffice: True → False",
    ):
        assert words in said, words


def test_a_form_that_came_late_is_named(unchanged, episode, protocol, now):
    sweep(now)
    answered(episode, protocol, 2, now - timedelta(days=1))
    [again] = explain(Flag.objects.get())
    assert [change.what for change in again.record] == ["function forms"]
    assert again.rules == []
    assert "function: PEG 6 → 6, no change → PEG 6 → 2" in [str(each) for each in again.numbers]


# ------------------------------------------------------------------ what people read


def test_the_page_says_why_with_what_was_read_and_what_would_end_it(
    unchanged, episode, dr_kim, sign_in, now
):
    sweep(now)
    page = sign_in(dr_kim).get(reverse("flag", args=[Flag.objects.get().pk])).content.decode()
    for words in (
        "Ceiling signs",
        "7 of 7 forms answered",
        "PEG 6 → 6, no change in 100 days of structured trials; 7 of 7 forms answered",
        "Function is not better by the questionnaire",
        "after 90 days or more",
        "pain has come back after no dated cycle",
        "imaging only if it would change it",
        "Only a clinician&#x27;s decision.",
        "Work it out again",
    ):
        assert words in page, words


def test_the_worklist_shows_and_filters_it(unchanged, dr_kim, sign_in, now):
    sweep(now)
    desk = sign_in(dr_kim)
    page = desk.get(reverse("worklist"), {"kind": "ceiling"}).content.decode()
    assert "PEG 6 → 6, no change after 100 days" in page
    assert "Maria" not in desk.get(reverse("worklist"), {"kind": "plateau"}).content.decode()


def test_maria_reads_calm_words_once_somebody_looks(unchanged, maria, dr_kim, sign_in, now):
    sweep(now)
    phone = sign_in(maria.user)
    words = "look at the whole plan with you"
    assert words not in phone.get(reverse("progress")).content.decode()
    acknowledge(flag=Flag.objects.get(), by=dr_kim, now=now)
    assert words in phone.get(reverse("progress")).content.decode()
    type(maria).objects.update(language="es")
    page = phone.get(reverse("progress"), headers={"Accept-Language": "es"}).content.decode()
    assert "revisar con usted el plan completo" in page


# ------------------------------------------------------------------ what it costs


def people(number, clinic, by):
    for place in range(number):
        person = PatientFactory(clinic=clinic, by=by, name=f"Person {place}")
        yield EpisodeFactory(patient=person, by=by)


def queries_of_a_sweep(now):
    with CaptureQueriesContext(connection) as asked:
        sweep(now)
    return len(asked)


def test_a_sweep_asks_the_same_of_one_ceiling_and_of_four(northside, dr_kim, protocol, now):
    counted = []
    for number in (1, 1, 4):
        for episode in people(number, northside, dr_kim):
            TrialFactory(episode=episode, by=dr_kim, days_ago=100, window_days=126)
            keep_diary(episode, FALLING[-20:], now.date())
            forms(episode, protocol, now)
        counted.append(queries_of_a_sweep(now))
    assert counted[1] == counted[2]
    assert ceiling_flags().count() == 6


# ------------------------------------------------------------------ version 3.0 asks for more


def test_one_point_of_a_peg_is_within_its_error_and_no_improvement(
    long_trial, episode, protocol, now
):
    keep_diary(episode, FALLING, now.date())
    forms(episode, protocol, now, (6, 6, 6, 6, 6, 6, 5))
    sweep(now)
    assert ceiling_flags().get().sentence.startswith("PEG 6 → 5 after 100 days")


def test_an_image_from_before_any_trial_is_no_progress_despite_care(
    long_trial, episode, dr_kim, now
):
    before = an_image(episode, dr_kim, now, days_ago=400)
    an_image(
        episode, dr_kim, now, days_ago=200, compared_with=before, comparison="changed",
        disc_progressed=True,
    )  # fmt: skip
    keep_diary(episode, [6] * 101, now.date())
    sweep(now)
    assert Flag.objects.get().kind == Kind.PLATEAU


def test_after_the_third_cycles_own_window_the_ceiling_speaks(injected, dr_kim, now):
    """Two returns, a third injection without relief: silent while it may still help, not for ever."""
    decide(dr_kim, now, "continue", next_check_on=now.date() + timedelta(days=1))
    an_injection(injected, dr_kim, now)
    window = injected.trials.order_by("-started_on").first().length_days
    days = (1, window - 1, window)
    for day in days:
        keep_diary(injected, [6] * 14, (now + timedelta(days=day)).date())
    assert heard_on(injected, now, *days) == [window]


def test_a_ceiling_of_2_1_gives_the_same_signs_as_then(unchanged, episode, now):
    """As it was kept then: days of cycles and images alone, and function as a share."""
    sweep(now)
    finding = Flag.objects.get().findings.get()
    history = history_of(episode.pk, 14, now.date())
    kept = signs_in(pathway_2_1(history, now.date(), plateau=False), finding.protocol)
    finding.numbers = {key: kept[key] for key in kept if key not in SINCE_3_0}
    finding.inputs = {**json_2_1(history), "plateau": False}
    finding.rule_version = "2.1"

    again = explain_module._explained(finding)
    assert again.is_same
    assert again.finding.numbers["function_share"] == 1.0
