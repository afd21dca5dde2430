"""Home asks for a log when the protocol's cadence does, and for the complaint that is meant."""

import re
from datetime import date, timedelta

import pytest

from patients.models import SymptomLog, TrialReview
from patients.record.actions.trials import end_trial
from tests.factories import EpisodeFactory, LogFactory, TrialFactory, keep_diary
from tests.pages import drawn

LATELY = [5] * 13


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


@pytest.fixture
def stable(trial, episode, now):
    """Maria in week nine, logging daily to yesterday: once a week is enough from now on."""
    keep_diary(episode, LATELY, now.date() - timedelta(days=1))
    return trial


def text(response):
    return drawn(response)


def test_on_a_stable_course_nothing_is_asked_for_until_the_day_that_is_named(phone, stable):
    page = text(phone.get("/home/"))

    assert "Nothing to log today." in page
    assert "Your next log: Sunday, March 8" in page
    assert "Log today anyway" in page
    assert "It takes about 30 seconds." not in page


def test_one_may_always_log_anyway(phone, stable, episode, now):
    LogFactory(episode=episode)

    page = text(phone.get("/home/"))

    assert "You logged today. Thank you." in page
    assert "Your next log: Monday, March 9" in page


def test_early_in_a_step_tomorrow_is_next(phone, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, days_ago=10)
    LogFactory(episode=episode)

    assert "Your next log: Tuesday, March 3" in text(phone.get("/home/"))


def test_a_course_that_gets_worse_is_followed_daily(phone, stable):
    TrialReview.objects.update(status=4)

    assert "It takes about 30 seconds." in text(phone.get("/home/"))


def test_the_saved_page_names_the_next_log(phone, stable, episode):
    log = LogFactory(episode=episode)

    page = text(phone.get(f"/log/{log.pk}/saved/"))

    assert "Your next log: Monday, March 9" in page


class TestTwoComplaints:
    @pytest.fixture
    def neck(self, maria, trial, dr_kim):
        """A neck complaint, opened after that of the back."""
        return EpisodeFactory(patient=maria, by=dr_kim, region="neck")

    def test_one_complaint_is_not_named(self, phone, trial):
        for url in ("/home/", "/log/", "/progress/"):
            assert "Your back" not in text(phone.get(url))

    def test_the_newest_comes_first(self, phone, episode, neck):
        assert phone.get("/home/").context["episode"] == neck

    def test_every_page_names_them_and_lets_her_choose(self, phone, episode, neck):
        for url in ("/home/", "/log/", "/progress/", "/my-pathway/", "/visit-brief/", "/review/"):
            newest = text(phone.get(f"{url}?complaint={neck.pk}"))
            other = text(phone.get(f"{url}?complaint={episode.pk}"))
            assert f'<a href="?complaint={neck.pk}" aria-current="page">Your neck' in newest
            assert f'<a href="?complaint={episode.pk}">Your back' in newest
            assert f'<a href="?complaint={episode.pk}" aria-current="page">Your back' in other

    def test_a_log_is_saved_for_the_one_that_was_chosen(self, phone, episode, neck):
        url = f"/log/?complaint={episode.pk}"
        form = phone.get(url).context["form"]
        hidden = {field.name: str(field.value()) for field in form.hidden_fields()}

        saved = phone.post(url, {**hidden, "average_pain": "4"}, follow=True)

        assert SymptomLog.objects.get().episode == episode
        assert "Your log for March 2 is saved. It is about your back." in text(saved)

    def test_links_of_home_keep_the_choice(self, phone, episode, neck):
        page = phone.get(f"/home/?complaint={episode.pk}").content.decode()

        for url in ("/log/", "/progress/", "/review/"):
            assert f'href="{url}?complaint={episode.pk}"' in page

    def test_a_form_stays_with_its_complaint_when_another_tab_chooses(self, phone, episode, neck):
        for url in ("/questionnaires/check-in/", "/review/", "/visit-brief/", "/activities/"):
            page = phone.get(f"{url}?complaint={episode.pk}").content.decode()
            phone.get(f"/home/?complaint={neck.pk}")

            action = re.search(r'class="form" method="post" action="([^"]+)"', page)[1]

            assert phone.get(action).context["episode"] == episode

    def test_the_choice_holds_for_the_pages_that_follow(self, phone, episode, neck):
        phone.get(f"/home/?complaint={episode.pk}")

        assert phone.get("/progress/").context["episode"] == episode
        assert phone.get(f"/progress/?complaint={neck.pk}").context["episode"] == neck
        assert phone.get("/home/").context["episode"] == neck

    def test_somebody_elses_complaint_cannot_be_chosen(self, phone, neck, stella, dr_strand):
        theirs = EpisodeFactory(patient=stella, by=dr_strand)

        page = phone.get(f"/home/?complaint={theirs.pk}")

        assert page.context["episode"] == neck

    def test_a_progress_page_shows_the_chosen_ones_days_only(self, phone, episode, neck, now):
        keep_diary(episode, [2, 2, 2], now.date())
        keep_diary(neck, [9], now.date())

        days = phone.get(f"/progress/?complaint={episode.pk}").context["days"]

        assert set(days.values()) == {2}
        assert max(days) == date(2026, 3, 2)


def test_between_steps_once_a_week(phone, trial, episode, dr_kim, now):
    keep_diary(episode, LATELY, now.date())
    end_trial(trial=trial, outcome="responded", by=dr_kim, today=now.date())

    assert "Your next log: Monday, March 9" in text(phone.get("/home/"))
