"""Questions about daily life: asked in their own words, checked, sent once."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import FunctionScore, OwnActivity
from tests.factories import EpisodeFactory

PEG, MINE, CHOOSE = "/questions/peg/", "/questions/my-three-activities/", "/activities/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return " ".join(response.content.decode().split())


def peg(**given):
    answers = {"peg-pain": "0", "peg-enjoyment": "4", "peg-activity": "5"}
    return {"submission_id": str(uuid4()), **answers, **given}


class TestPeg:
    def test_the_items_are_shown_as_published_with_their_source(self, phone, protocol):
        page = text(phone.get(PEG))

        for item in protocol.instruments.get(key="peg").items_to_show():
            assert item.text in page
        assert "J Gen Intern Med 2009" in page
        assert "checked" not in page

    def test_answers_are_checked_before_they_are_sent(self, phone):
        page = text(phone.post(PEG, peg()))

        assert "Check your answers before you send them" in page
        assert 'name="peg-pain" value="0"' in page
        assert not FunctionScore.objects.exists()

    def test_change_goes_back_with_the_answers(self, phone):
        page = phone.post(PEG, peg(change="peg-pain"))

        assert page.status_code == 200
        assert "Continue</button>" in text(page)
        assert page.context["form"]["peg-enjoyment"].value() == "4"
        assert not FunctionScore.objects.exists()

    def test_sent_twice_counts_once(self, phone, episode):
        form = peg(send="yes")

        pages = [phone.post(PEG, form, follow=True) for _ in range(2)]

        score = FunctionScore.objects.get()
        assert (score.total, score.percent, score.episode) == (3, 30, episode)
        assert {page.redirect_chain[0][0] for page in pages} == {
            reverse("function_done", args=[score.pk])
        }
        assert "Thank you. Your answers were sent." in text(pages[1])
        assert "The next check is on Monday, March 30." in text(pages[1])

    def test_a_question_left_out_is_asked_for(self, phone):
        page = phone.post(PEG, peg(**{"peg-pain": ""}))

        assert page.status_code == 422
        assert "Choose a number from 0 to 10" in text(page)


class TestOwnActivities:
    def test_they_are_chosen_first_in_her_own_words(self, phone, episode):
        first = phone.get(MINE)
        chosen = phone.post(CHOOSE, {"first": "Walk to the shop", "second": "Sleep"}, follow=True)

        assert first.url == CHOOSE
        assert "Walk to the shop: how hard was it this past week?" in text(chosen)
        assert "could not do it" in text(chosen)
        assert [one.wording for one in episode.activities.order_by("position")] == ["Walk to the shop", "Sleep"]  # fmt: skip

    def test_one_is_needed(self, phone):
        page = phone.post(CHOOSE, {"second": "Sleep"})

        assert page.status_code == 422
        assert "Name one activity" in text(page)

    def test_others_can_be_chosen_and_the_first_ones_stay_in_the_record(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})
        page = phone.get(CHOOSE)
        phone.post(CHOOSE, {"first": "Swim"})

        assert page.context["form"]["second"].value() == "Sleep"
        assert "your earlier answers stay in your record" in text(page)
        assert OwnActivity.objects.count() == 3
        assert [one.wording for one in OwnActivity.objects.filter(retired_at=None)] == ["Swim"]

    @pytest.fixture
    def three(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep", "third": "Garden"})

    def test_one_of_three_may_be_left_out_and_higher_is_harder(self, phone, three):
        answers = {"submission_id": str(uuid4()), "activity-one": "6", "activity-three": "8"}

        checked = text(phone.post(MINE, answers))
        phone.post(MINE, {**answers, "send": "yes"})

        score = FunctionScore.objects.get()
        assert "Not provided" in checked
        assert (score.total, score.percent) == (7, 70)
        assert score.answers == {"activity-one": 6, "activity-two": None, "activity-three": 8}

    def test_two_of_three_may_not(self, phone, three):
        page = phone.post(MINE, {"submission_id": str(uuid4()), "activity-one": "6", "send": "yes"})

        assert page.status_code == 422
        assert "Choose a number for at least two activities" in text(page)
        assert not FunctionScore.objects.exists()

    def test_with_two_activities_both_are_needed(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})

        page = phone.post(MINE, {"submission_id": str(uuid4()), "activity-one": "6"})

        assert page.status_code == 422


@pytest.mark.parametrize("key", ["odi", "ndi", "rmdq", "nrs", "no-such"])
def test_what_is_not_ours_to_ask_here_is_no_page(phone, key):
    assert phone.get(f"/questions/{key}/").status_code == 404


def test_another_patients_answers_do_not_exist(phone, sign_in, stella, dr_strand):
    phone.post(PEG, peg(send="yes"))
    EpisodeFactory(patient=stella, by=dr_strand)
    url = reverse("function_done", args=[FunctionScore.objects.get().pk])

    assert sign_in(stella.user).get(url).status_code == 404


def test_after_the_planned_end_the_team_talks_about_it_anyway(sign_in, maria, episode, dr_kim):
    page = sign_in(maria.user).post(PEG, peg(send="yes"), follow=True)

    assert "Your care team will talk about them with you." in text(page)


def test_staff_are_sent_away(sign_in, dr_kim):
    for page in (PEG, CHOOSE):
        assert sign_in(dr_kim).get(page).status_code == 403
