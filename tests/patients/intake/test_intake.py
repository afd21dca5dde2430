"""Joy is new: she is asked, a page at a time, and nothing that she says gets lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from patients.flags.safety_answers import answer_safety
from patients.intake.actions import (
    IntakeAnswers,
    IntakeClosed,
    IntakeStopped,
    answer_intake,
    send_intake,
)
from patients.intake.forms.pages import KEYS
from patients.models import (
    Episode,
    Flag,
    Intake,
    Kind,
    Patient,
    RiskFactAnswer,
    SafetyAnswer,
    Severity,
    TierTrial,
)
from patients.record.actions.language import choose_language
from tests.factories import EpisodeFactory, PatientFactory
from tests.pages import drawn
from tests.patients.intakes import ANSWERS, YEARS_OF_CARE, answer, answer_all, send, url
from tests.patients.safety_desk.stories import settle
from tests.stage import staged

pytestmark = pytest.mark.django_db

CHECK = "/intake/check/"
SENT = "/intake/sent/"


@staged
def joy(northside, dr_kim):
    """Registered, invited, signed in for the first time; nobody has described her complaint."""
    return PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")


@pytest.fixture
def phone(sign_in, joy):
    return sign_in(joy.user)


@pytest.fixture
def fill(joy, protocol, now):
    """Answer all pages, or those before `up_to`."""

    def filled(changes=None, up_to="check"):
        answer_all(joy, protocol, now, changes, up_to)

    return filled


def text(response):
    return drawn(response)


def lift(flag, dr_kim, now):
    """Dr. Kim has seen Joy and records the outcome."""
    settle(flag, dr_kim, now)


class TestTheWay:
    def test_home_leads_to_the_first_page_which_is_safety(self, phone):
        assert 'href="/intake/"' in text(phone.get("/home/"))

        assert phone.get("/intake/").url == url("safety")
        page = text(phone.get(url("safety")))
        assert "Is any of this true? Tick what is true." in page
        assert "Question 1 of 17" in page
        assert "Get help now" in page

    def test_looking_at_the_first_page_begins_nothing(self, phone):
        phone.get(url("safety"))

        assert not Intake.objects.exists()

    def test_each_page_leads_to_the_next_and_the_last_to_the_check(self, phone, protocol):
        places = [answer(phone, key, protocol).url for key in KEYS]

        assert places == [*map(url, KEYS[1:]), CHECK]

    def test_one_thing_a_page_is_its_heading(self, phone, protocol, fill):
        fill(up_to="where")

        page = text(phone.get(url("where")))
        assert "<legend><h1>Where is the pain that brings you here?" in page
        assert f'class="back" href="{url("health")}"' in page

    def test_no_page_can_be_skipped(self, phone, protocol):
        assert phone.get(url("pain")).url == "/intake/"
        assert answer(phone, "where", protocol).url == "/intake/"
        assert not Intake.objects.exists()
        answer(phone, "safety", protocol)
        assert phone.get(url("where")).url == "/intake/"
        assert phone.get("/intake/", follow=True).redirect_chain[-1][0] == url("risks")

    def test_a_page_that_does_not_exist(self, phone):
        assert phone.get(url("horoscope")).status_code == 404

    def test_it_goes_on_where_it_stopped_days_later(self, phone, protocol, now, fill):
        fill(up_to="pain")

        with time_machine.travel(now + timedelta(days=3), tick=False):
            assert phone.get("/intake/").url == url("pain")
            assert phone.get(url("where")).context["form"]["region"].value() == "back"
            assert "you can go on from there" in text(phone.get("/home/"))

    def test_the_episode_is_not_described_yet(self, phone, protocol, joy):
        answer(phone, "safety", protocol)

        episode = joy.episodes.get()
        assert not episode.is_described
        assert str(episode) == "Joy Adeyemi: complaint not described yet"
        assert str(episode.intake) == "Intake of Joy Adeyemi"

    def test_two_first_pages_begin_one_intake(self, phone, protocol):
        answer(phone, "safety", protocol)
        answer(phone, "safety", protocol)

        assert Intake.objects.count() == 1

    def test_who_is_in_care_is_not_asked(self, sign_in, trial, protocol):
        phone = sign_in(trial.episode.patient.user)

        assert phone.get("/intake/").url == "/home/"
        assert phone.get(url("safety")).url == "/intake/"
        assert phone.get(CHECK).url == "/intake/"
        assert phone.get(SENT).url == "/intake/"
        with pytest.raises(IntakeClosed):
            answer_intake(
                patient=trial.episode.patient, page="safety", answers={},
                by=trial.episode.patient.user, now=trial.review.assessed_at,
            )  # fmt: skip

    def test_signed_out_in_between_the_answers_wait(
        self, phone, joy, protocol, client, sign_in, fill
    ):
        fill(up_to="words")
        form = phone.get(url("words")).context["form"]
        sent = {"words": "It hurts to sit.", "sealed": form["sealed"].value()}
        assert "/account/login/" in client.post(url("words"), sent).url
        client.force_login(joy.user)

        page = text(client.get(url("words")))
        assert "It hurts to sit." in page
        assert "Your answers are still here. Press Continue to go on." in page


class TestSafety:
    def test_nothing_ticked_is_no_answer(self, phone):
        response = phone.post(url("safety"), {})

        assert response.status_code == 422
        assert "Tick what is true, or “None of these”." in text(response)
        assert not SafetyAnswer.objects.exists()

    def test_none_is_kept_question_by_question(self, phone, protocol):
        for page in ("safety", "risks", "health"):
            answer(phone, page, protocol)

        asked = protocol.safety_questions.exclude(asked_of="injection").count()
        assert SafetyAnswer.objects.filter(answer=False).count() == asked
        assert not Flag.objects.exists()

    def test_a_yes_is_answered_at_once_flagged_and_stops_the_intake(self, phone, protocol, joy):
        response = answer(phone, "safety", protocol, alarms=["bladder"])

        assert response.status_code == 200
        page = text(response)
        assert "<h1" in page.split("<main", 1)[1].split("Get emergency care now")[0]
        assert "Do you have new trouble passing urine" in page
        assert "911" in page
        flag = Flag.objects.holding().get()
        assert (flag.episode.patient, flag.kind, flag.severity) == (
            joy,
            Kind.SAFETY,
            Severity.URGENT,
        )
        assert Intake.objects.get().stopped_at is not None

    def test_a_tick_counts_beside_none_of_these(self, phone, protocol):
        answer(phone, "safety", protocol, alarms=["bladder", "none"])

        assert Intake.objects.get().is_stopped

    def test_while_it_is_stopped_nothing_goes_on(self, phone, protocol):
        answer(phone, "safety", protocol, alarms=["bladder"])

        for place in ("/intake/", url("health"), url("safety"), CHECK, SENT):
            page = text(phone.get(place, follow=True))
            assert "Do you have new trouble passing urine" in page
        answer(phone, "health", protocol)
        assert set(Intake.objects.get().answers) == {"safety"}
        home = text(phone.get("/home/"))
        assert "A clinician will look at your answer first" in home
        assert "Step" not in home.split("<main")[1]

    def test_after_a_clinician_has_recorded_the_outcome_it_goes_on(
        self, phone, protocol, dr_kim, now
    ):
        answer(phone, "safety", protocol, alarms=["bladder"])
        lift(Flag.objects.get(), dr_kim, now)

        assert phone.get("/intake/").url == url("risks")
        assert answer(phone, "risks", protocol).url == url("health")
        assert Intake.objects.get().stopped_at is not None

    def test_a_yes_of_the_second_page_stops_as_well_and_shows_its_own_advice_only(
        self, phone, protocol, dr_kim, now
    ):
        answer(phone, "safety", protocol, alarms=["bladder"])
        lift(Flag.objects.get(), dr_kim, now)
        answer(phone, "risks", protocol)
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            page = text(answer(phone, "health", protocol, alarms=["weight-loss"]))

        assert "lost weight without trying" in page
        assert "passing urine" not in page

    def test_a_routine_yes_is_kept_and_stops_nothing(self, phone, protocol):
        answer(phone, "safety", protocol)
        answer(phone, "risks", protocol)

        assert answer(phone, "health", protocol, alarms=["morning-stiffness"]).url == url("where")
        assert SafetyAnswer.objects.get(answer=True).question.key == "morning-stiffness"
        assert not Flag.objects.exists()

    def test_a_risk_fact_alone_raises_nothing_and_is_kept_on_the_record(self, phone, protocol, joy):
        answer(phone, "safety", protocol)
        assert answer(phone, "risks", protocol, facts=["past-cancer"]).url == url("health")

        assert not Flag.objects.exists()
        assert RiskFactAnswer.objects.true_of(joy.pk) == {"past-cancer"}
        assert RiskFactAnswer.objects.filter(patient=joy, is_true=False).count() == 8

    @pytest.mark.parametrize(("facts", "stops"), [(["past-cancer"], True), (["none"], False)])
    def test_beside_a_new_symptom_it_counts(self, phone, protocol, facts, stops):
        answer(phone, "safety", protocol)
        answer(phone, "risks", protocol, facts=facts)
        response = answer(phone, "health", protocol, alarms=["new-pain"])

        assert ("Call us today" in text(response)) is stops
        assert Flag.objects.holding().exists() is stops

    def test_everything_ticked_still_raises_the_alarm(self, phone, protocol):
        """More words than a flag's sentence has room for must not cost the flag."""
        asked = protocol.safety_questions.filter(level="emergency").exclude(asked_of="injection")
        everything = list(asked.values_list("key", flat=True))
        answer(phone, "safety", protocol, alarms=everything)

        flag = Flag.objects.holding().get()
        assert len(flag.sentence) <= 400
        assert flag.sentence.endswith("…")
        assert SafetyAnswer.objects.filter(answer=True).count() == len(everything)

    def test_a_retry_of_the_same_page_alarms_once(self, phone, protocol, dr_kim, now):
        form = {"alarms": ["bladder"], "submission_id": uuid4()}
        phone.post(url("safety"), form)
        phone.post(url("safety"), form)

        assert SafetyAnswer.objects.filter(answer=True).count() == 1
        assert Flag.objects.get().findings.count() == 1

    def test_a_yes_in_a_log_stops_it_as_well(self, phone, protocol, joy, now, fill):
        fill(up_to="pain")
        answer_safety(
            episode=joy.episodes.get(), yes_to=[protocol.safety_questions.get(key="bladder")],
            submission_id=uuid4(), by=joy.user, now=now,
        )  # fmt: skip

        assert answer(phone, "pain", protocol).url == "/intake/"

    def test_a_yes_in_another_tab_stops_the_page_that_is_being_sent(
        self, phone, protocol, joy, now, fill
    ):
        fill()
        intake = Intake.objects.get()
        answer_safety(
            episode=intake.episode, yes_to=[protocol.safety_questions.get(key="bladder")],
            submission_id=uuid4(), by=joy.user, now=now,
        )  # fmt: skip

        with pytest.raises(IntakeStopped):
            answer_intake(patient=joy, page="pain", answers={}, by=joy.user, now=now)
        with pytest.raises(IntakeStopped):
            send_intake(intake=intake, told=IntakeAnswers(), by=joy.user, now=now)


class TestAnswers:
    @pytest.mark.parametrize(
        ("key", "sent", "words"),
        [
            ("where", {"region": ""}, "Choose neck or back"),
            ("spread", {"spread": ""}, "Choose what is true for you"),
            ("words", {"words": "x" * 1001}, "Write at most 1,000 characters"),
            ("onset", {"about": ""}, "Give a day, or about how long ago"),
            ("onset", {"unit": ""}, "Choose days, weeks, months or years"),
            ("onset", {"about": "0"}, "Give a number of at least 1"),
            ("onset", {"about": "900"}, "Give a time since your birth, not in the future"),
            (
                "onset",
                {"onset_on": "2026-03-03"},
                "Give a time since your birth, not in the future",
            ),
            ("onset", {"onset_on": "last May"}, "Give a whole date"),
            ("self-care", {"tried": []}, "Tick what you tried"),
            ("self-care", {"weeks": ""}, "Say about how many weeks"),
            ("self-care", {"weeks": "1041"}, "Give a smaller number of weeks"),
            ("self-care", {"done": ""}, "Choose how much of it you did"),
            ("self-care", {"helped": ""}, "Choose whether it helped"),
            ("pain", {"usual_pain": ""}, "Choose a number from 0 to 10"),
            ("medicines", {"use_0": ""}, "Choose how you take it"),
            ("pictures", {"mri": "May"}, "Give a month and a year, such as 2025-11"),
            ("pictures", {"ct": "2025-13"}, "Give a month and a year, such as 2025-11"),
            ("pictures", {"xray": "2026-04"}, "Give a month since your birth, not in the future"),
            ("veteran", {"veteran": ""}, "I prefer not to say"),
            ("contact", {"phone": ""}, "Give a number that we can call"),
        ],
    )
    def test_a_wrong_answer_says_how_to_put_it_right_and_loses_nothing(
        self, phone, protocol, key, sent, words, fill
    ):
        fill(up_to=key)

        response = answer(phone, key, protocol, **sent)

        assert response.status_code == 422
        assert words in text(response)
        assert "There is a problem" in text(response)
        assert key not in Intake.objects.get().answers

    def test_all_of_them_can_be_checked_and_changed(self, phone, protocol, fill):
        fill()

        page = text(phone.get(CHECK))
        for words in (
            "Check your answers before you send them", "None of these", "<dd>Back</dd>",
            "I want to lift my grandson again.", "<dd>About 4 years ago</dd>",
            "Heat; Something else", "<dd>Swimming</dd>", "Some, or not for long", "<dd>6</dd>",
            "Ibuprofen (as needed)", "<dd>November 2025</dd>", "Not provided", "555-0199",
            "Call me", "6 p.m.",
        ):  # fmt: skip
            assert words in page
        assert f"{url('pain')}?change=yes" in page

        form = phone.get(url("pain") + "?change=yes")
        assert f'class="back" href="{CHECK}"' in text(form)
        assert phone.post(url("pain") + "?change=yes", {"usual_pain": "0"}).url == CHECK
        assert "<dd>0</dd>" in text(phone.get(CHECK))

    def test_an_unanswered_page_is_asked_before_the_check(self, phone, protocol, fill):
        fill(up_to="veteran")

        assert phone.get(CHECK).url == url("veteran")
        assert phone.get("/intake/").url == url("veteran")

    def test_an_answer_that_a_new_protocol_does_not_know_is_asked_again(
        self, phone, protocol, fill
    ):
        fill()
        intake = Intake.objects.get()
        intake.answers["self-care"]["tried"] = ["leeches"]
        intake.save()

        assert phone.get(CHECK).url == url("self-care")

    def test_the_list_of_medicines_grows(self, phone, protocol, fill):
        fill(up_to="medicines")
        page = phone.get(url("medicines"))
        assert "Medicine 2" in text(page)
        assert "Medicine 3" not in text(page)

        more = answer(phone, "medicines", protocol, more="yes", name_1="Tea", use_1="planned")
        assert more.url == url("medicines")
        assert "Medicine 4" in text(phone.get(url("medicines")))
        assert 'value="Tea"' in text(phone.get(url("medicines")))

    def test_no_medicine_is_an_answer(self, phone, protocol, fill):
        fill()
        answer(phone, "medicines", protocol, name_0="", use_0="")

        assert Intake.objects.get().answers["medicines"] == {}
        assert "<dd>None</dd>" in text(phone.get(CHECK))

    def test_a_month_may_be_typed(self, phone, protocol, fill):
        fill({"pictures": {"mri": "", "ct": "3/2020"}})

        assert "<dd>March 2020</dd>" in text(phone.get(CHECK))


class TestSending:
    def test_sent_once_with_thanks_and_the_day_by_which_it_is_read(
        self, phone, protocol, now, fill
    ):
        fill()

        assert send(phone).url == SENT
        for place in (SENT, "/home/"):
            page = text(phone.get(place))
            assert "Thank you. Your answers were sent." in page
            assert (
                "Your care team will read them within two working days, by Wednesday, March 4."
                in page
            )
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            assert send(phone).url == "/intake/"
        assert Intake.objects.get().sent_at == now

    def test_on_a_friday_the_weekend_does_not_count(self, phone, protocol, now, fill):
        with time_machine.travel(now + timedelta(days=4), tick=False):
            fill()
            send(phone)

            assert "by Tuesday, March 10" in text(phone.get("/home/"))

    def test_no_tier_is_shown_before_a_clinician_has_confirmed_one(self, phone, protocol, fill):
        fill()
        send(phone)
        assert Intake.objects.get().suggested_level == 3

        for place in ("/home/", SENT, "/my-pathway/", "/progress/"):
            page = text(phone.get(place)).split("<main")[1].split("</main")[0]
            for words in ("Step 3", "Your plan", "You are here", "Medication of", "Day 1"):
                assert words not in page
        assert not TierTrial.objects.exists()

    def test_she_can_log_from_then_on(self, phone, protocol, fill):
        fill()
        send(phone)

        assert phone.get("/log/").status_code == 200
        assert 'href="/log/"' in text(phone.get("/home/"))

    def test_what_concerns_her_is_in_her_record_and_the_first_function_score(
        self, phone, protocol, joy, fill
    ):
        fill()
        send(phone)

        joy.refresh_from_db()
        assert (joy.phone, joy.is_veteran, joy.reminder_hour) == ("555-0199", True, 18)
        score = joy.episodes.get().scores.get()
        assert (score.instrument.key, score.total) == ("peg", 5)

    @pytest.mark.parametrize(("answered", "kept"), [("no", False), ("unsaid", None)])
    def test_a_veteran_or_not_or_not_said(self, phone, joy, fill, answered, kept):
        fill({"veteran": {"veteran": answered}, "contact": {"reminder_hour": ""}})
        send(phone)

        joy.refresh_from_db()
        assert (joy.is_veteran, joy.reminder_hour) == (kept, None)

    def test_nothing_can_be_answered_after_sending(self, phone, protocol, joy, now, fill):
        fill()
        send(phone)

        assert phone.get("/intake/").url == SENT
        assert phone.get(url("pain")).url == "/intake/"
        with pytest.raises(IntakeClosed):
            answer_intake(patient=joy, page="pain", answers={}, by=joy.user, now=now)

    def test_sent_from_two_tabs_is_sent_once(self, phone, protocol, joy, now, fill):
        fill()
        send(phone)
        intake = Intake.objects.get()

        again = send_intake(
            intake=intake, told=IntakeAnswers(), by=joy.user, now=now + timedelta(hours=1)
        )
        assert again.sent_at == now
        assert joy.episodes.get().scores.count() == 1

    @pytest.mark.parametrize("why", [IntakeClosed, IntakeStopped])
    def test_overtaken_while_sending_she_is_led_on(self, phone, protocol, monkeypatch, why, fill):
        fill()

        def overtaken(**_anything):
            raise why

        monkeypatch.setattr("patients.intake.views.intake.send_intake", overtaken)
        assert send(phone).url == "/intake/"

    @pytest.mark.parametrize("why", [IntakeClosed, IntakeStopped])
    def test_overtaken_while_answering_she_is_led_on(self, phone, protocol, fill, monkeypatch, why):
        fill(up_to="pain")

        def overtaken(**_anything):
            raise why

        monkeypatch.setattr("patients.intake.views.intake.answer_intake", overtaken)
        assert answer(phone, "pain", protocol).url == "/intake/"


class TestSuggestion:
    def suggested(self, phone, fill, changes=None):
        fill(changes)
        send(phone)
        intake = Intake.objects.get()
        return intake.suggested_level, intake.suggested_reasons, intake.look_closely

    def test_a_full_course_of_therapy_is_not_asked_for_again(self, phone, protocol, fill):
        assert self.suggested(phone, fill) == (3, ["therapy_tried"], False)

    def test_years_of_care_are_not_sent_back_to_the_start(self, phone, protocol, fill):
        level, reasons, closely = self.suggested(phone, fill, YEARS_OF_CARE)

        assert (level, closely) == (5, True)
        assert reasons == ["therapy_tried", "medication_tried", "intervention_tried"]

    def test_what_nobody_remembers_does_not_count_as_no_help(self, phone, protocol, fill):
        changes = {"therapy": {"helped": "unknown"}}

        assert self.suggested(phone, fill, changes)[0] == 2

    def test_new_pain_without_care_starts_at_the_first_step(self, phone, protocol, fill):
        changes = {
            "onset": {"onset_on": "2026-02-20", "about": "", "unit": ""},
            "self-care": {"tried": ["none"]},
            "therapy": {"tried": ["none"]},
        }

        assert self.suggested(phone, fill, changes) == (1, ["recent"], False)

    def test_a_weak_leg_is_seen_before_any_step(self, phone, protocol, fill):
        changes = {"spread": {"spread": "weak"}}

        assert self.suggested(phone, fill, changes) == (None, ["weakness"], True)

    def test_much_trouble_in_daily_life_asks_for_a_close_look(self, phone, protocol, fill):
        changes = {
            "onset": {"onset_on": "2026-02-20"},
            "self-care": {"tried": ["none"]},
            "therapy": {"tried": ["none"]},
            "daily-life": {str(key): "7" for key in _peg_items(protocol)},
        }

        assert self.suggested(phone, fill, changes) == (2, ["severe"], True)


def _peg_items(protocol):
    return protocol.instruments.get(key="peg").items_to_show().values_list("key", flat=True)


def test_the_table_of_pages_and_the_answers_of_the_story_are_the_same():
    assert list(ANSWERS) == KEYS


def test_a_complaint_that_was_closed_leaves_room_for_a_new_intake(sign_in, maria, dr_kim, protocol):
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    Episode.objects.filter(pk=episode.pk).update(closed_on=date(2026, 3, 2), closed_by=dr_kim)
    phone = sign_in(maria.user)

    assert answer(phone, "safety", protocol).url == url("risks")
    assert Patient.objects.get(pk=maria.pk).episodes.open().get().intake


class TestWhenItBegan:
    """One line for whoever checks it, in the reader's language."""

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"about": "4", "unit": "years"}, "About 4 years ago"),
            ({"about": "1", "unit": "weeks"}, "About 1 week ago"),
            ({"onset_on": "2026-01-05", "about": ""}, "January 5, 2026"),
        ],
    )
    def test_in_words(self, fill, phone, changes, words):
        fill({"onset": changes})
        assert f"<dt>When did this pain start?</dt><dd>{words}</dd>" in text(phone.get(CHECK))

    def test_in_spanish(self, fill, phone, joy):
        fill({"onset": {"onset_on": "2026-01-05", "about": ""}})
        choose_language(user=joy.user, language="es")
        assert "<dd>5 de enero de 2026</dd>" in text(phone.get(CHECK))


def test_where_nobody_has_read_them_in_time_that_is_said(fill, phone, sign_in, joy, now):
    fill()
    send(phone)
    with time_machine.travel(now + timedelta(days=3), tick=False):
        later = sign_in(joy.user)
        for page in (SENT, "/home/"):
            said = text(later.get(page))
            assert "This is taking longer than the two working days we told you." in said
            assert "by Wednesday, March 4" not in said
