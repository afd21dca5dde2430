"""Today: Maria's first page in every state, calm in all of them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from pathway.rules import Status
from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.models import Flag, Kind, TierTrial, TrialReview
from patients.questionnaires.actions.scores import FilledForm, record_overall_change, record_total
from patients.record.actions.trials import end_trial, start_cycle
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, LogFactory, TrialFactory, keep_diary
from tests.pages import drawn

HOME = "/home/"
LOOKING = "Your care team is looking at your answers to see what could help more."


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def test_on_the_first_day_she_is_welcome(phone, trial):
    page = text(phone.get(HOME))

    assert "Hello, Maria</h1>" in page
    assert "Welcome. Start with your first log. It takes about 30 seconds." in page
    assert "Step 2 of 5: Physical and manual therapy" in page
    assert "Day 57 of 84" in page
    assert "Next check: Monday, March 30" in page
    assert "You have no visits booked." in page
    assert "We do not watch these answers day and night." in page
    assert "Get help now" in page


def test_after_logging_she_is_thanked_and_can_change_it(phone, trial, episode):
    log = LogFactory(episode=episode, average_pain=0)

    page = text(phone.get(HOME))

    assert "You logged today. Thank you." in page
    assert "Pain 0" in page
    assert f'href="/log/{log.pk}/change/">Change today' in page
    assert "Welcome" not in page


def test_a_log_for_today_that_was_made_yesterday_elsewhere_cannot_be_changed(phone, trial, episode):
    """She flew west: what she logged after midnight in New York is still her day in Honolulu."""
    log = LogFactory(episode=episode)
    episode.patient.time_zone = "Pacific/Kiritimati"
    episode.patient.save()

    assert f"/log/{log.pk}/change/" not in text(phone.get(HOME))


def test_before_an_episode_is_open_there_is_nothing_to_do(phone, maria):
    page = text(phone.get(HOME))

    assert "Your account is ready. Start with some questions." in page
    assert "555-0100" in page


def test_between_steps_the_care_team_chooses(phone, episode):
    page = text(phone.get(HOME))

    assert "Your care team will choose your next step with you." in page
    assert "To do" not in page


def test_past_the_planned_end_no_check_is_invented(phone, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, days_ago=90)

    page = text(phone.get(HOME))

    assert "You are at the planned end of this step." in page
    assert "of 84" not in page
    assert "Next check" not in page


class TestMessages:
    @pytest.fixture
    def flag(self, trial, episode, now):
        keep_diary(episode, [6] * 56, now.date())
        review_due_trials(now=now)
        return Flag.objects.get(kind=Kind.PLATEAU)

    def test_a_plateau_is_not_told_before_somebody_has_taken_it_on(self, phone, flag):
        page = text(phone.get(HOME))

        assert LOOKING not in page
        assert "level" not in page
        assert flag.sentence not in page

    def test_an_acknowledged_flag_is_told_calmly(self, phone, flag, dr_kim, now):
        acknowledge(flag=flag, by=dr_kim, now=now)

        assert LOOKING in text(phone.get(HOME))
        assert "Your scores have been fairly level lately." in text(phone.get("/progress/"))

    def test_what_the_clinician_wrote_stands_with_name_and_day(self, phone, flag, dr_kim, now):
        choice = Choice(
            kind="continue", reason="improving_slowly", note="stubborn back",
            patient_sentence="Let us go on for two more weeks.", next_check_on=date(2026, 3, 16),
        )  # fmt: skip
        decide(flag=flag, choice=choice, by=dr_kim, now=now)

        page = text(phone.get(HOME))

        assert "Let us go on for two more weeks." in page
        assert "Dr. Kim, March 2" in page
        assert "Next check: Monday, March 16" in page
        assert "stubborn" not in page

    def test_improving_is_said_in_the_protocols_words(self, phone, trial, episode, now):
        keep_diary(episode, [max(2, 8 - day // 7) for day in range(56)], now.date())
        review_due_trials(now=now)

        page = text(phone.get("/progress/"))

        assert "your pain has averaged about" in page or "right direction" in page
        assert "{" not in page.split("<main")[1].split("</main")[0]

    @pytest.mark.parametrize(("every", "is_said"), [(1, True), (3, False)])
    def test_an_average_is_said_of_enough_days_only(
        self, phone, trial, episode, now, every, is_said
    ):
        course = [max(1, 7 - day // 5) for day in range(56)]
        for ago, score in enumerate(reversed(course)):
            if ago % every == 0:
                day = now.date() - timedelta(days=ago)
                LogFactory(episode=episode, local_date=day, average_pain=score)
        review_due_trials(now=now)
        page = text(phone.get("/progress/"))
        assert ("your pain has averaged about 1.0" in page) == is_said
        assert ("Your scores are moving in the right direction." in page) != is_said

    def test_before_the_first_step_a_safety_answer_is_told_as_well(
        self, phone, episode, protocol, maria, now
    ):
        question = protocol.safety_questions.get(key="bladder")
        answer_safety(
            episode=episode, yes_to=[question], submission_id="8c2c1a52-5a3e-4a5c-9d92-1c1c1c1c1c1c",
            by=maria.user, now=now,
        )  # fmt: skip

        page = text(phone.get(HOME))
        assert "They will speak with you before the plan goes on." in page

    def test_an_open_safety_answer_comes_first(self, phone, flag, episode, protocol, maria, now):
        question = protocol.safety_questions.get(key="bladder")
        answer_safety(
            episode=episode, yes_to=[question], submission_id="8c2c1a52-5a3e-4a5c-9d92-1c1c1c1c1c1c",
            by=maria.user, now=now,
        )  # fmt: skip

        assert "They will speak with you before the plan goes on." in text(phone.get(HOME))

    def test_a_message_is_only_for_the_patient_it_was_written_for(
        self, sign_in, flag, dr_kim, now, stella, dr_strand
    ):
        choice = Choice(kind="not_relevant", reason="other", patient_sentence="All is well, Maria.")
        decide(flag=flag, choice=choice, by=dr_kim, now=now)
        EpisodeFactory(patient=stella, by=dr_strand)

        assert "All is well" not in text(sign_in(stella.user).get(HOME))


class TestRelapse:
    @pytest.fixture
    def told(self, phone, episode, dr_kim, now):
        def after(scores, **cycle):
            trial = TrialFactory(
                episode=episode,
                by=dr_kim,
                level=4,
                days_ago=55,
                pain_before=7.0,
                starts_with_cycle=True,
            )
            if cycle:
                modality = trial.tier.protocol.modalities.get(key=cycle["modality"])
                start_cycle(trial=trial, modality=modality, started_on=trial.started_on, by=dr_kim)
            keep_diary(episode, scores, now.date())
            review_due_trials(now=now)
            return text(phone.get(HOME))

        return after

    def test_it_names_the_treatment(self, told):
        page = told(
            [7, 3, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2] + [7] * 44, modality="epidural-steroid-injection"
        )

        assert (
            "Your pain eased after epidural steroid injection and is now about where it was before."
            in page
        )

    def test_without_a_recorded_cycle_it_stays_general(self, told):
        page = told([7, 3, 2, 2, 2, 2, 3, 2, 2, 2, 2, 2] + [7] * 44)

        assert "Your pain eased after your last treatment and is now" in page


def asks_overall_change(phone):
    return "pgic" in {
        one.key for page in phone.get(HOME).context["due"] for one in page.instruments
    }


class TestToDo:
    def test_both_pages_of_questions_are_due_at_the_start(self, phone, trial):
        page = text(phone.get(HOME))

        assert "To do (2)" in page
        for key in ("check-in", "rmdq"):
            assert f'/questionnaires/{key}/">' in page
        assert "Weekly check-in · 2 min" in page
        assert "Low back questions · 3 min" in page

    @pytest.mark.parametrize(("key", "days"), [("peg", 7), ("rmdq", 28)])
    def test_each_is_due_again_in_its_own_time(
        self, phone, trial, episode, protocol, now, key, days
    ):
        answered = FilledForm(protocol.instruments.get(key=key), uuid4(), {})
        record_total(episode=episode, form=answered, total=0, by=episode.patient.user, now=now)
        for ago, expected in ((days - 1, False), (days, True)):
            episode.scores.update(local_date=now.date() - timedelta(days=ago))
            due = phone.get(HOME).context["due"]
            assert (key in {one.key for page in due for one in page.instruments}) is expected

    def test_a_step_that_does_not_ask_has_nothing_due(self, phone, episode, dr_kim):
        TrialFactory(episode=episode, by=dr_kim, level=5, days_ago=3, window_days=14)

        assert "To do" not in text(phone.get(HOME))

    @pytest.mark.parametrize(
        ("days_ago", "asked"), [(83, False), (84, True), (84 + 28, True), (84 + 29, False)]
    )
    def test_overall_change_is_asked_in_the_four_weeks_after_the_planned_end(
        self, phone, episode, dr_kim, days_ago, asked
    ):
        TrialFactory(episode=episode, by=dr_kim, days_ago=days_ago, window_days=84)

        assert asks_overall_change(phone) is asked

    def test_a_step_that_ended_within_a_week_is_not_looked_back_on(
        self, phone, episode, dr_kim, now
    ):
        short = TrialFactory(episode=episode, by=dr_kim, days_ago=6)
        end_trial(trial=short, outcome=TierTrial.Outcome.UNKNOWN, by=dr_kim, today=now.date())

        assert not asks_overall_change(phone)

    def test_answered_for_one_step_it_is_asked_again_for_the_next(
        self, phone, trial, episode, dr_kim, protocol, now
    ):
        form = FilledForm(protocol.instruments.get(key="pgic"), uuid4(), {"pgic-change": 3}, trial)
        record_overall_change(episode=episode, form=form, by=episode.patient.user, now=now)
        later = TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=40, window_days=42)
        assert not asks_overall_change(phone)

        end_trial(trial=later, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date())
        assert asks_overall_change(phone)


def test_the_number_of_queries_does_not_grow_with_the_diary(
    phone, trial, episode, now, django_assert_max_num_queries
):
    keep_diary(episode, [6] * 56, now.date())
    phone.get(HOME)
    with django_assert_max_num_queries(15):
        phone.get(HOME)


@pytest.mark.parametrize(("days_ago", "said"), [(20, True), (33, False)])
def test_it_is_early_is_said_only_while_it_is(phone, episode, dr_kim, now, days_ago, said):
    TrialFactory(episode=episode, by=dr_kim, days_ago=days_ago)
    keep_diary(episode, [6] * days_ago, now.date())
    review_due_trials(now=now)

    assert TrialReview.objects.get().status == Status.IN_PROGRESS
    assert ("It is early." in text(phone.get(HOME))) is said


def test_staff_are_sent_away(sign_in, dr_kim, sam, ada):
    for person in (dr_kim, sam, ada):
        assert sign_in(person).get(HOME).status_code == 403


def test_the_trial_of_the_highest_running_tier_is_the_step(phone, trial, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=5, window_days=42)

    assert "Step 3 of 5" in text(phone.get(HOME))
    assert TierTrial.objects.active().count() == 2
