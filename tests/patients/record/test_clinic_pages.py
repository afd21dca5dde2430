"""A clinician's Monday: the worklist, the evidence, the decision; without script."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import AccessLog, Decision, Flag, Patient, TierTrial
from patients.record.actions.trials import extend_trial
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.pages import drawn

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@pytest.fixture
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def read(answer):
    return drawn(answer)


def test_the_worklist_says_who_why_and_by_when(flag, desk):
    page = read(desk.get(reverse("worklist")))
    assert "Maria Ortiz" in page
    assert "6.0 → 6.0 in 8 weeks; needs 4.2 or less" in page
    assert "2 of 5, day 56" in page
    assert "Mar 9, 17:00" in page


def test_an_empty_list_says_what_it_means(desk, northside):
    assert "Nothing here." in read(desk.get(reverse("worklist")))
    assert "Nothing needs you right now." in read(desk.get(reverse("worklist") + "?list=mine"))


def test_the_list_refreshes_itself_with_the_rows_alone(flag, desk):
    page = read(desk.get(reverse("worklist"), headers={"HX-Request": "true"}))
    assert "Maria Ortiz" in page
    assert "<html" not in page


def test_owning_moves_a_flag_to_mine(flag, desk):
    assert desk.post(reverse("acknowledge", args=[flag.pk])).url == reverse("worklist")
    assert "Maria Ortiz" in read(desk.get(reverse("worklist") + "?list=mine"))


def test_snoozing_needs_an_end_and_a_reason(flag, desk):
    url = reverse("snooze", args=[flag.pk])
    assert "Snooze Maria Ortiz" in read(desk.get(url))
    wrong = desk.post(url, {"days": "3"})
    assert (wrong.status_code, "Say why it can wait." in read(wrong)) == (422, True)
    assert desk.post(url, {"days": "3", "reason": "Seen on Thursday"}).url == reverse("worklist")
    assert "Maria Ortiz" in read(desk.get(reverse("worklist") + "?list=snoozed"))
    assert "Maria Ortiz" not in read(desk.get(reverse("worklist")))


def test_an_urgent_flag_says_why_it_cannot_sleep(flag, desk):
    Flag.objects.update(severity=3)
    answer = desk.post(reverse("snooze", args=[flag.pk]), {"days": "1", "reason": "later"})
    assert answer.status_code == 422
    assert "An urgent flag cannot be snoozed." in read(answer)


def test_the_evidence_shows_its_numbers_and_the_opening_is_noted(flag, desk, dr_kim, maria):
    page = read(desk.get(reverse("flag", args=[flag.pk])))
    for words in (
        "from 14 days",
        "4.2 or less",
        "57 of 57 days" if "57 of 57" in page else "56 of 57 days",
    ):
        assert words in page
    assert "about 5 of 100 people" in page
    log = AccessLog.objects.get(patient=maria)
    assert str(log) == "Dr. Kim opened flag"


def test_a_flag_without_a_trial_still_has_a_page(episode, protocol, desk, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    assert "No assessment yet" in read(desk.get(reverse("flag", args=[flag.pk])))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "Choose what happens next."),
        ({"kind": "reassess"}, "Choose the main reason."),
        ({"kind": "continue", "reason": "other"}, "Give a day after today"),
        (
            {"kind": "continue", "reason": "other", "next_check_on": "2026-03-02"},
            "Give a day after",
        ),
        ({"kind": "continue", "reason": "other", "next_check_on": "soon"}, "Enter a valid date"),
        (
            {"kind": "continue", "reason": "other", "next_check_on": "2027-03-16"},
            "Give a day within the next 26 weeks.",
        ),
        ({"kind": "extend", "reason": "other"}, "Choose how much more time."),
        ({"kind": "step_up", "reason": "other", "to_level": "2"}, "Choose a higher tier."),
        ({"kind": "step_down", "reason": "other"}, "Choose a lower tier."),
    ],
)
def test_a_half_filled_decision_says_what_to_do(flag, desk, answers, words):
    answer = desk.post(reverse("decide", args=[flag.pk]), answers)
    assert answer.status_code == 422
    assert words in read(answer)
    assert not Decision.objects.exists()


def test_where_no_step_runs_none_is_extended(episode, protocol, desk, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    answers = {"kind": "extend", "reason": "other", "extension_days": "14"}
    answer = desk.post(reverse("decide", args=[flag.pk]), answers)
    assert (answer.status_code, "No trial is running that could be extended." in read(answer)) == (
        422, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "effect", "sentence"),
    [
        (
            {"kind": "step_up", "to_level": "3"},
            (
                "Ends tier",
                "About the same",
                "Starts tier 3",
                "Asks staff for a visit within 10 days, by March 12, 2026.",
            ),
            "They are adding more help to your plan: Medication management.",
        ),
        (
            {"kind": "step_up", "to_level": "3", "keep_running": "on"},
            ("Starts tier 3",),
            "more help",
        ),
        (
            {"kind": "continue", "next_check_on": "2026-03-16"},
            ("Keeps this finding quiet until March 16, 2026",),
            "Your next check is on March 16, 2026.",
        ),
        (
            {"kind": "extend", "extension_days": "28"},
            ("Gives this trial 28 more days", "longest trial here, 84 days."),
            "You have more time on this step.",
        ),
        ({"kind": "not_relevant"}, ("Closes the flag",), ""),
    ],
)
def test_the_effect_is_spelled_out_before_anything_is_saved(flag, desk, answers, effect, sentence):
    url = reverse("decide", args=[flag.pk])
    chosen = {**answers, "reason": "not_improving", "note": "MRI next"}
    page = read(desk.post(url, chosen))
    for words in (*effect, sentence):
        assert words in page
    assert not Decision.objects.exists()
    answer = desk.post(url, {**chosen, "patient_sentence": "As we agreed."})
    assert answer.url == reverse("worklist")
    decision = Decision.objects.get()
    assert (decision.note, decision.patient_sentence) == ("MRI next", "As we agreed.")


def test_a_sentence_that_is_too_long_is_kept_and_said(flag, desk):
    chosen = {"kind": "reassess", "reason": "other", "patient_sentence": "x" * 601}
    answer = desk.post(reverse("decide", args=[flag.pk]), chosen)
    assert answer.status_code == 422
    assert "x" * 601 in read(answer)


def test_thin_data_is_said_before_deciding(episode, dr_kim, desk, now):
    TrialFactory(episode=episode, by=dr_kim)
    keep_diary(episode, [6, 6], (now - timedelta(days=16)).date())
    review_due_trials(now=now)
    url = reverse("decide", args=[Flag.objects.get().pk])
    page = read(desk.post(url, {"kind": "reassess", "reason": "other"}))
    assert "Only 2 of 57 days were logged." in page


def test_the_second_clinician_is_shown_the_first_decision(flag, desk, dr_kim, now):
    choice = Choice(kind="reassess", reason="other", note="come in on Friday")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    sent = {"kind": "step_up", "to_level": "4", "reason": "other", "patient_sentence": "x"}
    page = read(desk.post(reverse("decide", args=[flag.pk]), sent, follow=True))
    assert "Dr. Kim recorded a decision before you" in page
    assert "come in on Friday" in page
    page = read(desk.post(reverse("acknowledge", args=[flag.pk]), follow=True))
    assert "Somebody has decided about this flag." in page


def test_a_tier_that_runs_already_is_refused_with_words(flag, episode, desk, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=10)
    sent = {"kind": "step_up", "to_level": "3", "reason": "other", "patient_sentence": "x"}
    page = read(desk.post(reverse("decide", args=[flag.pk]), sent, follow=True))
    assert "This tier is being tried already." in page


def test_a_second_extension_is_refused_with_words(flag, trial, desk, dr_kim, now):
    extend_trial(trial=trial, days=14, reason="holiday", by=dr_kim, now=now)
    sent = {"kind": "extend", "extension_days": "14", "reason": "other", "patient_sentence": "x"}
    page = read(desk.post(reverse("decide", args=[flag.pk]), sent, follow=True))
    assert "This trial was extended before." in page


def test_a_record_shows_course_trials_and_flags(flag, maria, desk):
    page = read(desk.get(reverse("record", args=[maria.pk])))
    for words in ("54 years, Female", "Improvement has levelled off", "running"):
        assert words in page


def test_somebody_new_comes_into_care(ada, dr_kim, protocol, sign_in):
    office = sign_in(ada)
    details = {
        "name": "Joy Adeyemi", "birth_date": "1955-02-01", "number": "N-1", "language": "en",
        "email": "joy@mail.example", "phone": "", "sex": "F",
    }  # fmt: skip
    assert office.get(reverse("register")).status_code == 200
    assert office.post(reverse("register"), details).url == reverse("patient_list")
    joy = Patient.objects.get(number="N-1")
    assert joy.invitation.email == "joy@mail.example"
    unborn = office.post(reverse("register"), {**details, "birth_date": "2055-02-01"})
    assert "Give a date of birth in the past." in read(unborn)
    another = office.post(reverse("register"), {**details, "name": "Jo Adey"})
    assert "Another patient has this record number." in read(another)
    desk = sign_in(dr_kim)
    url = reverse("start_care", args=[joy.pk])
    assert "Start care for Joy Adeyemi" in read(desk.get(url))
    condition = protocol.conditions.in_order()[0]
    care = {
        "condition": condition.pk, "region": "neck", "onset_on": "2026-02-20", "level": "1",
        "usual_pain": "0", "reason": "Start with what you can do yourself.",
    }  # fmt: skip
    assert "not in the future" in read(desk.post(url, {**care, "onset_on": "2026-03-20"}))
    assert desk.post(url, care).url == reverse("record", args=[joy.pk])
    assert TierTrial.objects.get(episode__patient=joy).usual_pain == 0
    assert "open complaint of this region" in read(desk.post(url, care))


def test_patients_are_found_by_name_or_number(maria, dr_kim, northside, desk):
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")
    page = read(desk.post(reverse("patient_list"), {"q": ben.number}, follow=True))
    assert "Ben Shaw" in page
    assert "Maria Ortiz" not in page
    nobody = desk.post(reverse("patient_list"), {"q": "zzz"}, follow=True)
    assert "Nobody found." in read(nobody)


def test_the_page_takes_the_same_queries_however_many_flags(
    flag, northside, dr_kim, desk, now, django_assert_max_num_queries
):
    for number in range(5):
        patient = PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number}")
        episode = EpisodeFactory(patient=patient, by=dr_kim)
        TrialFactory(episode=episode, by=dr_kim)
        keep_diary(episode, LEVEL[:20], now.date())
    review_due_trials(now=now)
    desk.get(reverse("worklist"))  # the first one writes the session
    with django_assert_max_num_queries(12):
        desk.get(reverse("worklist"))
    with django_assert_max_num_queries(20):
        desk.get(reverse("flag", args=[flag.pk]))


def test_the_total_of_a_licensed_questionnaire_is_entered_once(episode, maria, protocol, desk):
    url = reverse("score_entry", args=[episode.pk])
    form = desk.get(url).context["form"]
    odi = protocol.instruments.get(key="odi")
    sent = {"instrument": odi.pk, "total": "0", "submission_id": form["submission_id"].value(),
            "filled_on": form["filled_on"].value()}  # fmt: skip
    too_high = desk.post(url, {**sent, "total": "101"})
    assert "Give a total within the range" in read(too_high)
    for _ in range(2):
        assert desk.post(url, sent).url == reverse("record", args=[maria.pk])
    score = episode.scores.get()
    assert (score.total, score.percent, score.answers) == (0, 0, {})
    assert f"{odi.short_name}: 0" in read(desk.get(reverse("record", args=[maria.pk])))


@pytest.fixture
def paper(episode, protocol, desk):
    """Enter a total that was filled on paper on this day."""

    def entered(day):
        return desk.post(
            reverse("score_entry", args=[episode.pk]),
            {"instrument": protocol.instruments.get(key="odi").pk, "total": "40",
             "submission_id": uuid4(), "filled_on": day},
        )  # fmt: skip

    return entered


def test_a_paper_questionnaire_counts_for_the_day_on_which_it_was_filled(
    paper, episode, maria, desk, now
):
    today = desk.get(reverse("score_entry", args=[episode.pk]))
    assert f'value="{maria.local_date(now)}"' in read(today)
    paper(episode.onset_on.isoformat())
    score = episode.scores.get()
    assert (score.local_date, score.completed_at) == (episode.onset_on, now)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "Give the day on which it was filled in."),
        (1, "Give a day that is not in the future."),
        (-10_000, "The complaint began on "),
    ],
)
def test_a_day_outside_the_complaint_is_refused(paper, episode, maria, now, days, words):
    day = "" if days is None else maria.local_date(now) + timedelta(days=days)
    answer = paper(day)
    assert (answer.status_code, words in read(answer)) == (422, True)
    assert not episode.scores.exists()


def test_a_questionnaire_that_is_free_is_answered_by_the_patient(episode, desk):
    page = read(desk.get(reverse("score_entry", args=[episode.pk])))
    assert "Oswestry" in page
    assert "PEG" not in page


def test_what_was_decided_stands_under_closed(flag, desk, dr_kim, now):
    choice = Choice(kind="reassess", reason="other")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    assert "Maria Ortiz" in read(desk.get(reverse("worklist") + "?list=closed"))
    assert "Maria Ortiz" not in read(desk.get(reverse("worklist")))
