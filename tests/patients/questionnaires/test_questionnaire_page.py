"""Questions about daily life on one page, in their own words: kept when left, sent once."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from patients.models import AnswerDraft, FunctionScore, OwnActivity, TierTrial
from patients.record.actions.language import choose_language
from patients.record.actions.trials import end_trial
from tests.factories import EpisodeFactory, LogFactory, TrialFactory
from tests.pages import drawn

CHECK_IN, TICKS = "/questionnaires/check-in/", "/questionnaires/rmdq/"
CHOOSE, HOME = "/activities/", "/home/"
PEG = {"peg-pain": "0", "peg-enjoyment": "4", "peg-activity": "5"}
THREE = {"first": "Walk", "second": "Sleep", "third": "Garden"}
ONE, TWO, LAST = "activity-one", "activity-two", "activity-three"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def main(response):
    return text(response).split("<main")[1].split("</main")[0]


def send(phone, page, answers, **more):
    """Fill the page that is open now and press Send, or Stop for now."""
    sent = phone.get(page).context["form"]["submission_id"].value()
    return phone.post(page, {**answers, "submission_id": sent, **more})


def leave(phone, page, answers):
    return send(phone, page, answers, later="yes")


def kept():
    return AnswerDraft.objects.get().answers


class TestCheckIn:
    def test_all_that_is_due_each_week_stands_on_one_page_with_nothing_chosen(
        self, phone, protocol
    ):
        phone.post(CHOOSE, THREE)
        page = main(phone.get(CHECK_IN))

        assert "It takes about 2 minutes." in page
        for item in protocol.instruments.get(key="peg").items_to_show():
            assert f'<legend lang="en">{item.text}</legend>' in page
            assert f"10 {item.high_anchor}" in page
        assert "<legend>Garden: how hard was it this past week?</legend>" in page
        assert "J Gen Intern Med 2009" in page
        assert "Overall change" not in page, "no step has ended"
        assert " checked" not in page

    def test_sent_once_it_becomes_a_score_of_each_and_nothing_waits(self, phone, episode):
        phone.post(CHOOSE, {"first": "Walk"})
        leave(phone, CHECK_IN, PEG)
        page = phone.get(send(phone, CHECK_IN, {**PEG, ONE: "7"}).url)

        peg, own = FunctionScore.objects.order_by("instrument__key").reverse()
        assert (peg.total, peg.percent, peg.episode) == (3, 30, episode)
        assert peg.answers == {"peg-pain": 0, "peg-enjoyment": 4, "peg-activity": 5}
        assert (own.total, own.answers) == (7, {ONE: 7})
        assert not AnswerDraft.objects.exists()
        assert "Thank you. Your answers were sent." in text(page)
        assert "Daily life questions" in main(page)
        assert "My three activities" in main(page)
        assert "The next check is on Monday, March 30." in text(page)

    def test_two_taps_two_tabs_and_a_late_retry_send_once(self, phone):
        sent = {**PEG, "submission_id": phone.get(CHECK_IN).context["sheet"].submission_id}
        other_tab = phone.get(CHECK_IN).context["sheet"].submission_id
        pages = [phone.post(CHECK_IN, sent) for _ in range(2)]
        pages.append(phone.post(CHECK_IN, {**PEG, "peg-pain": "9", "submission_id": other_tab}))
        pages.append(phone.post(CHECK_IN, {**sent, "later": "yes"}))

        done = reverse("questionnaire_done", args=[FunctionScore.objects.get().pk])
        assert {page.url for page in pages} == {done}
        assert FunctionScore.objects.get().answers["peg-pain"] == 0
        assert not AnswerDraft.objects.exists()

    def test_answered_anew_on_purpose_it_is_a_second_score(self, phone):
        phone.post(CHOOSE, {"first": "Walk"})
        for _ in range(2):
            send(phone, CHECK_IN, {**PEG, ONE: "4"})

        assert FunctionScore.objects.count() == 4

    def test_an_answer_is_needed_and_what_was_wrong_is_said(self, phone):
        page = send(phone, CHECK_IN, {**PEG, "peg-activity": ""})

        assert page.status_code == 422
        assert "Choose a number from 0 to 10" in text(page)
        assert "<title>Error:" in text(page)
        assert page.context["form"]["peg-enjoyment"].value() == "4", "what was given stays"
        assert not FunctionScore.objects.exists()

    def test_only_what_is_due_again_is_asked_again(self, phone, now):
        phone.post(CHOOSE, THREE)
        send(phone, CHECK_IN, {**PEG, ONE: "1", TWO: "1", LAST: "1"})
        FunctionScore.objects.filter(instrument__key="peg").update(
            local_date=now.date() - timedelta(days=7)
        )
        page = main(phone.get(CHECK_IN))

        assert "describes your pain" in page
        assert "Garden" not in page

    def test_before_anything_is_due_she_may_still_answer(self, phone):
        send(phone, CHECK_IN, PEG)
        phone.post(CHOOSE, THREE)
        send(phone, CHECK_IN, {ONE: "1", TWO: "1", LAST: "1"})

        assert [part.key for part in phone.get(CHECK_IN).context["sheet"].askings] == ["peg", "my-three-activities"]  # fmt: skip


class TestLeftAndResumed:
    def test_stopped_for_now_it_is_kept_and_home_says_so(self, phone):
        left = leave(phone, CHECK_IN, {"peg-pain": "0", "peg-enjoyment": ""})
        home = phone.get(left.url)

        assert left.url == HOME
        assert "Your answers are kept until tomorrow night. They are not sent yet." in text(home)
        assert "Weekly check-in · begun" in text(home)
        page = phone.get(CHECK_IN)
        assert "What you answered before is still here. It is not sent yet." in text(page)
        assert page.context["form"]["peg-pain"].value() == 0
        assert page.context["form"]["peg-enjoyment"].value() is None
        assert kept() == {"peg": {"peg-pain": 0}, "my-three-activities": {}}

    def test_a_page_that_is_only_left_is_kept_without_a_word(self, phone):
        home = phone.get(send(phone, CHECK_IN, {"peg-pain": "3"}, later="silently").url)

        assert kept()["peg"] == {"peg-pain": 3}
        assert "Your answers are kept" not in text(home)

    def test_what_cannot_be_an_answer_is_not_kept(self, phone):
        leave(phone, CHECK_IN, {"peg-pain": "11", "peg-enjoyment": "2"})

        assert kept()["peg"] == {"peg-enjoyment": 2}

    def test_left_again_the_last_answers_count(self, phone):
        leave(phone, CHECK_IN, {"peg-pain": "3"})
        leave(phone, CHECK_IN, {"peg-pain": "4", "peg-activity": "2"})

        assert kept()["peg"] == {"peg-pain": 4, "peg-activity": 2}

    def test_answers_of_yesterday_count_older_ones_do_not(self, phone, now):
        leave(phone, CHECK_IN, {"peg-pain": "3"})
        with time_machine.travel(now + timedelta(days=1), tick=False):
            assert phone.get(CHECK_IN).context["form"]["peg-pain"].value() == 3
        with time_machine.travel(now + timedelta(days=2), tick=False):
            assert phone.get(CHECK_IN).context["form"]["peg-pain"].value() is None
            leave(phone, CHECK_IN, {"peg-enjoyment": "5"})
            assert kept()["peg"] == {"peg-enjoyment": 5}

    def test_the_necks_answers_are_not_the_backs(self, phone, maria, episode, dr_kim):
        neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        TrialFactory(episode=neck, by=dr_kim)
        page = phone.get(f"{CHECK_IN}?complaint={neck.pk}")
        assert "It is about your neck." in text(page)
        leave(phone, CHECK_IN, {"peg-pain": "3"})

        page = phone.get(f"{CHECK_IN}?complaint={episode.pk}")
        assert "It is about your back." in text(page)
        assert page.context["form"]["peg-pain"].value() is None
        send(phone, CHECK_IN, PEG)

        assert FunctionScore.objects.get().episode == episode
        assert kept()["peg"] == {"peg-pain": 3}


class TestOwnActivities:
    def test_the_page_asks_her_to_name_them_and_takes_the_rest_without(self, phone):
        page = main(phone.get(CHECK_IN))
        send(phone, CHECK_IN, PEG)

        assert f'href="{CHOOSE}">Choose my activities</a>' in page
        assert FunctionScore.objects.get().instrument.key == "peg"
        assert phone.get(CHECK_IN).url == CHOOSE, "nothing else is left of the page"

    def test_they_are_chosen_in_her_own_words(self, phone, episode):
        chosen = phone.post(CHOOSE, {"first": "Walk to the shop", "second": "Sleep"})
        page = text(phone.get(chosen.url))

        assert chosen.url == CHECK_IN
        assert "Walk to the shop: how hard was it this past week?" in page
        assert "could not do it" in page
        assert [one.wording for one in episode.activities.order_by("position")] == ["Walk to the shop", "Sleep"]  # fmt: skip

    def test_one_is_needed(self, phone):
        page = phone.post(CHOOSE, {"second": "Sleep"})

        assert page.status_code == 422
        assert "Name one activity" in text(page)

    def test_others_can_be_chosen_and_the_first_ones_stay_in_the_record(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})
        leave(phone, CHECK_IN, {"peg-pain": "2", ONE: "4"})
        page = phone.get(CHOOSE)
        phone.post(CHOOSE, {"first": "Swim"})

        assert page.context["form"]["second"].value() == "Sleep"
        assert "the answers that you gave before stay in your record" in text(page)
        assert OwnActivity.objects.count() == 3
        assert [one.wording for one in OwnActivity.objects.filter(retired_at=None)] == ["Swim"]
        assert kept() == {"peg": {"peg-pain": 2}}, "the others were about walking"

    def test_the_same_ones_again_keep_what_was_answered(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})
        leave(phone, CHECK_IN, {ONE: "4"})
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})

        assert OwnActivity.objects.count() == 2
        assert kept()["my-three-activities"] == {ONE: 4}

    @pytest.fixture
    def three(self, phone):
        phone.post(CHOOSE, THREE)

    def test_one_of_three_may_be_left_out_and_higher_is_harder(self, phone, three):
        assert "You may leave one of them out." in main(phone.get(CHECK_IN))
        send(phone, CHECK_IN, {**PEG, ONE: "6", LAST: "8"})

        score = FunctionScore.objects.get(instrument__key="my-three-activities")
        assert (score.total, score.percent) == (7, 70)
        assert score.answers == {ONE: 6, TWO: None, LAST: 8}

    def test_two_of_three_may_not(self, phone, three):
        page = send(phone, CHECK_IN, {**PEG, ONE: "6"})

        assert page.status_code == 422
        assert "Choose a number for at least two activities" in text(page)
        assert not FunctionScore.objects.exists()

    def test_with_two_activities_both_are_needed(self, phone):
        phone.post(CHOOSE, {"first": "Walk", "second": "Sleep"})

        assert "leave one of them out" not in main(phone.get(CHECK_IN))
        assert send(phone, CHECK_IN, {**PEG, ONE: "6"}).status_code == 422


class TestRolandMorris:
    def test_the_sentences_are_one_list_as_published_never_asked_for_yes_or_no(
        self, phone, protocol
    ):
        instrument = protocol.instruments.get(key="rmdq")
        page = main(phone.get(TICKS))

        places = [page.index(f"<span>{item.text}</span>") for item in instrument.items_to_show()]
        assert places == sorted(places)
        assert len(places) == 24
        assert instrument.instruction in page
        assert 'type="radio"' not in page
        assert " checked" not in page

    def test_the_score_is_the_number_of_ticks_and_a_blank_is_none(self, phone):
        send(phone, TICKS, {"ticked": ["rmdq-03", "rmdq-10", "rmdq-24"]})

        score = FunctionScore.objects.get()
        assert (score.total, float(score.percent)) == (3, 12.5)
        assert score.answers["rmdq-10"] is True
        assert score.answers["rmdq-01"] is False

    def test_an_empty_list_is_a_score_of_zero_only_where_she_says_so(self, phone):
        empty = send(phone, TICKS, {})
        both = send(phone, TICKS, {"ticked": ["rmdq-03"], "none": "on"})
        assert (empty.status_code, both.status_code) == (422, 422)
        assert "Tick the sentences that are true, or tick that none is" in text(empty)
        assert not FunctionScore.objects.exists()

        send(phone, TICKS, {"none": "on"})
        assert FunctionScore.objects.get().total == 0

    def test_ticks_are_kept_too(self, phone):
        leave(phone, TICKS, {"ticked": ["rmdq-03"]})

        assert phone.get(TICKS).context["form"]["ticked"].value() == ["rmdq-03"]

    def test_it_is_for_low_back_pain_only(self, sign_in, maria, dr_kim):
        neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        TrialFactory(episode=neck, by=dr_kim)
        phone = sign_in(maria.user)

        assert phone.get(TICKS).status_code == 404
        assert TICKS not in text(phone.get(HOME))
        assert CHECK_IN in text(phone.get(HOME))


class TestOverallChange:
    @pytest.fixture
    def ended(self, trial, dr_kim, now):
        return end_trial(
            trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date()
        )

    def test_it_names_the_step_and_shows_the_seven_answers(self, phone, ended, protocol):
        page = main(phone.get(CHECK_IN))

        assert "This is about step 2, " in page
        assert "Jan. 5, 2026" in page
        for words in protocol.instruments.get(key="pgic").items_to_show()[0].choices:
            assert words in page
        assert " checked" not in page

    def test_it_is_kept_for_that_trial_and_asked_once(self, phone, ended, trial):
        page = phone.get(send(phone, CHECK_IN, {"pgic-change": "2"}).url)

        score = FunctionScore.objects.get()
        assert (score.total, score.trial) == (2, trial)
        assert "safety questions" not in main(page)
        assert CHECK_IN not in text(phone.get(HOME))
        assert "Overall change" not in main(phone.get(CHECK_IN))

    def test_much_worse_leads_to_the_safety_questions(self, phone, ended):
        page = main(phone.get(send(phone, CHECK_IN, {"pgic-change": "6"}).url))

        assert "You said that things are much worse" in page
        assert 'href="/safety/"' in page

    def test_nothing_chosen_says_what_to_do(self, phone, ended):
        page = send(phone, CHECK_IN, {})

        assert page.status_code == 422
        assert "Choose one answer" in text(page)


class TestDone:
    def test_it_leads_to_what_is_next_to_do(self, phone, episode, now):
        phone.post(CHOOSE, {"first": "Walk"})
        first = main(phone.get(send(phone, CHECK_IN, {**PEG, ONE: "4"}).url))
        then = main(phone.get(send(phone, TICKS, {"none": "on"}).url))
        LogFactory(episode=episode)
        done = FunctionScore.objects.latest("pk")
        last = main(phone.get(reverse("questionnaire_done", args=[done.pk])))

        assert f'href="{TICKS}">Next: Low back questions · 3 min</a>' in first
        assert 'href="/log/">Next: Log today</a>' in then
        assert "Next:" not in last
        assert "Done</a>" in last


def test_in_spanish_the_published_questions_stay_english_and_say_so(phone, maria):
    choose_language(user=maria.user, language="es")
    phone.post(CHOOSE, {"first": "Caminar"})
    page = main(phone.get(CHECK_IN))
    assert '<p class="notice info">' in page
    assert '<legend lang="en">What number best' in page
    assert "<legend>Caminar: " in page

    send(phone, CHECK_IN, {**PEG, ONE: "4"})
    FunctionScore.objects.filter(instrument__key="my-three-activities").delete()
    assert '<p class="notice info">' not in main(phone.get(CHECK_IN)), "only her own are asked"


@pytest.mark.parametrize("key", ["peg", "odi", "ndi", "nrs", "no-such"])
def test_what_is_not_a_page_here_is_no_page(phone, key):
    assert phone.get(f"/questionnaires/{key}/").status_code == 404


def test_another_patients_answers_do_not_exist(phone, sign_in, stella, dr_strand):
    leave(phone, CHECK_IN, {"peg-pain": "2"})
    url = send(phone, CHECK_IN, PEG).url
    episode = EpisodeFactory(patient=stella, by=dr_strand)
    TrialFactory(episode=episode, by=dr_strand)
    strange = sign_in(stella.user)

    assert strange.get(url).status_code == 404
    assert strange.get(CHECK_IN).context["form"]["peg-pain"].value() is None


def test_an_id_that_is_none_sends_nothing(phone):
    assert phone.post(CHECK_IN, PEG).status_code == 422
    assert phone.post(CHECK_IN, {**PEG, "submission_id": "x"}).status_code == 422
    assert phone.post(CHECK_IN, {**PEG, "submission_id": uuid4()}).status_code == 302


def test_after_the_planned_end_the_team_talks_about_it_anyway(sign_in, maria, episode, dr_kim):
    phone = sign_in(maria.user)

    page = phone.get(send(phone, CHECK_IN, PEG).url)

    assert "Your care team will talk about them with you." in text(page)


def test_staff_are_sent_away(sign_in, dr_kim):
    for page in (CHECK_IN, TICKS, CHOOSE):
        assert sign_in(dr_kim).get(page).status_code == 403
