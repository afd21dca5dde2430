"""A patient's days: all that was sent, decided, done, booked and called, in one order."""

import re
from datetime import time, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts import actions as accounts
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.models import Flag, ImagingStudy, MedicationCourse
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.record.actions.records import change_record, keep_record, withdraw_record
from patients.record.actions.trials import end_trial, start_cycle
from patients.review.shadow import set_shadow_mode
from patients.review.sweep import review_due_trials
from patients.safety_desk.actions.calls import note_call
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling import slots
from scheduling.calls.actions import note_call as note_quiet_call
from scheduling.calls.actions import undo_call
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.attendance import mark_no_show
from scheduling.visits.actions.book import book
from tests.factories import (
    EpisodeFactory,
    LogFactory,
    PatientFactory,
    keep_diary,
    set_up_second_factor,
)
from tests.pages import drawn
from tests.patients.record_data import (
    a_block,
    a_medicine,
    a_plan,
    a_programme,
    a_session,
    an_image,
    an_injection,
    relief,
)
from tests.patients.safety_desk.stories import settle

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@pytest.fixture
def days(desk, maria):
    """What the page tells, by day, in its order."""

    def read(**asked):
        told = page(desk, maria, **asked)
        parts = re.findall(r'<time datetime="(\S+)">.*?</time> <ul[^>]*>(.*?)</ul>', told)
        return {
            day: re.findall(
                r"<li[^>]*>(.*?)</li>", re.sub(r"</?(a|span|strong)\b[^>]*>", "", things)
            )
            for day, things in parts
        }

    return read


def page(desk, patient, **asked):
    answer = desk.get(reverse("timeline", args=[patient.pk]), asked)
    return drawn(unescape(answer.content.decode()))


def booked(request, dr_kim, sam, now):
    add_hours(
        membership=dr_kim.membership_as(), room="Room 4", weekdays=range(7), starts=time(8),
        ends=time(18), slot_minutes=30, from_on=now.date(),
    )  # fmt: skip
    request.due_on = now.date()
    return book(request=request, slot=slots.best_for(request, now=now)[0], by=sam, now=now)


def stepped_up(flag, by, now):
    choice = Choice(kind="step_up", reason="not_improving", to_level=3, note="MRI next")
    return decide(flag=flag, choice=choice, by=by, now=now)


def yes_to_a_question(episode, protocol, now):
    question = protocol.safety_questions.filter(on_every_log=True)[0]
    answer_safety(
        episode=episode, yes_to=[question], submission_id=uuid4(), by=episode.patient.user, now=now
    )
    return question


# ---------------------------------------------------------------- what a day tells


def test_a_day_tells_what_was_sent_decided_and_booked(
    flag, trial, episode, maria, protocol, dr_kim, sam, desk, now
):
    LogFactory(
        episode=episode, now=now + HOUR, average_pain=0, interference=2, programme="some", note="Stiff",
    )  # fmt: skip
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 4))
    record_peg(episode=episode, form=form, by=maria.user, now=now)
    question = yes_to_a_question(episode, protocol, now)
    note_call(flag=flag, result="no_answer", note="", by=dr_kim, now=now)
    settle(flag, dr_kim, now)
    visit = booked(stepped_up(flag, dr_kim, now).visit_request, dr_kim, sam, now)
    told = page(desk, maria)
    for words in (
        "Pain 0, got in the way 2, exercises: Some, 2 logs", "“Stiff”", "PEG</strong>: 4</li>", "Yes to",
        question.text, "No answer, Dr. Kim", "Examined", "Dr. Kim: Seen today, no deficit.", "Step up", "Not improving, Dr. Kim: MRI next", "Step ended",
        "Step started", "Visit with Dr. Kim", f"{visit.starts:%b} {visit.starts.day}, 2026",
    ):  # fmt: skip
        assert words in told, words


def test_the_records_of_every_tier_stand_on_their_days(episode, dr_kim, days, now):
    a_plan(episode, dr_kim, now)
    programme = a_programme(episode, dr_kim, now, ended_on=now.date() - DAY)
    a_session(programme, dr_kim, now, days_ago=3, attended=False)
    a_medicine(
        episode, dr_kim, now, ended_on=now.date() - 2 * DAY, why_ended="side_effect",
        side_effect="Heartburn",
    )  # fmt: skip
    relief(an_injection(episode, dr_kim, now, days_ago=21), dr_kim, now, after=2, pain=(8, 2))
    before = an_image(episode, dr_kim, now, days_ago=60)
    an_image(episode, dr_kim, now, days_ago=4, compared_with=before, comparison="unchanged")

    assert days() == {
        "2026-03-02": [
            "Self-care plan given: Heat. Keep walking",
        ],
        "2026-03-01": ["Therapy programme ended: Core and hip strengthening"],
        "2026-02-28": [
            "Medicine ended: Naproxen, Anti-inflammatory medicine (NSAID): Side effect. "
            "Side effect: Heartburn"
        ],
        "2026-02-27": ["Therapy session missed"],
        "2026-02-26": ["MRI Low back: Disc bulge L4/5. Unchanged, compared with Jan 1, 2026"],
        "2026-02-23": [
            "Relief: Epidural steroid injection, L4/5. After 2 weeks: 8 → 2, 75 % relief"
        ],
        "2026-02-20": [
            "Medicine started: Naproxen, Anti-inflammatory medicine (NSAID), As planned, every day"
        ],
        "2026-02-09": [
            "Step started: 4 Image-guided interventions",
            "Injection: Epidural steroid injection, L4/5, Left",
        ],
        "2026-02-02": [
            "Therapy programme started: Core and hip strengthening. "
            "8 sessions and 5 days a week at home planned"
        ],
        "2026-01-01": ["MRI Low back: Disc bulge L4/5. Not compared"],
    }


def test_each_record_leads_to_its_own_page(episode, dr_kim, desk, maria, now):
    course = a_medicine(episode, dr_kim, now)
    look = begin_reassessment(episode=episode, by=dr_kim, now=now)
    told = page(desk, maria)
    assert f'<a href="{reverse("record_change", args=["medicine", course.pk])}">Medicine' in told
    assert f'<a href="{reverse("reassessment", args=[look.pk])}">Reassessment</a>: not' in told


def test_a_cycle_begins_and_ends_with_its_step(trial, episode, dr_kim, days, now):
    modality = trial.tier.modalities.in_order()[0]
    start_cycle(trial=trial, modality=modality, started_on=now.date() - DAY, by=dr_kim)
    assert days()["2026-03-01"] == [f"Cycle started: {modality.title}"]
    end_trial(trial=trial, outcome="partial", by=dr_kim, today=now.date())
    a_medicine(episode, dr_kim, now, ended_on=now.date(), why_ended="no_help")
    assert days()["2026-03-02"] == [
        "Step ended: 2 Physical and manual therapy: Somewhat better",
        f"Cycle ended: {modality.title}",
        "Medicine ended: Naproxen, Anti-inflammatory medicine (NSAID): It did not help enough",
    ]


def test_missing_is_said(trial, episode, dr_kim, days, now):
    an_injection(episode, dr_kim, now)
    assert "Injection: Epidural steroid injection, L4/5, Left. Relief not recorded" in str(days())


def test_relief_is_told_on_the_day_it_was_felt_and_never_ahead(trial, episode, dr_kim, days, now):
    block = a_block(episode, dr_kim, now)
    for hours, pain in ((2, (8, 1)), (6, (0, 3)), (30, (5, 8))):
        relief(block, dr_kim, now, after=hours, pain=pain)
    relief(an_injection(episode, dr_kim, now), dr_kim, now, after=1, pain=(4, 4))
    told = days(kind="procedure")
    assert list(told) == ["2026-03-02"]
    for words in (
        "After 2 hours: 8 → 1, 88 % relief",
        "After 6 hours: 0 → 3, no pain before, so no relief to work out",
        "After 30 hours: 5 → 8, -60 % (more pain)",
        "After 1 week: 4 → 4, 0 % relief",
    ):
        assert words in str(told), words


def test_images_compared_by_a_clinician_and_a_plan_with_what_to_leave(episode, dr_kim, days, now):
    before = an_image(episode, dr_kim, now, days_ago=20)
    changed = {"comparison": "changed", "disc_progressed": True, "compared_with": before}
    an_image(episode, dr_kim, now, days_ago=1, **changed)
    plan = a_plan(episode, dr_kim, now)
    change_record(record=plan, changes={"to_avoid": "Heavy lifting"})
    told = str(days())
    assert "Changed, compared with Feb 10, 2026; progressive disc change" in told
    assert "Heat. Keep walking. To avoid for now: Heavy lifting" in told


def test_what_the_patient_told_is_marked_and_what_they_did_not_know_is_said(
    episode, dr_kim, days, now
):
    told = {"reported_on": now.date() - DAY}
    course = MedicationCourse(episode=episode, name="Something blue", use="as_needed", **told)
    january = now.date().replace(month=1, day=1)
    scan = ImagingStudy(episode=episode, method="mri", done_on=january, day_known=False, **told)
    for record in (course, scan):
        keep_record(record=record, by=dr_kim, now=now)
    assert days() == {
        "2026-03-01": [
            "Medicine taken, start not known: Something blue, Only when needed. Told by the patient"
        ],
        "2026-01-01": [
            "MRI: In Jan 2026, day not known. Findings not on record. Not compared. Told by the patient"
        ],
    }


def test_calls_stand_among_the_days_with_who_called(maria, sam, days, now):
    note_quiet_call(patient=maria, outcome="left_message", by=sam, now=now - 3 * DAY)
    wrong = note_quiet_call(patient=maria, outcome="reached", by=sam, now=now)
    undo_call(call=wrong, now=now)
    assert days() == {"2026-02-27": ["Call by the clinic: Left a message, 09:00, Sam Silva"]}


def test_a_visit_that_was_missed_is_told_and_one_ahead_comes_first(
    flag, dr_kim, sam, days, desk, maria, now
):
    """One that lies ahead is coming; on earlier pages it is not told."""
    asked = stepped_up(flag, dr_kim, now).visit_request
    visit = booked(asked, dr_kim, sam, now)
    mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
    asked.due_on = now.date() + 6 * DAY
    slot = slots.best_for(asked, now=now + 3 * DAY)[0]
    book(request=asked, slot=slot, by=sam, now=now)
    told = days(kind="visit")
    assert list(told) == ["2026-03-05", "2026-03-02"]
    assert "Missed: Did not come, no word" in str(told)
    assert "Coming up" in page(desk, maria)
    assert list(days(kind="visit", until="2026-03-01")) == []


def test_two_complaints_keep_their_own_logs_on_a_day(episode, maria, dr_kim, days, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    LogFactory(episode=episode, average_pain=7)
    LogFactory(episode=neck, average_pain=2)
    assert days(kind="log") == {"2026-03-02": ["Pain 7", "Pain 2"]}


def test_what_the_patient_sends_is_of_their_own_day(episode, maria, protocol, days, now):
    """An hour before midnight in Honolulu it is the next day in New York."""
    maria.time_zone = "Pacific/Honolulu"
    maria.save(update_fields=["time_zone"])
    yes_to_a_question(episode, protocol, now - 5 * HOUR)
    told = days()
    assert "Yes to" in str(told["2026-03-01"])
    assert "Safety answer" in str(told["2026-03-02"])


def test_a_reason_that_came_later_is_not_told_on_the_day_the_flag_was_opened(
    flag, episode, protocol, days, now
):
    """The safety answer outweighs the plateau and names the flag from then on."""
    with time_machine.travel(now + 2 * DAY, tick=False):
        yes_to_a_question(episode, protocol, now + 2 * DAY)
        told = days(kind="flag")
    assert list(told) == ["2026-03-04", "2026-03-02"]
    assert "Safety answer: Yes to" in str(told["2026-03-04"])
    assert "Improvement has levelled off" in str(told["2026-03-02"])


def test_a_withdrawn_flag_stands_among_the_days(trial, episode, days, now):
    keep_diary(episode, [6] * 40, (now - 12 * DAY).date())
    review_due_trials(now=now)
    keep_diary(episode, [4] * 9, now.date())
    review_due_trials(now=now)
    assert "Flag withdrawn: The logs are back" in str(days(kind="flag"))


def test_a_log_says_when_the_clinic_entered_it(episode, dr_kim, days, now):
    entry = LogEntry(local_date=now.date(), average_pain=3)
    log_symptoms(episode=episode, entry=entry, submission_id=uuid4(), by=dr_kim, now=now)
    assert days() == {"2026-03-02": ["Pain 3, Written down by the clinic, on the phone (Dr. Kim)"]}


# ---------------------------------------------------------------- which days, which kinds


def test_one_kind_alone_by_its_address(flag, episode, dr_kim, sam, maria, desk, days, now):
    a_medicine(episode, dr_kim, now, days_ago=200)
    an_image(episode, dr_kim, now, days_ago=300)
    note_quiet_call(patient=maria, outcome="reached", by=sam, now=now)
    assert list(days(kind="medicine")) == ["2025-08-14"]
    assert list(days(kind="imaging")) == ["2025-05-06"]
    assert list(days(kind="call")) == ["2026-03-02"]
    assert list(days(kind="visit")) == []
    told = page(desk, maria, kind="medicine")
    assert '<option value="medicine" selected>' in told
    assert "Show everything" in told
    assert "Pain 6" in str(days(kind="shoes"))
    assert min(days()) >= "2025-12-09"


def test_a_flag_in_shadow_is_told_to_nobody(northside, trial, episode, ada, days, now):
    set_shadow_mode(clinic=northside, on=True, by=ada, now=now)
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    assert Flag.objects.get().shadow
    assert days(kind="flag") == {}


def test_the_page_before_begins_where_something_happened(
    flag, episode, dr_kim, maria, desk, days, now
):
    """No empty pages to leaf through: from December back to the plan of two years ago."""
    a_medicine(episode, dr_kim, now, days_ago=750)
    assert "until=2024-02-11" in page(desk, maria)
    before = page(desk, maria, until="2024-02-11")
    assert "Medicine started" in before
    assert "until=2024-05-05" in before
    assert ">Later<" in before
    assert ">Latest<" in before
    assert ">Earlier<" not in before
    assert "The record begins here." in before
    assert "There is nothing of this kind before that." in page(
        desk, maria, kind="medicine", until="2024-02-11"
    )
    assert list(days(until="2024-02-11")) == ["2024-02-11"]


def test_the_newest_log_before_the_page_leads_there(trial, episode, maria, desk, now):
    keep_diary(episode, [5, 4], now.date() - 200 * DAY)
    assert "until=2025-08-14" in page(desk, maria, kind="log")
    assert "Pain 4" in page(desk, maria, kind="log", until="2025-08-14")


def test_nothing_says_so_and_where_the_record_begins(maria, desk, days, trial):
    assert "The record begins here." in page(desk, maria)
    told = page(desk, maria, kind="imaging")
    assert "Nothing of this kind in this period." in told
    assert "Nothing is recorded before that either." in told
    assert "Nothing happened in these weeks." in page(desk, maria, until="2025-11-01")
    assert "Step started" in page(desk, maria, until="tomorrow")
    assert "Latest" in page(desk, maria, until="0001-01-01")
    assert 'name="until" value="2025-11-01"' in page(desk, maria, until="2025-11-01")


def test_what_was_taken_back_is_left_out(trial, episode, dr_kim, days, now):
    for record in (a_medicine(episode, dr_kim, now), an_image(episode, dr_kim, now)):
        withdraw_record(record=record, by=dr_kim, now=now)
    assert list(days()) == ["2026-01-05"]


def test_another_patients_things_are_not_hers(flag, northside, dr_kim, days, now):
    ben = EpisodeFactory(patient=PatientFactory(clinic=northside, by=dr_kim), by=dr_kim)
    a_medicine(ben, dr_kim, now)
    a_session(a_programme(ben, dr_kim, now), dr_kim, now)
    assert days(kind="medicine") == {}
    assert days(kind="therapy") == {}


def test_ones_own_record_is_read_on_the_patients_pages(stella, northside, sign_in, now):
    """Stella works at Northside as a clinician; at Southside she is a patient."""
    accounts.accept_invitation(
        invitation=accounts.invite(
            clinic=northside,
            email=stella.user.email,
            name="Stella",
            role="clinician",
            by=None,
            now=now,
        ),
        now=now,
    )
    set_up_second_factor(stella.user)
    answer = sign_in(stella.user).get(reverse("timeline", args=[stella.pk]))
    assert answer.status_code == 404


def test_the_page_takes_at_most_twelve_queries_however_long_the_record_is(
    flag, episode, maria, dr_kim, sam, desk, now, django_assert_max_num_queries, django_assert_num_queries
):  # fmt: skip
    def everything(times):
        for turn in range(times):
            a_plan(episode, dr_kim, now)
            a_session(a_programme(episode, dr_kim, now), dr_kim, now)
            a_medicine(episode, dr_kim, now, name=f"Naproxen {turn}")
            relief(a_block(episode, dr_kim, now), dr_kim, now)
            an_image(episode, dr_kim, now, days_ago=turn)
            at = now - turn * HOUR
            note_quiet_call(patient=maria, outcome="reached", by=sam, now=at)

    everything(1)
    page(desk, maria)
    with django_assert_max_num_queries(12) as few:
        page(desk, maria)
    everything(5)
    booked(stepped_up(flag, dr_kim, now).visit_request, dr_kim, sam, now)
    with django_assert_num_queries(len(few)):
        page(desk, maria)
