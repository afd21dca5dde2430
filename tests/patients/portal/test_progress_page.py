"""My progress: one sentence, a chart with gaps, the same as a table."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from patients.logs.actions.log import withdraw_log
from patients.models import Flag, Procedure
from patients.portal.selectors.progress import events
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_total,
)
from patients.record.actions.trials import start_cycle
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, LogFactory, TrialFactory, keep_diary
from tests.pages import drawn

PAGE = "/progress/"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def test_the_course_in_one_sentence(phone, trial, episode, now):
    keep_diary(episode, [5, 5, 5, 6, 5, 5, 5, 5, None, 5, 4, 4, 5, 5], now.date())

    page = text(phone.get(PAGE))

    assert "Average last 7 days: 4.7." in page
    assert "The 7 days before: 5.1." in page
    assert "You logged 6 of 7 days." in page
    assert "a little higher" not in page


def test_a_higher_week_is_said_calmly(phone, trial, episode, now):
    keep_diary(episode, [5] * 7 + [6] * 7, now.date())

    page = text(phone.get(PAGE))

    assert "Your last 7 days were a little higher than the week before. This is common." in page


def test_before_the_first_log_there_is_a_way_to_it(phone, trial):
    page = text(phone.get(PAGE))

    assert "Nothing to show yet" in page
    assert 'href="/log/"' in page
    assert 'class="plot' not in page


def test_the_last_log_of_the_day_is_the_days_value_and_zero_counts(phone, trial, episode, now):
    LogFactory(episode=episode, average_pain=7)
    LogFactory(episode=episode, average_pain=0, now=now + timedelta(hours=5))

    page = phone.get(PAGE)

    assert page.context["days"] == {date(2026, 3, 2): 0}
    assert "Too few logs in the last 7 days for an average." in text(page), "one log is no week"


def test_a_log_taken_back_leaves_a_gap(phone, trial, episode, now):
    log = LogFactory(episode=episode)
    withdraw_log(log=log, now=now)

    assert "Nothing to show yet" in text(phone.get(PAGE))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("?period=4-weeks", date(2026, 2, 3)),
        ("?period=12-weeks", date(2025, 12, 9)),
        ("", date(2025, 12, 9)),
        ("?period=for-ever", date(2025, 12, 9)),
        ("?period=all", date(2026, 1, 12)),
    ],
)
def test_she_chooses_how_far_back_to_look(phone, trial, episode, now, asked, first):
    keep_diary(episode, [6] * 50, now.date())

    chart = phone.get(PAGE + asked).context["trend"]

    assert (chart.first, chart.last) == (first, date(2026, 3, 2))


def test_steps_treatments_and_messages_are_marked(phone, trial, episode, dr_kim, now):
    later = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=20)
    injection = later.tier.protocol.modalities.get(key="epidural-steroid-injection")
    start_cycle(trial=later, modality=injection, started_on=date(2026, 2, 15), by=dr_kim)
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    choice = Choice(
        kind="continue", reason="improving_slowly", patient_sentence="We go on.",
        next_check_on=date(2026, 3, 16),
    )  # fmt: skip
    decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)

    page = text(phone.get(PAGE))

    for words in (
        "Step 2, Physical and manual therapy: since Jan 5",
        "Step 4, Image-guided interventions: since Feb 10",
        injection.title,
        "Message from your care team",
    ):
        assert words in page
    assert "needs" not in page.split("<main")[1].split("<footer")[0]


def test_a_block_is_marked_a_treatment_taken_back_is_not(phone, trial, episode, dr_kim, now):
    modalities = trial.tier.protocol.modalities
    block, shot = (
        modalities.get(key=key) for key in ("medial-branch-block", "epidural-steroid-injection")
    )
    LogFactory(episode=episode)
    wrong = start_cycle(trial=trial, modality=shot, started_on=now.date(), by=dr_kim)
    for modality, cycle, withdrawn in ((block, None, None), (shot, wrong, now)):
        Procedure.objects.create(
            episode=episode, modality=modality, purpose="injection" if cycle else "diagnostic",
            level="L4/5", side="left", done_on=date(2026, 2, 20), cycle=cycle, recorded_at=now,
            recorded_by=dr_kim, withdrawn_at=withdrawn, withdrawn_by=dr_kim if withdrawn else None,
        )  # fmt: skip

    page = text(phone.get(PAGE))

    assert f"{block.title}, <time" in page
    assert shot.title not in page


def test_regions_and_questionnaires_have_small_charts_over_the_same_days(
    phone, trial, episode, protocol, now
):
    for offset in range(10):
        LogFactory(
            episode=episode, local_date=now.date() - timedelta(offset), leg_pain=0, back_pain=5
        )
    for key, total, ago in (("rmdq", 12, 3), ("peg", 4, 9), ("peg", 3, 2), ("pgic", 2, 1)):
        record_total(
            episode=episode, total=total, by=episode.patient.user, now=now - timedelta(ago),
            form=FilledForm(protocol.instruments.get(key=key), uuid4(), {}),
        )  # fmt: skip

    page = phone.get(PAGE + "?period=4-weeks")

    panels = page.context["panels"]
    assert [panel.chart.name for panel in panels] == [
        "Back", "Leg", "Daily life questions", "Low back questions",
    ]  # fmt: skip
    assert {(panel.chart.first, panel.chart.last) for panel in panels} == {
        (date(2026, 2, 3), date(2026, 3, 2))
    }
    assert page.context["weeks"][0].averages == (6, 5, 0, 3, 12), "this week has one day so far"
    assert "See all measures week by week" in text(page)


def test_without_other_measures_there_is_only_pain(phone, trial, episode):
    LogFactory(episode=episode)

    assert "Where it hurts" not in text(phone.get(PAGE))


def test_what_matters_to_her_comes_first_with_where_it_began(
    phone, trial, episode, protocol, maria, now
):
    LogFactory(episode=episode)
    then = now - timedelta(days=70)
    choose_activities(episode=episode, wordings=["Lift my grandchild", "Sleep"], now=then)
    mine = protocol.instruments.get(key="my-three-activities")
    for at, lift, sleep in ((then, 5, None), (now, 3, 4)):
        answers = {"activity-one": lift, "activity-two": sleep}
        form = FilledForm(mine, uuid4(), answers if sleep else {"activity-one": lift})
        record_activities(episode=episode, form=form, by=maria.user, now=at)

    page = text(phone.get(PAGE))
    assert page.index("What matters to you") < page.index('class="plot')
    assert [(one.name, one.first, one.latest) for one in phone.get(PAGE).context["activities"]] == [
        ("Lift my grandchild", 5, 3), ("Sleep", None, 4),
    ]  # fmt: skip
    assert "Lower is better." in page


def test_a_day_can_be_read_where_there_is_script(phone, trial, episode, now):
    keep_diary(episode, [5] * 10, now.date())
    page = text(phone.get(PAGE))

    assert 'data-reads="pain" data-first="2025-12-09" data-none="nothing logged" hidden>' in page
    assert 'min="0" max="83" value="83"' in page


def test_another_persons_days_stay_out(sign_in, trial, episode, stella, dr_strand, now):
    LogFactory(episode=episode)
    EpisodeFactory(patient=stella, by=dr_strand)

    assert "Nothing to show yet" in text(sign_in(stella.user).get(PAGE))


def test_the_number_of_queries_is_constant(
    phone, trial, episode, now, django_assert_max_num_queries
):
    keep_diary(episode, [6] * 56, now.date())
    phone.get(PAGE)
    with django_assert_max_num_queries(12):
        phone.get(PAGE)


def test_staff_are_sent_away(sign_in, dr_kim, sam, ada):
    for person in (dr_kim, sam, ada):
        assert sign_in(person).get(PAGE).status_code == 403


def test_two_messages_of_one_day_are_one_mark(now):
    day = now.date()
    marks = events(treatments=[(day, "TENS")], messages=[day, day - timedelta(days=1), day])
    assert [mark.words for mark in marks] == ["TENS", *["Message from your care team"] * 2]
