"""The desk's pages and what Maria reads, without script."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from patients.care_team.actions.care_team import join_care_team
from patients.models import SafetyAdvice, SafetyCall, SafetyOutcome
from patients.review.sweep import review_due_trials
from tests.factories import EpisodeFactory, PatientFactory, StaffFactory, keep_diary
from tests.pages import drawn
from tests.patients.safety_desk.stories import newest, say_yes, settle

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2026, 3, 7, 15, tzinfo=UTC)  # 10:00 in New York
EVENING = datetime(2026, 3, 2, 23, tzinfo=UTC)  # Monday, 18:00 in New York
EARLY = datetime(2026, 3, 3, 12, tzinfo=UTC)  # Tuesday, 07:00 in New York


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


@pytest.fixture
def flag(trial, episode, now):
    return say_yes(episode, now, "bowel", "fever")


def case(desk, flag):
    return drawn(desk.get(reverse("safety_case", args=[flag.pk])))


def test_the_desk_reads_what_the_patient_read(flag, desk, phone, maria):
    home, page = drawn(phone.get("/home/")), case(desk, flag)
    for row in SafetyAdvice.objects.all():
        for words in (row.heading, row.words, *row.questions):
            assert words in home
            assert words in page


def test_in_the_patients_own_language(trial, episode, maria, desk, now):
    type(maria).objects.update(language="es")
    episode.patient.refresh_from_db()
    page = case(desk, say_yes(episode, now, "bladder"))
    assert "Busque atención de emergencia ahora" in page
    assert 'lang="es"' in page


def test_the_page_has_the_phone_the_script_and_no_numbers_of_a_plateau(trial, episode, desk, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    page = case(desk, say_yes(episode, now))
    assert 'href="tel:555-0142"' in page
    assert "Call script" in page
    for never in ("levelled", "keep going", "14 days", "needs 4.", "Reassess"):
        assert never not in page


def test_the_worklist_says_it_above_everything(flag, desk):
    page = drawn(desk.get(reverse("worklist"))).split("<main")[1]
    assert page.index("Safety desk: 1 answer waits") < page.index("<h1>Worklist")
    assert reverse("safety_case", args=[flag.pk]) in page
    part = drawn(desk.get(reverse("worklist"), headers={"HX-Request": "true"}))
    assert 'id="safety-first" role="status" hx-swap-oob="true"' in part


def test_an_emergency_stands_first_however_long_others_wait(episode, dr_kim, northside, desk, now):
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw")
    say_yes(EpisodeFactory(patient=ben, by=dr_kim), now - timedelta(hours=3), "fever")
    say_yes(episode, now, "bowel")
    page = drawn(desk.get("/safety-desk/"))
    assert page.index("Maria Ortiz") < page.index("Ben Shaw")


def test_on_the_flags_page_it_comes_before_the_numbers(flag, desk):
    page = drawn(desk.get(reverse("flag", args=[flag.pk])))
    assert page.index("A safety answer waits") < page.index('<h2 id="why">')
    assert page.count("A safety answer waits") == 1
    assert "Advice after a safety answer, word for word" in page


def test_settled_it_is_gone_from_both(flag, desk, dr_kim, now):
    settle(flag, dr_kim, now)
    assert "answer waits" not in drawn(desk.get(reverse("worklist")))
    assert "No safety answer waits." in drawn(desk.get(reverse("safety_desk")))
    assert "Seen today, no deficit." in case(desk, flag)


def test_a_call_and_an_outcome_by_their_forms(flag, desk, phone):
    note = reverse("note_safety_call", args=[flag.pk])
    assert desk.post(note, {}).status_code == 422
    desk.post(note, {"call-result": "no_answer", "call-note": ""})
    call = SafetyCall.objects.get()
    change = reverse("correct_safety_call", args=[call.pk])
    assert desk.post(change, {"call-result": ""}).status_code == 422
    desk.post(change, {"call-result": "left_message", "call-note": "With her son."})
    assert "Before: No answer" in case(desk, flag)
    desk.post(reverse("withdraw_safety_call", args=[call.pk]))
    assert "Withdrawn by Dr. Kim" in case(desk, flag)

    place = reverse("safety_outcome", args=[flag.pk])
    assert desk.post(place, {"outcome-kind": "well"}).status_code == 422
    sent = {"outcome-kind": "well", "outcome-note": "Well.", "outcome-seen": newest(flag)}
    desk.post(place, sent)
    assert SafetyOutcome.objects.get().kind == "well"
    assert "Hello, Maria</h1>" in drawn(phone.get("/home/"))
    assert "A colleague has recorded the outcome" in drawn(desk.post(place, sent, follow=True))
    assert "A colleague has recorded" in drawn(
        desk.post(note, {"call-result": "reached"}, follow=True)
    )

    undo = reverse("undo_safety_outcome", args=[SafetyOutcome.objects.get().pk])
    assert "The answer waits again" in drawn(desk.post(undo, follow=True))
    assert "undone already" in drawn(desk.post(undo, follow=True))
    assert "Get emergency care now" in drawn(phone.get("/home/"))


def test_what_came_meanwhile_keeps_what_was_typed(flag, desk, episode, now):
    seen = newest(flag)
    say_yes(episode, now, "bladder")
    sent = {"outcome-kind": "well", "outcome-note": "She is fine.", "outcome-seen": seen}
    answer = desk.post(reverse("safety_outcome", args=[flag.pk]), sent)
    page = drawn(answer)
    assert answer.status_code == 422
    assert "has said yes to something more" in page
    assert "She is fine." in page
    assert f'value="{newest(flag)}"' in page


def test_to_a_colleague_who_may_not_see_her_nothing_is_handed(flag, desk, northside, dr_kim, now):
    type(northside).objects.update(care_team_only=True)
    wu = StaffFactory(clinic=northside, name="Dr. Wu").membership_as()
    join_care_team(
        patient=flag.episode.patient, membership=dr_kim.membership_as(), by=dr_kim, now=now
    )
    sent = {
        "outcome-kind": "not_reached", "outcome-note": "No answer.", "outcome-seen": newest(flag),
        "outcome-handed_to": wu.pk,
    }  # fmt: skip
    page = drawn(desk.post(reverse("safety_outcome", args=[flag.pk]), sent))
    assert "may not see the patient" in page
    assert not SafetyOutcome.objects.exists()


def test_a_hand_over_is_said_until_she_says_more(flag, desk, episode, dr_kim, now):
    settle(flag, dr_kim, now, "not_reached", "Rang out twice.")
    assert "Not reached, handed over Mar 2, 09:00." in case(desk, flag)
    assert "Not reached, handed over" in drawn(desk.get("/safety-desk/"))
    say_yes(episode, now + timedelta(minutes=5), "bladder")
    assert "Not reached, handed over" not in case(desk, flag)


def test_whoever_sees_to_it_is_named(flag, desk, dr_kim):
    page = drawn(desk.post(reverse("take_case", args=[flag.pk]), follow=True))
    assert "Owned by Dr. Kim." in page
    assert "I see to it" not in page


def test_a_flag_without_a_safety_answer_has_no_page_here(trial, episode, desk, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    [other] = episode.flags.all()
    assert desk.get(reverse("safety_case", args=[other.pk])).status_code == 404


@pytest.mark.parametrize(
    ("moment", "words", "closed"),
    [
        (None, "Our phones are open today until 5 p.m.", False),
        (EVENING, "They open tomorrow at 8 a.m.", True),
        (EARLY, "They open today at 8 a.m.", True),
        (SATURDAY, "They open Monday, March 9, at 8 a.m.", True),
    ],
)
def test_contact_us_today_says_when_the_phone_is_answered(
    trial, episode, phone, now, moment, words, closed
):
    with time_machine.travel(moment or now, tick=False):
        say_yes(episode, moment or now, "fever")
        page = drawn(phone.get("/home/"))
    assert "Call us today: 555-0100</h1>" in page
    assert 'href="tel:555-0100"' in page
    assert words in page
    assert ("Do not wait until we open." in page) is closed
    assert "Call 911</a>" not in page


def test_a_clinic_without_hours_is_closed(trial, episode, phone, northside, now):
    type(northside).objects.update(phone_weekdays=[])
    say_yes(episode, now, "fever")
    assert "Our phones are closed." in drawn(phone.get("/home/"))
