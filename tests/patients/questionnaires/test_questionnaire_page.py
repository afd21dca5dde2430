"""Questions about daily life: one a page, in their own words, kept, checked, sent once."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from patients.models import FunctionScore, OwnActivity, TierTrial, UnsentAnswers
from patients.record.actions.language import choose_language
from patients.record.actions.trials import end_trial
from tests.factories import EpisodeFactory, TrialFactory
from tests.pages import drawn

PEG, MINE, TICKS, OVERALL = (
    f"/questionnaires/{key}/" for key in ("peg", "my-three-activities", "rmdq", "pgic")
)
CHOOSE, HOME = "/activities/", "/home/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def answer(phone, form, number, given):
    """Press Continue on one page; returns where it leads."""
    data = {"answer": given} if given != "skip" else {"skip": "yes"}
    page = phone.post(f"{form}{number}/", data)
    assert page.status_code == 302, text(page)
    return page.url


def fill(phone, form, answers):
    for number, given in enumerate(answers, start=1):
        last = answer(phone, form, number, given)
    return last


def send(phone, form):
    check = phone.get(f"{form}check/")
    return phone.post(f"{form}check/", {"submission_id": check.context["form"]["submission_id"].value()})  # fmt: skip


class TestPeg:
    def test_the_first_page_says_what_why_and_how_long(self, phone):
        page = text(phone.get(PEG))

        assert "3 questions, one a page. It takes about 1 minute." in page
        assert "Why we ask" in page
        assert "J Gen Intern Med 2009" in page
        assert f'href="{PEG}1/">Start</a>' in page

    def test_each_item_stands_alone_as_published_with_nothing_chosen(self, phone, protocol):
        for number, item in enumerate(protocol.instruments.get(key="peg").items_to_show(), start=1):
            page = text(phone.get(f"{PEG}{number}/"))
            assert f"Question {number} of 3" in page
            assert f'<legend><h1 lang="en">{item.text}</h1></legend>' in page
            assert f"10 {item.high_anchor}" in page
            assert "checked" not in page.split("<form")[1].split("</form")[0]

    def test_she_stops_and_goes_on_where_she_stopped(self, phone):
        assert answer(phone, PEG, 1, "0") == f"{PEG}2/"

        page = text(phone.get(PEG))
        assert "You have answered 1 of 3. Your answers are kept." in page
        assert f'href="{PEG}2/">Go on where you stopped</a>' in page
        assert "Daily life questions · begun" in text(phone.get(HOME))

    def test_an_answer_is_needed_and_what_was_wrong_is_said(self, phone):
        page = phone.post(f"{PEG}1/", {"answer": ""})

        assert page.status_code == 422
        assert "Choose a number from 0 to 10" in text(page)
        assert "<title>Error:" in text(page)
        assert not UnsentAnswers.objects.exists()

    def test_there_is_no_skipping_what_the_score_needs(self, phone):
        assert "skip" not in text(phone.get(f"{PEG}1/")).split("<main")[1]
        assert phone.post(f"{PEG}1/", {"skip": "yes"}).status_code == 422

    def test_the_answers_are_checked_and_one_is_changed(self, phone):
        assert fill(phone, PEG, ["0", "4", "5"]) == f"{PEG}check/"

        page = text(phone.get(f"{PEG}check/"))
        assert f'href="{PEG}2/?then=check">Change<span class="visually-hidden">' in page
        assert not FunctionScore.objects.exists()

        change = phone.get(f"{PEG}2/?then=check")
        assert change.context["form"]["answer"].value() == 4
        assert change.context["form"]["then"].value() == "check"
        back = phone.post(f"{PEG}2/", {"answer": "6", "then": "check"})
        assert back.url == f"{PEG}check/"
        assert [line[1] for line in phone.get(back.url).context["asking"].lines] == [0, 6, 5]

    def test_sent_it_becomes_a_score_and_nothing_waits(self, phone, episode):
        fill(phone, PEG, ["0", "4", "5"])
        page = phone.get(send(phone, PEG).url)

        score = FunctionScore.objects.get()
        assert (score.total, score.percent, score.episode) == (3, 30, episode)
        assert score.answers == {"peg-pain": 0, "peg-enjoyment": 4, "peg-activity": 5}
        assert not UnsentAnswers.objects.exists()
        assert "Thank you. Your answers were sent." in text(page)
        assert "The next check is on Monday, March 30." in text(page)

    def test_two_taps_two_tabs_and_a_late_retry_send_once(self, phone):
        fill(phone, PEG, ["0", "4", "5"])
        sent = phone.get(f"{PEG}check/").context["form"]["submission_id"].value()
        pages = [phone.post(f"{PEG}check/", {"submission_id": sent}) for _ in range(2)]
        fill(phone, PEG, ["9"])
        pages.append(phone.post(f"{PEG}check/", {"submission_id": sent}))

        done = reverse("questionnaire_done", args=[FunctionScore.objects.get().pk])
        assert {page.url for page in pages} == {done}
        assert UnsentAnswers.objects.get().answers == {"peg-pain": 9}

    def test_a_form_that_is_not_whole_cannot_be_sent(self, phone):
        check = f"{PEG}check/"
        assert phone.get(check).url == PEG
        assert phone.post(check, {"submission_id": uuid4()}).url == PEG

        answer(phone, PEG, 1, "3")
        answer(phone, PEG, 3, "3")
        assert phone.get(check).url == f"{PEG}2/"

        answer(phone, PEG, 2, "3")
        assert phone.post(check, {}).status_code == 422
        assert not FunctionScore.objects.exists()

    def test_whole_but_not_sent_it_leads_back_to_the_check(self, phone):
        fill(phone, PEG, ["0", "4", "5"])

        assert f'href="{PEG}check/">Check your answers</a>' in text(phone.get(PEG))

    def test_answers_of_yesterday_count_older_ones_do_not(self, phone, now):
        answer(phone, PEG, 1, "3")
        with time_machine.travel(now + timedelta(days=1), tick=False):
            assert phone.get(PEG).context["asking"].answers == {"peg-pain": 3}
        with time_machine.travel(now + timedelta(days=2), tick=False):
            assert phone.get(PEG).context["asking"].answers == {}
            answer(phone, PEG, 2, "5")
            assert UnsentAnswers.objects.get().answers == {"peg-enjoyment": 5}

    def test_the_necks_answers_are_not_the_backs(self, phone, maria, episode, dr_kim):
        neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        TrialFactory(episode=neck, by=dr_kim)
        phone.get(f"{PEG}?complaint={neck.pk}")
        answer(phone, PEG, 1, "3")
        assert "It is about your neck." in text(phone.get(f"{PEG}2/"))

        page = phone.get(f"{PEG}?complaint={episode.pk}")
        assert "It is about your back." in text(page)
        assert page.context["asking"].answers == {}
        fill(phone, PEG, ["5", "5", "5"])
        send(phone, PEG)

        assert FunctionScore.objects.get().episode == episode
        assert UnsentAnswers.objects.get().answers == {"peg-pain": 3}

    def test_there_is_no_fourth_question(self, phone):
        for number in (0, 4):
            assert phone.get(f"{PEG}{number}/").status_code == 404


class TestOwnActivities:
    def test_they_are_chosen_first_in_her_own_words(self, phone, episode):
        first = phone.get(MINE)
        phone.post(CHOOSE, {"first": "Walk to the shop", "second": "Sleep"})
        page = text(phone.get(f"{MINE}1/"))

        assert first.url == CHOOSE
        assert "<h1>Walk to the shop: how hard was it this past week?</h1>" in page
        assert "could not do it" in page
        assert [one.wording for one in episode.activities.order_by("position")] == ["Walk to the shop", "Sleep"]  # fmt: skip

    def test_one_is_needed(self, phone):
        page = phone.post(CHOOSE, {"second": "Sleep"})

        assert page.status_code == 422
        assert "Name one activity" in text(page)

    def test_others_can_be_chosen_and_the_first_ones_stay_in_the_record(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})
        answer(phone, MINE, 1, "4")
        page = phone.get(CHOOSE)
        phone.post(CHOOSE, {"first": "Swim"})

        assert page.context["form"]["second"].value() == "Sleep"
        assert "the answers that you gave before stay in your record" in text(page)
        assert OwnActivity.objects.count() == 3
        assert [one.wording for one in OwnActivity.objects.filter(retired_at=None)] == ["Swim"]
        assert phone.get(MINE).context["asking"].answers == {}, "they were about walking"

    def test_the_same_ones_again_keep_what_was_answered(self, phone):
        for _ in range(2):
            phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})
            answer(phone, MINE, 1, "4")
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})

        assert OwnActivity.objects.count() == 2
        assert phone.get(MINE).context["asking"].answers == {"activity-one": 4}

    @pytest.fixture
    def three(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep", "third": "Garden"})

    def test_one_of_three_may_be_skipped_and_higher_is_harder(self, phone, three):
        fill(phone, MINE, ["6", "skip", "8"])

        checked = text(phone.get(f"{MINE}check/"))
        send(phone, MINE)

        score = FunctionScore.objects.get()
        assert "Not provided" in checked
        assert (score.total, score.percent) == (7, 70)
        assert score.answers == {"activity-one": 6, "activity-two": None, "activity-three": 8}

    def test_two_of_three_may_not(self, phone, three):
        fill(phone, MINE, ["6", "skip", "skip"])
        page = send(phone, MINE)

        assert page.status_code == 422
        assert "Choose a number for at least two activities" in text(page)
        assert not FunctionScore.objects.exists()

    def test_with_two_activities_both_are_needed(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})

        assert "skip" not in text(phone.get(f"{MINE}1/")).split("<main")[1]


class TestRolandMorris:
    def test_a_sentence_is_ticked_or_left_never_asked_for_yes_or_no(self, phone):
        page = text(phone.get(f"{TICKS}1/"))

        assert "Question 1 of 24" in page
        assert "I stay at home most of the time because of my back." in page
        assert 'type="checkbox"' in page
        assert 'type="radio"' not in page
        assert "checked" not in page.split("<form")[1].split("</form")[0]

    def test_the_instruction_is_the_printed_one(self, phone, protocol):
        instruction = protocol.instruments.get(key="rmdq").instruction

        assert instruction in text(phone.get(TICKS))

    def test_the_score_is_the_number_of_ticks_and_a_blank_is_none(self, phone):
        for number in range(1, 25):
            phone.post(f"{TICKS}{number}/", {"answer": "on"} if number in (3, 10, 24) else {})
        assert text(phone.get(f"{TICKS}check/")).count(">Not ticked<") == 21
        send(phone, TICKS)

        score = FunctionScore.objects.get()
        assert (score.total, float(score.percent)) == (3, 12.5)
        assert score.answers["rmdq-10"] is True
        assert score.answers["rmdq-01"] is False

    def test_nothing_ticked_is_a_score_of_zero(self, phone):
        for number in range(1, 25):
            phone.post(f"{TICKS}{number}/", {})
        send(phone, TICKS)

        assert FunctionScore.objects.get().total == 0

    def test_it_is_for_low_back_pain_only(self, sign_in, maria, dr_kim):
        neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        TrialFactory(episode=neck, by=dr_kim)
        phone = sign_in(maria.user)

        assert phone.get(TICKS).status_code == 404
        assert TICKS not in text(phone.get(HOME))
        assert PEG in text(phone.get(HOME))


class TestOverallChange:
    @pytest.fixture
    def ended(self, trial, dr_kim, now):
        return end_trial(
            trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date()
        )

    def test_it_names_the_step_and_shows_the_seven_answers(self, phone, ended, protocol):
        page = text(phone.get(f"{OVERALL}1/"))

        assert "This is about step 2, " in page
        assert "Jan. 5, 2026" in page
        for words in protocol.instruments.get(key="pgic").items_to_show()[0].choices:
            assert words in page
        assert "checked" not in page.split("<form")[1].split("</form")[0]

    def test_it_is_kept_for_that_trial(self, phone, ended, trial):
        answer(phone, OVERALL, 1, "2")
        assert "Much Improved" in text(phone.get(f"{OVERALL}check/"))
        page = phone.get(send(phone, OVERALL).url)

        score = FunctionScore.objects.get()
        assert (score.total, score.trial) == (2, trial)
        assert "safety questions" not in text(page).split("<main")[1]
        assert OVERALL not in text(phone.get(HOME))

    def test_much_worse_leads_to_the_safety_questions(self, phone, ended):
        answer(phone, OVERALL, 1, "6")
        page = text(phone.get(send(phone, OVERALL).url))

        assert "You said that things are much worse" in page
        assert 'href="/safety/"' in page

    def test_nothing_chosen_says_what_to_do(self, phone, ended):
        page = phone.post(f"{OVERALL}1/", {})

        assert page.status_code == 422
        assert "Choose one answer" in text(page)

    def test_before_the_end_there_is_nothing_to_look_back_on(self, phone):
        assert phone.get(OVERALL).status_code == 404


def test_in_spanish_the_published_questions_stay_english_and_say_so(phone, maria):
    choose_language(user=maria.user, language="es")
    phone.post(CHOOSE, {"first": "Caminar"})
    for page, is_published in (
        (PEG, True),
        (f"{PEG}1/", True),
        (MINE, False),
        (f"{MINE}1/", False),
    ):
        spanish = text(phone.get(page))
        assert '<html lang="es"' in spanish
        assert ('<p class="notice info">' in spanish) == is_published


@pytest.mark.parametrize("key", ["odi", "ndi", "nrs", "no-such"])
def test_what_is_not_ours_to_ask_here_is_no_page(phone, key):
    for page in ("", "1/", "check/"):
        assert phone.get(f"/questionnaires/{key}/{page}").status_code == 404


def test_another_patients_answers_do_not_exist(phone, sign_in, stella, dr_strand):
    fill(phone, PEG, ["0", "4", "5"])
    url = send(phone, PEG).url
    episode = EpisodeFactory(patient=stella, by=dr_strand)
    TrialFactory(episode=episode, by=dr_strand)
    strange = sign_in(stella.user)

    assert strange.get(url).status_code == 404
    fill(phone, PEG, ["7"])
    assert strange.get(PEG).context["asking"].answers == {}


def test_after_the_planned_end_the_team_talks_about_it_anyway(sign_in, maria, episode, dr_kim):
    phone = sign_in(maria.user)
    fill(phone, PEG, ["0", "4", "5"])

    page = phone.get(send(phone, PEG).url)

    assert "Your care team will talk about them with you." in text(page)


def test_staff_are_sent_away(sign_in, dr_kim):
    for page in (PEG, f"{PEG}1/", f"{PEG}check/", CHOOSE):
        assert sign_in(dr_kim).get(page).status_code == 403
