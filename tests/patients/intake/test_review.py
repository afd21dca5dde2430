"""Dr. Kim reads Joy's intake and confirms a first step, or another one with a reason."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from patients.care_team.actions.care_team import set_care_team_only
from patients.flags.actions import request_review
from patients.flags.safety_answers import answer_safety
from patients.imports.actions.import_logs import import_targets
from patients.models import AccessLog, Decision, Flag, Intake, Patient, PriorTreatment, TierTrial
from patients.record.actions.register import invite_patient
from patients.record.actions.trials import NotDescribed, TrialStart, start_trial
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, PatientFactory, StaffFactory
from tests.pages import drawn
from tests.patients.intakes import YEARS_OF_CARE, answer, answer_all, send
from tests.patients.safety_desk.stories import settle
from tests.stage import staged

pytestmark = pytest.mark.django_db

# The rows of the review page, as they are drawn from Joy's answers.
IBUPROFEN = {
    "medicine-0-name": "Ibuprofen", "medicine-0-use": "as_needed", "medicine-0-modality": "",
    "medicine-0-started_on": "",
}  # fmt: skip
MRI = {
    "image-0-method": "mri", "image-0-month": "2025-11", "image-0-part": "", "image-0-findings": "",
}  # fmt: skip


@staged
def joy(northside, dr_kim):
    return PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")


@pytest.fixture
def phone(sign_in, joy):
    return sign_in(joy.user)


@pytest.fixture
def desk(sign_in, dr_kim):
    return sign_in(dr_kim)


@pytest.fixture
def sent(joy, phone, protocol, now):
    """Joy's intake, sent: four years of pain, a full course of therapy; tier 3 is suggested."""

    def told(changes=None):
        answer_all(joy, protocol, now, changes)
        send(phone)
        return Intake.objects.get()

    return told


@pytest.fixture
def confirm(desk, protocol):
    """Send the form on the review page."""

    def posted(intake, **changes):
        condition = protocol.conditions.get(key="mechanical-pain")
        answers = {
            "condition": condition.pk, "region": "back", "radiating": "on",
            "onset_on": "2022-03-02", "level": intake.suggested_level or "", "reason": "As we said.",
            **IBUPROFEN, **MRI,
        }  # fmt: skip
        return desk.post(reverse("intake_review", args=[intake.pk]), answers | changes)

    return posted


def text(response):
    return drawn(response)


def plain(html):
    return " ".join(strip_tags(html.replace("<br>", " ")).split())


def test_the_page_shows_the_answers_the_suggestion_and_why(desk, sent, dr_kim, joy):
    intake = sent()

    page = text(desk.get(reverse("intake_review", args=[intake.pk])))

    for words in (
        "Suggested: tier 3 ", "A full course of therapy (6 weeks, attended) did not help enough.",
        "I want to lift my grandson again.", "Heat; Something else", "Ibuprofen (as needed)",
        "The patient sees no step before you confirm one.",
    ):  # fmt: skip
        assert words in page
    assert "checked" not in page.split('name="level"')[1].split("</fieldset>")[0]
    assert AccessLog.objects.get(patient=joy).user == dr_kim


def test_confirming_describes_the_complaint_keeps_what_was_tried_and_starts_care(
    confirm, sent, joy, dr_kim, phone, now
):
    intake = sent()

    assert confirm(intake).url == reverse("record", args=[joy.pk])

    trial = TierTrial.objects.get()
    episode = trial.episode
    assert (trial.level, trial.usual_pain, trial.reason) == (3, 6, "As we said.")
    assert (episode.region, episode.radiating, episode.onset_on) == ("back", True, date(2022, 3, 2))
    assert [(one.level, one.weeks, one.attended, one.helped) for one in
            episode.prior_treatments.order_by("level")] == [
        (1, 100, True, "some"), (2, 12, True, "no"),
    ]  # fmt: skip
    assert episode.prior_treatments.get(level=1).what == "Heat; Swimming"
    intake.refresh_from_db()
    assert (intake.reviewed_by, intake.reviewed_at, intake.chosen_level) == (dr_kim, now, 3)
    home = text(phone.get("/home/"))
    assert "Step 3 of 5" in home
    assert "Your answers were sent" not in home


def test_years_of_care_are_not_sent_back_to_the_start(desk, sent):
    intake = sent(YEARS_OF_CARE)

    page = text(desk.get(reverse("intake_review", args=[intake.pk])))
    assert "Suggested: tier 5" in page
    assert "Look closely" in page


def test_another_tier_needs_a_reason(confirm, sent):
    intake = sent()

    wrong = confirm(intake, level="2")
    assert (wrong.status_code, "Say why you choose a different tier." in text(wrong)) == (422, True)
    assert not TierTrial.objects.exists()
    confirm(intake, level="2", review_note="She wants to try therapy near her home.")
    intake.refresh_from_db()
    assert (TierTrial.objects.get().level, intake.chosen_level) == (2, 2)


def test_where_none_is_suggested_the_choice_needs_a_reason(confirm, desk, sent):
    intake = sent({"spread": {"spread": "weak"}})

    page = text(desk.get(reverse("intake_review", args=[intake.pk])))
    assert "Suggested: no tier before you have seen the patient" in page
    assert "see a clinician before any step." in page
    assert confirm(intake, level="2").status_code == 422
    assert confirm(intake, level="2", review_note="Seen: strength is even.").status_code == 302


def test_nothing_is_chosen_beforehand(confirm, sent):
    wrong = text(confirm(sent(), level="", condition=""))

    assert "Choose the first tier." in wrong
    assert "Choose the condition." in wrong


def test_an_onset_after_the_intake_began_is_refused(confirm, sent):
    assert "not after the intake began" in text(confirm(sent(), onset_on="2026-03-03"))


def test_an_open_safety_answer_stops_it_until_its_outcome_is_recorded(
    confirm, desk, sent, joy, protocol, dr_kim, now
):
    intake = sent()
    answer_safety(
        episode=intake.episode, yes_to=[protocol.safety_questions.get(key="bladder")],
        submission_id="0" * 32, by=joy.user, now=now,
    )  # fmt: skip

    page = text(desk.get(reverse("intake_review", args=[intake.pk])))
    assert "A safety answer is open" in page
    assert "Confirm and start care" not in page
    refused = confirm(intake)
    assert (refused.status_code, TierTrial.objects.exists()) == (422, False)
    assert "Record its outcome first." in text(refused)
    settle(Flag.objects.get(), dr_kim, now)
    assert "Said yes to:" in text(desk.get(reverse("intake_review", args=[intake.pk])))
    assert confirm(intake).status_code == 302


def test_two_clinicians_confirm_once(confirm, desk, sent):
    intake = sent()
    confirm(intake)

    again = confirm(intake)

    assert again.status_code == 302
    assert "A colleague has confirmed this intake before you." in text(desk.get(again.url))
    assert PriorTreatment.objects.count() == 2
    assert "Dr. Kim chose tier 3" in text(desk.get(reverse("intake_review", args=[intake.pk])))


def test_an_open_complaint_of_the_same_region_is_said(confirm, sent, joy, dr_kim):
    intake = sent()
    EpisodeFactory(patient=joy, by=dr_kim)

    assert "There is an open complaint of this region." in text(confirm(intake))
    assert not PriorTreatment.objects.exists()


def test_somebody_seen_before_the_intake_was_sent_starts_care_from_its_page(
    desk, confirm, joy, protocol, now
):
    answer_all(joy, protocol, now, up_to="onset")
    intake = Intake.objects.get()

    start = desk.get(reverse("start_care", args=[joy.pk]))
    assert start.url == reverse("intake_review", args=[intake.pk])
    page = text(desk.get(start.url))
    assert "Not sent yet: nothing is suggested" in page
    assert confirm(intake, level="1", review_note="Seen at the desk.").status_code == 302
    assert TierTrial.objects.get().usual_pain is None


class TestTheList:
    def groups(self, desk):
        page = text(desk.get(reverse("intakes")))
        return {
            part.split('"')[0]: plain(part) for part in page.split('<section aria-labelledby="')[1:]
        }

    def test_who_was_only_invited(self, desk, northside, ada, joy, now):
        ruth = PatientFactory(clinic=northside, by=ada, name="Ruth Berg", joined=False)
        invite_patient(patient=ruth, by=ada, now=now)
        waiting = self.groups(desk)["waiting"]
        assert "Ruth Berg invited Mar 2, the link works until Mar 16" in waiting
        assert "Joy Adeyemi has an account" in waiting

    def test_half_done(self, desk, joy, protocol, now):
        answer_all(joy, protocol, now, up_to="spread")
        groups = self.groups(desk)
        assert "Joy Adeyemi begun Mar 2, 4 of 17 pages" in groups["half-done"]
        assert "Joy" not in groups["waiting"]

    def test_stopped(self, desk, phone, protocol):
        answer(phone, "safety", protocol, alarms=["bladder"])
        groups = self.groups(desk)
        assert "Joy Adeyemi" in groups["stopped"]
        assert "Joy Adeyemi" not in groups["half-done"]

    def test_ready_and_overdue_after_two_working_days(self, desk, sent, now):
        sent()
        assert "Joy Adeyemi sent Mar 2, 09:00, to be read by Mar 4" in self.groups(desk)["ready"]
        assert "Overdue" not in self.groups(desk)["ready"]

    def test_overdue(self, sign_in, dr_kim, sent, now):
        sent()
        with time_machine.travel(now + timedelta(days=3), tick=False):
            assert "Overdue" in self.groups(sign_in(dr_kim))["ready"]

    def test_staff_see_where_they_stand_and_no_answers(self, sign_in, sam, sent):
        sent()
        page = text(sign_in(sam).get(reverse("intakes")))
        assert "Joy Adeyemi sent" in plain(page)
        assert "/intakes/" not in page.split("<main")[1]

    def test_confirmed_ones_are_gone(self, desk, confirm, sent):
        confirm(sent())
        assert "Joy" not in text(desk.get(reverse("intakes"))).split("<main")[1]


def test_where_teams_are_closed_a_new_patient_is_seen_by_all_until_one_confirms(
    desk, sent, confirm, joy, northside, dr_kim
):
    set_care_team_only(clinic=northside, on=True)
    dr_lee = StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")
    assert not Patient.objects.visible_to(dr_lee.membership_as()).filter(pk=joy.pk).exists()

    intake = sent()
    assert Patient.objects.visible_to(dr_lee.membership_as()).filter(pk=joy.pk).exists()

    confirm(intake)
    assert not Patient.objects.visible_to(dr_lee.membership_as()).filter(pk=joy.pk).exists()
    assert Patient.objects.visible_to(dr_kim.membership_as()).filter(pk=joy.pk).exists()


class TestAnEpisodeThatIsNotDescribed:
    @pytest.fixture
    def flag(self, phone, protocol, dr_kim, now):
        """The safety answer has its outcome; Joy has asked for a review as well."""
        answer(phone, "safety", protocol, alarms=["bladder"])
        held = Flag.objects.get()
        flag = request_review(episode=held.episode, reason="", protocol=protocol, now=now)
        settle(flag, dr_kim, now)
        return flag

    def test_pages_say_so(self, desk, flag, joy):
        for place in (reverse("flag", args=[flag.pk]), reverse("record", args=[joy.pk])):
            assert "Complaint not described yet" in text(desk.get(place))
        assert "Joy Adeyemi" in text(desk.get(reverse("worklist")))

    def test_no_step_starts_on_it(self, desk, flag):
        chosen = {"kind": "step_up", "to_level": "2", "reason": "safety", "patient_sentence": ""}
        page = text(desk.post(reverse("decide", args=[flag.pk]), chosen, follow=True))
        assert "Complaint not described yet. Finish the intake first." in page
        assert not Decision.objects.exists()

    def test_no_step_is_begun_on_it_by_any_other_way(self, flag, dr_kim, now):
        start = TrialStart(level=1, started_on=now.date())
        with pytest.raises(NotDescribed):
            start_trial(episode=flag.episode, start=start, by=dr_kim, now=now)

    def test_a_reassessment_can_be_asked_for_as_soon_as_for_new_pain(self, flag, dr_kim, now):
        choice = Choice(kind="reassess", reason="safety")
        decision = decide(flag=flag, choice=choice, by=dr_kim, now=now)
        assert decision.visit_request.due_on == now.date() + timedelta(days=14)

    def test_an_imported_diary_has_nowhere_to_go(self, flag, joy):
        assert import_targets(patient=joy, episode=None) == {}


class TestPriorTreatment:
    def test_it_is_added_to_the_record(self, desk, episode, maria, dr_kim):
        place = reverse("prior_treatment", args=[episode.pk])
        assert "Nothing is recorded." in text(desk.get(reverse("record", args=[maria.pk])))
        assert "Add a treatment from before" in text(desk.get(place))
        sent = {"level": "2", "what": "Therapy in Ohio", "weeks": "8", "helped": "no"}
        assert desk.post(place, {**sent, "weeks": "0"}).status_code == 422
        assert desk.post(place, sent).url == reverse("record", args=[maria.pk])
        page = text(desk.get(reverse("record", args=[maria.pk])))
        assert "Tier 2: Therapy in Ohio, 8 weeks. It did not help. Less than most of it" in page
        assert episode.prior_treatments.get().recorded_by == dr_kim


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"suggested_level": 6}, "intake_suggests_after_sending"),
        ({"sent_at": None}, "intake_suggests_after_sending"),
        ({"chosen_level": 2}, "intake_reviewed_whole"),
        ({"reviewed_at": "2026-03-02T00:00Z"}, "intake_reviewed_whole"),
    ],
)
def test_the_database_refuses_half_an_intake(sent, fields, name):
    sent()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Intake.objects.update(**fields)


@pytest.mark.parametrize("suggested", [2, None])
def test_the_database_refuses_another_tier_without_a_reason(sent, confirm, suggested):
    confirm(sent())
    with (
        pytest.raises(IntegrityError, match="intake_other_tier_says_why"),
        transaction.atomic(),
    ):
        Intake.objects.update(suggested_level=suggested)
