"""The evidence on one page: everything that was written down, missing said, in few queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Decision, Episode, Flag, TierTrial
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.records import withdraw_record
from patients.record.selectors.evidence import evidence
from patients.record.selectors.record import read as read_record
from patients.review.queue import mark_review_due
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import correct, decide
from patients.worklist.actions.effects import Choice
from tests.factories import LogFactory, TrialFactory, keep_diary
from tests.pages import drawn
from tests.patients.record_data import (
    a_block,
    a_medicine,
    a_plan,
    a_programme,
    a_session,
    an_image,
    an_injection,
    relief,
)
from tests.stage import staged

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)
LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8

# The least important change of PEG, beside each score.
COUNTS_FROM = '<span class="small muted">counts from a change of 1</span>'


@staged
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def page_of(flag, desk):
    return drawn(desk.get(reverse("flag", args=[flag.pk])))


def everything(episode, by, now, times=1):
    for turn in range(times):
        a_plan(episode, by, now)
        programme = a_programme(episode, by, now)
        for days_ago in (3, 10, 17):
            a_session(programme, by, now, days_ago=days_ago, attended=days_ago != 10)
        a_medicine(episode, by, now, name=f"Naproxen {turn}", side_effect="Heartburn")
        relief(a_block(episode, by, now), by, now, after=2, pain=(8, 1))
        relief(an_injection(episode, by, now), by, now, after=3, pain=(8, 6))
        before = an_image(episode, by, now, days_ago=400 + turn)
        an_image(episode, by, now, compared_with=before, comparison="unchanged")


def test_one_page_holds_what_was_tried_with_relief_comparison_and_why(
    flag, episode, dr_kim, desk, now
):
    everything(episode, dr_kim, now)
    page = page_of(flag, desk)
    for words in (
        "2 of 3 sessions attended",
        "not answered",
        "Naproxen 0", "Side effect:", "Heartburn",
        "After 2 hours: 8 → 1, 88 % relief", "After 3 weeks: 8 → 6, 25 % relief",
        "Unchanged", "compared with Jan 26, 2025",
        "Not asked yet: it is asked at the end of a trial.",
        "rule plateau 3.", "Measured with rules 3.",
        "Nothing yet.",
    ):  # fmt: skip
        assert words in page, words


def test_missing_is_said_and_never_filled(flag, desk):
    page = page_of(flag, desk)
    for words in (
        "None recorded. That does not mean none taken.", "None recorded.", "1 missing",
        "Cannot tell yet: 56 days of 42 needed; nothing recorded of sessions",
    ):  # fmt: skip
        assert words in page, words


def test_a_sentence_of_another_day_than_the_numbers_says_so(flag, episode, desk, now):
    assert "As it was on" not in page_of(flag, desk)
    tomorrow = now + timedelta(days=1)
    mark_review_due(episode=episode, now=tomorrow)
    review_due_trials(now=tomorrow)
    assert "As it was on Mar 2; the numbers are from Mar 3." in page_of(flag, desk)


def test_the_programme_at_home_is_counted_from_the_logs(trial, episode, desk, now):
    for back, done in enumerate(["done", "some", "none", "rest", ""] * 4):
        day = now.date() - timedelta(days=back)
        LogFactory(episode=episode, local_date=day, average_pain=6, programme=done)
    keep_diary(episode, [6] * 36, now.date() - timedelta(days=20))
    review_due_trials(now=now)
    page = page_of(Flag.objects.get(), desk)
    assert "50 % (4 done, 4 some, 4 not)" in page
    assert "Not adequate" in page


def test_overall_change_is_the_patients_own_word(flag, episode, maria, protocol, desk, now):
    instrument = protocol.instruments.get(key="pgic")
    episode.scores.create(
        instrument=instrument, submission_id=uuid4(), completed_at=now, local_date=now.date(),
        total=3, percent=33, entered_by=maria.user,
    )  # fmt: skip
    assert "3 of 7 on Mar 2, 2026" in page_of(flag, desk)


def test_function_and_interference_are_lines_beside_the_pain(
    flag, episode, maria, protocol, desk, now
):
    for weeks in (6, 2):
        form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 5))
        then = now - timedelta(weeks=weeks)
        record_peg(episode=episode, form=form, by=maria.user, now=then)
    for back in range(7):
        day = now.date() - timedelta(days=back)
        LogFactory(episode=episode, local_date=day, average_pain=6, interference=4)
    page = page_of(flag, desk)
    assert "PEG, a tenth of its 0 to 100" in page
    assert (
        f"<li>PEG 5, Feb 16, 2026 {COUNTS_FROM}</li> <li>PEG 5, Jan 19, 2026 {COUNTS_FROM}</li>"
        in page
    )
    assert "How much it got in the way, 7-day average" in page
    tracks = evidence(flag, flag.trial, now.date()).chart.tracks
    assert [track.joined for track in tracks] == [False, True]
    assert tracks[1].path.count("L") == 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(2, 5, "+3.0 points"), (8, 7, "-1.0 points"), (6, 6, "0.0 points")],
)
def test_a_change_carries_its_sign(before, after, words, episode, dr_kim, protocol, desk, now):
    TrialFactory(episode=episode, by=dr_kim, usual_pain=before)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    keep_diary(episode, [before] * 14 + [after] * 42, now.date())
    review_due_trials(now=now)
    assert f"<dd>{words}</dd>" in page_of(flag, desk)


def test_what_the_logs_cannot_say_is_said_in_words(episode, dr_kim, desk, now):
    TrialFactory(episode=episode, by=dr_kim, usual_pain=None, days_ago=20)
    review_due_trials(now=now)
    page = page_of(Flag.objects.get(), desk)
    for words in (
        "not known", "too few logs to say, from 0 days", "not known without a start",
        "not ended yet",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    ("later", "words"),
    [(3, "PEG 6 → 3"), (9, "PEG 6 → 9"), (6, "PEG 6 → 6, no change")],
)
def test_function_names_the_form_and_both_scores(
    later, words, trial, episode, maria, protocol, desk, now
):
    for weeks, score in ((8, 6), (6, later), (4, later), (2, later), (0, later)):
        form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", score))
        record_peg(episode=episode, form=form, by=maria.user, now=now - weeks * WEEK)
    asked = request_review(episode=episode, reason="", protocol=protocol, now=now)
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    assert f"<dd>{words}</dd>" in page_of(asked, desk)


def test_the_newest_six_forms_are_listed_and_the_others_counted(
    flag, episode, maria, protocol, desk, now
):
    for weeks in range(8):
        form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", weeks))
        record_peg(episode=episode, form=form, by=maria.user, now=now - weeks * WEEK)
    page = page_of(flag, desk)
    assert f"<li>PEG 0, Mar 2, 2026 {COUNTS_FROM}</li>" in page
    assert f"<li>PEG 5, Jan 26, 2026 {COUNTS_FROM}</li>" in page
    assert "<li>PEG 6," not in page
    assert "2 earlier ones are in the timeline." in page


def test_the_page_takes_at_most_twelve_queries_however_long_the_record_is(
    flag, episode, dr_kim, desk, now, django_assert_max_num_queries, django_assert_num_queries
):
    url = reverse("flag", args=[flag.pk])
    desk.get(url)  # signing in has its own
    with django_assert_max_num_queries(12) as few:
        desk.get(url)
    everything(episode, dr_kim, now, times=4)
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=9)
    choice = Choice(kind="continue", reason="other", next_check_on=now.date())
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=now)
    correct(decision=decision, note="x", by=dr_kim, now=now)
    with django_assert_num_queries(len(few)):
        desk.get(url)


def test_the_record_comes_back_as_the_rows_it_was_read_from(flag, episode, dr_kim, now):
    everything(episode, dr_kim, now)
    choice = Choice(kind="reassess", reason="other", note="Über 7 °")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    own = Episode.objects.select_related("patient__clinic").get(pk=episode.pk)
    record = read_record(own)
    for rows, model in ((record.trials, TierTrial), (record.decisions, Decision)):
        for row in rows:
            kept = model.objects.get(pk=row.pk)
            for field in model._meta.concrete_fields:
                assert getattr(row, field.attname) == getattr(kept, field.attname), field.name
    assert [each.modality.title for each in record.medicines] == [
        "Anti-inflammatory medicine (NSAID)"
    ]
    assert record.decisions[0].decided_by.name == "Dr. Kim"
    assert record.trials[0].ended_by_id is None


def test_what_was_taken_back_is_left_out(flag, episode, dr_kim, desk, now):
    course = a_medicine(episode, dr_kim, now)
    withdraw_record(record=course, by=dr_kim, now=now)
    assert "Naproxen" not in page_of(flag, desk)
