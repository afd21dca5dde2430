"""Maria logs how she feels: once, late, again, and when things go wrong in between."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Notice
from patients.models import Flag, Patient, SafetyAnswer, SymptomLog
from tests.factories import LogFactory
from tests.pages import drawn

pytestmark = pytest.mark.usefixtures("trial")
LOG = "/log/"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def rendered(phone, url=LOG):
    """The hidden fields of a form as the browser has them."""
    form = phone.get(url).context["form"]
    return {field.name: str(field.value()) for field in form.hidden_fields()}


def text(response):
    return drawn(response)


def test_two_taps_are_enough(phone):
    saved = phone.post(LOG, {**rendered(phone), "average_pain": "4"}, follow=True)

    log = SymptomLog.objects.get()
    assert saved.redirect_chain == [(reverse("log_saved", args=[log.pk]), 302)]
    assert (log.average_pain, log.interference, log.programme) == (4, None, "")
    assert "Your log for March 2 is saved." in text(saved)


def test_zero_is_a_value_and_is_shown(phone):
    saved = phone.post(
        LOG, {**rendered(phone), "average_pain": "0", "interference": "0"}, follow=True
    )

    log = SymptomLog.objects.get()
    assert (log.average_pain, log.interference) == (0, 0)
    assert "Pain 0" in text(saved)
    assert "Got in the way 0" in text(saved)


def test_everything_can_be_said(phone):
    answers = {
        "average_pain": "5", "interference": "4", "programme": "some", "worst_pain": "8", "neck_pain": "0",
        "back_pain": "6", "arm_pain": "1", "leg_pain": "3", "medicine": "extra", "flare": "True", "note": "Long drive",
    }  # fmt: skip

    saved = text(phone.post(LOG, {**rendered(phone), **answers}, follow=True))

    log = SymptomLog.objects.get()
    assert {name: str(getattr(log, name)) for name in answers} == answers
    for words in (
        "Exercises: some",
        "Worst pain 8",
        "Neck 0",
        "Flare-up",
        "Medicine: more than planned",
    ):
        assert words in saved
    assert "Note: Long drive" in saved


def test_nothing_is_chosen_beforehand(phone):
    page = phone.get(LOG).content.decode()

    assert "checked" not in page
    assert "selected" not in page


def test_a_missing_number_is_asked_for_and_the_rest_is_kept(phone):
    page = phone.post(LOG, {**rendered(phone), "note": "stiff", "interference": "3"})

    assert page.status_code == 422
    assert text(page).count("Choose a number from 0 to 10") == 2
    assert 'href="#id_average_pain_0"' in text(page)
    assert "<title>Error: Today's log" in text(page)
    assert page.context["form"]["note"].value() == "stiff"
    assert '<details class="more" open>' in page.content.decode()
    assert not SymptomLog.objects.exists()


def test_each_place_of_the_picture_leads_to_its_question_in_the_list(phone):
    page = phone.get(LOG).content.decode()

    for part in ("neck", "back", "arm", "leg"):
        assert f'href="#id_{part}_pain"' in page
        assert f'<div class="tiles" id="id_{part}_pain">' in page
    assert "<details open" not in page


@pytest.mark.parametrize("score", ["0", "7"])
def test_a_place_with_a_number_is_open_when_the_form_comes_back(phone, score):
    page = phone.post(LOG, {**rendered(phone), "neck_pain": score}).content.decode()

    assert page.count('<details class="more region" open>') == 1


def test_a_place_can_be_left_without_a_number_again(phone):
    phone.post(LOG, {**rendered(phone), "average_pain": "4", "neck_pain": ""})

    assert SymptomLog.objects.get().neck_pain is None


@pytest.mark.parametrize("score", ["11", "-1", "4.5", "much"])
def test_a_number_is_one_of_eleven(phone, score):
    assert phone.post(LOG, {**rendered(phone), "average_pain": score}).status_code == 422


class TestOnceAndOnlyOnce:
    def test_a_double_tap_or_a_late_retry_saves_one_log_and_shows_the_same_page(self, phone):
        form = {**rendered(phone), "average_pain": "4"}

        first, second = (phone.post(LOG, form, follow=True) for _ in range(2))

        assert SymptomLog.objects.count() == 1
        assert first.redirect_chain == second.redirect_chain
        assert "You already logged" not in text(second)

    def test_two_tabs_save_two_logs_and_the_last_counts(self, phone, episode):
        one, two = rendered(phone), rendered(phone)

        phone.post(LOG, {**one, "average_pain": "4"})
        phone.post(LOG, {**two, "average_pain": "7"})

        assert [log.average_pain for log in episode.logs.of_the_day()] == [7]
        assert episode.logs.count() == 2

    def test_back_then_other_answers_says_what_was_saved(self, phone):
        form = rendered(phone)
        phone.post(LOG, {**form, "average_pain": "4"})

        again = phone.post(LOG, {**form, "average_pain": "6"}, follow=True)

        assert SymptomLog.objects.get().average_pain == 4
        assert "You already logged today. Here is what you saved." in text(again)
        assert "Change" in text(again)

    def test_a_second_log_of_the_day_is_welcome(self, phone, episode):
        LogFactory(episode=episode, average_pain=3)

        page = phone.get(LOG)

        assert "You already logged today. Here is what you saved." in text(page)
        assert "You can add another one below." in text(page)


class TestLateEntries:
    def test_yesterday_is_marked_late(self, phone):
        page = phone.get("/log/2026-03-01/")
        saved = phone.post(
            "/log/2026-03-01/",
            {**rendered(phone, "/log/2026-03-01/"), "average_pain": "5"},
            follow=True,
        )

        log = SymptomLog.objects.get()
        assert "You are adding a log for yesterday, March 1." in text(page)
        assert (log.local_date, log.is_late) == (date(2026, 3, 1), True)
        assert "It is marked as added late. That is fine." in text(saved)

    def test_the_day_before_yesterday_is_the_last(self, phone):
        page = text(phone.get("/log/2026-02-28/"))

        assert "You are adding a log for Saturday, February 28." in page
        assert "On average, how bad was your pain that day?" in page
        assert "Not planned that day" in page

    @pytest.mark.parametrize("day", ["2026-02-27", "2026-03-03"])
    def test_three_days_back_and_tomorrow_are_closed(self, phone, day):
        page = phone.get(f"/log/{day}/")
        sent = phone.post(f"/log/{day}/", {"average_pain": "5", "submission_id": uuid4()})

        assert (page.status_code, sent.status_code) == (404, 409)
        assert "That day is closed" in text(page)
        assert "/log/2026-02-28/" in text(sent)
        assert not SymptomLog.objects.exists()

    def test_a_log_that_comes_too_late_is_shown_for_nothing_else_holds_it(self, phone):
        with time_machine.travel(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False) as clock:
            form = rendered(phone)
            clock.shift(timedelta(days=3))
            sent = phone.post(LOG, {**form, "average_pain": "5", "note": "Stiff after work."})

        page = text(sent)
        assert sent.status_code == 409
        assert "This log for March 2 was not saved" in page
        assert ("Pain 5" in page, "Stiff after work." in page) == (True, True)
        assert not SymptomLog.objects.exists()

    def test_no_such_day_is_no_page(self, phone):
        assert phone.get("/log/2026-02-30/").status_code == 404

    def test_a_form_sent_after_midnight_speaks_of_the_day_it_showed(self, phone):
        with time_machine.travel(datetime(2026, 3, 3, 4, 50, tzinfo=UTC), tick=False) as clock:
            form = rendered(phone)  # 23:50 on March 2 in New York
            clock.shift(1200)
            phone.post(LOG, {**form, "average_pain": "5"})

        log = SymptomLog.objects.get()
        assert (log.local_date, log.is_late) == (date(2026, 3, 2), True)

    def test_a_patient_far_away_logs_her_own_day(self, phone, maria):
        Patient.objects.filter(pk=maria.pk).update(time_zone="Pacific/Auckland")

        saved = phone.post(LOG, {**rendered(phone), "average_pain": "5"}, follow=True)

        assert SymptomLog.objects.get().local_date == date(2026, 3, 3)
        assert "Your log for March 3 is saved." in text(saved)


EMERGENCY = "Go to the nearest emergency department or call 911 now."


class TestSafety:
    def test_a_yes_is_answered_in_the_same_chain_and_flagged(self, phone, episode):
        form = {**rendered(phone), "average_pain": "4", "alarms": ["bladder", "fever"]}

        saved = text(phone.post(LOG, form, follow=True))

        assert (
            saved.index("Get emergency care now")
            < saved.index("Call us today")
            < saved.index("is saved")
        )
        assert EMERGENCY in saved
        assert "Please call us today: 555-0100." in saved
        assert "Do you have new trouble passing urine, not feeling it, or leaking?" in saved
        assert "There is nothing more to do today." not in saved
        assert episode.logs.count() == 1
        assert Flag.objects.get().holds_rules
        assert Notice.objects.filter(kind=Notice.Kind.URGENT_FLAG).count() == 1

    def test_no_to_anything_new_is_kept_and_said(self, phone):
        form = {**rendered(phone), "average_pain": "4", "anything_new": "no"}

        saved = text(phone.post(LOG, form, follow=True))

        assert "Nothing new or worrying" in saved
        assert SymptomLog.objects.get().nothing_new
        assert not SafetyAnswer.objects.exists()

    def test_a_change_of_scores_changes_nothing_of_that(self, phone):
        phone.post(LOG, {**rendered(phone), "average_pain": "4", "anything_new": "no"})
        log = SymptomLog.objects.get()

        phone.post(reverse("log_change", args=[log.pk]), {"average_pain": "6"})

        log.refresh_from_db()
        assert (log.average_pain, log.nothing_new) == (6, True)

    def test_a_tick_outweighs_a_no(self, phone):
        form = {"average_pain": "4", "anything_new": "no", "alarms": ["bladder"]}

        saved = text(phone.post(LOG, {**rendered(phone), **form}, follow=True))

        assert EMERGENCY in saved
        assert not SymptomLog.objects.get().nothing_new

    def test_a_yes_without_a_tick_asks_which(self, phone):
        form = {**rendered(phone), "average_pain": "4", "anything_new": "yes"}

        page = phone.post(LOG, form)

        assert page.status_code == 422
        assert "Tick what is new or worse. If nothing is, choose No." in text(page)
        assert not SymptomLog.objects.exists()
        assert page.context["form"]["average_pain"].value() == "4"

    def test_nothing_ticked_reports_nothing_and_promises_nothing(self, phone):
        saved = text(phone.post(LOG, {**rendered(phone), "average_pain": "4"}, follow=True))

        assert not SafetyAnswer.objects.exists()
        assert "you are fine" not in saved.lower()

    def test_a_yes_counts_although_the_pain_is_missing(self, phone):
        form = {**rendered(phone), "alarms": ["weakness"]}

        page = phone.post(LOG, form)
        phone.post(LOG, {**form, "average_pain": "4"})

        assert page.status_code == 422
        assert EMERGENCY in text(page)
        assert SafetyAnswer.objects.count() == 1
        assert SymptomLog.objects.count() == 1

    def test_a_yes_counts_although_the_day_is_closed(self, phone):
        form = {"average_pain": "5", "submission_id": uuid4(), "alarms": ["bowel"]}

        page = phone.post("/log/2026-02-20/", form)

        assert EMERGENCY in text(page)
        assert Flag.objects.get().holds_rules

    def test_a_yes_counts_in_a_form_that_lost_its_number(self, phone):
        page = phone.post(LOG, {"average_pain": "5", "alarms": ["bowel"]})

        assert EMERGENCY in text(page)
        assert SafetyAnswer.objects.count() == 1

    def test_redis_and_the_worker_may_be_dead(self, phone, settings):
        nowhere = "redis://127.0.0.1:9/0"
        settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": nowhere}}  # fmt: skip
        settings.CELERY_BROKER_URL = nowhere
        form = {**rendered(phone), "average_pain": "4", "alarms": ["bladder"]}

        saved = phone.post(LOG, form, follow=True)

        assert saved.status_code == 200
        assert EMERGENCY in text(saved)
        assert SymptomLog.objects.count() == Flag.objects.count() == 1

    @pytest.mark.parametrize(("pain", "card"), [("8", False), ("9", True), ("10", True)])
    def test_very_high_pain_is_saved_and_shown_whom_to_call(self, phone, pain, card):
        saved = text(phone.post(LOG, {**rendered(phone), "average_pain": pain}, follow=True))

        assert (
            "If your pain is much worse and will not settle, call us: 555-0100" in saved
        ) is card
        assert SymptomLog.objects.get().average_pain == int(pain)

    def test_only_the_questions_of_every_log_are_asked(self, phone, protocol):
        asked = {key for key, _text in phone.get(LOG).context["form"]["alarms"].field.choices}

        every_time = protocol.safety_questions.filter(on_every_log=True).exclude(asked_of="neck")
        assert asked == set(every_time.values_list("key", flat=True))


def test_without_an_open_complaint_home_says_what_comes_next(sign_in, stella):
    page = sign_in(stella.user).get(LOG, follow=True)

    assert page.redirect_chain == [("/home/", 302)]
    assert "Start with some questions." in text(page)


def test_saving_a_log_takes_a_constant_number_of_queries(
    phone, episode, django_assert_max_num_queries
):
    form = {**rendered(phone), "average_pain": "4"}
    with django_assert_max_num_queries(14):
        phone.post(LOG, form)


def test_a_script_is_told_which_form_is_saved_and_of_no_other(phone):
    fields, script = rendered(phone), {"headers": {"spinecare-script": "yes"}}
    wrong = phone.post(LOG, {**fields, "average_pain": ""}, **script)
    late = phone.post(LOG, {**fields, "average_pain": "4", "local_date": "2026-02-20"}, **script)
    saved = [phone.post(LOG, {**fields, "average_pain": "4"}, **script) for _ in range(2)]

    page = reverse("log_saved", args=[SymptomLog.objects.get().pk])
    assert [answer.json() for answer in saved] == [
        {"saved": fields["submission_id"], "page": page}
    ] * 2
    assert [answer.status_code for answer in (wrong, late)] == [422, 409]
    for answer in (wrong, late, phone.get(page)):
        assert f'data-answered="{fields["submission_id"]}"' in text(answer)


def test_a_page_filled_offline_may_ask_what_this_complaint_is_not_asked(phone, protocol):
    """The log for no network asks everybody the same: a yes to a neck's question is heard from a back."""
    question = protocol.safety_questions.get(key="clumsy-hands")
    assert question.text not in text(phone.get(LOG))

    phone.post(LOG, {**rendered(phone), "average_pain": "4", "alarms": [question.key]})
    refused = phone.post(LOG, {**rendered(phone), "average_pain": "4", "alarms": ["both-legs"]})

    assert SafetyAnswer.objects.get(answer=True).question == question
    assert refused.status_code == 422, "it is asked under no log"
