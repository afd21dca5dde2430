"""What a row of the record says by itself: days counted, shares worked out, what is not known left open."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Clinic
from pathway.models import Tier
from patients.models import (
    Decision,
    Episode,
    Flag,
    ImagingStudy,
    Kind,
    MedicationCourse,
    Patient,
    Procedure,
    ReliefEntry,
    TierTrial,
)
from patients.record.selectors.care_status import CareStatus
from patients.record.selectors.course import CourseDay, Programme, followed_scores, programme_in
from patients.record.selectors.steps import next_check, step_name
from patients.record.selectors.tables import history

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("America/New_York"))


def days(number):
    return timedelta(days=number)


# ------------------------------------------------------------------ medicines


@pytest.mark.parametrize(
    ("started", "ended", "taken"),
    [
        (DAY, None, 1),
        (DAY - days(9), None, 10),
        (DAY - days(9), DAY - days(5), 5),
        (DAY - days(9), DAY - days(9), 1),
        (DAY - days(9), DAY + days(5), 10),
        (None, DAY, None),
    ],
)
def test_the_first_day_of_a_medicine_is_day_one_and_an_end_to_come_is_not_counted(
    started, ended, taken
):
    assert MedicationCourse(started_on=started, ended_on=ended).days(DAY) == taken


@pytest.mark.parametrize(
    ("started", "told", "first", "before"),
    [
        (DAY, None, DAY, False),
        (DAY - days(90), DAY, DAY - days(90), False),
        (None, DAY, DAY, True),
        (None, DAY - days(1), DAY - days(1), False),
    ],
)
def test_where_nobody_knows_the_start_the_day_of_the_telling_is_one_of_its_days(
    started, told, first, before
):
    course = MedicationCourse(started_on=started, reported_on=told, ended_on=DAY + days(3))
    assert course.known_days == (first, DAY + days(3))
    assert course.may_have_begun_before(DAY) is before


def test_what_is_taken_beside_an_opioid_is_said_by_its_answer():
    course = MedicationCourse(
        benzodiazepine="yes", gabapentinoid="no", sleep_apnoea="not_asked", naloxone_offered="yes"
    )
    assert course.beside_in_words == (
        "yes: benzodiazepine, naloxone offered; no: gabapentinoid; not asked: sleep apnoea"
    )


# ------------------------------------------------------------------ procedures and images


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [(8, 2, 75), (8, 8, 0), (6, 8, -33), (3, 1, 67), (10, 0, 100), (0, 0, None), (0, 4, None)],
)
def test_relief_is_a_share_of_the_pain_before_and_none_without_pain(before, after, percent):
    assert ReliefEntry(pain_before=before, pain_now=after).percent == percent


@pytest.mark.parametrize(("purpose", "hours"), [("diagnostic", True), ("injection", False)])
def test_relief_is_looked_at_over_hours_after_a_block_and_over_weeks_after_an_injection(
    purpose, hours
):
    assert Procedure(purpose=purpose).counts_hours is hours


@pytest.mark.parametrize(
    ("day_known", "part", "when", "named"),
    [
        (True, "lumbar", "Mar 2, 2026", "MRI Low back, 2026-03-02"),
        (False, "", "Mar 2026", "MRI, 2026-03"),
    ],
)
def test_an_image_of_which_the_month_is_known_names_no_day(day_known, part, when, named):
    study = ImagingStudy(method="mri", part=part, done_on=DAY, day_known=day_known)
    assert (study.when, str(study)) == (when, named)


# ------------------------------------------------------------------ people and trials


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1971-03-02", 55),
        ("1971-03-03", 54),
        ("1971-12-31", 54),
        ("1971-01-01", 55),
        ("2026-03-02", 0),
        ("1972-02-29", 54),
    ],
)
def test_a_birthday_counts_from_its_own_day(born, age):
    assert Patient(birth_date=date.fromisoformat(born)).age(DAY) == age


def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march():
    born = Patient(birth_date=date(1972, 2, 29))
    assert [born.age(date(2026, month, day)) for month, day in ((2, 28), (3, 1))] == [53, 54]


@pytest.mark.parametrize(
    ("extension", "length", "ends"), [(None, 84, "2026-05-25"), (14, 98, "2026-06-08")]
)
def test_a_trial_ends_on_the_first_day_after_its_window_and_its_extension(extension, length, ends):
    trial = TierTrial(started_on=DAY, window_days=84, extension_days=extension)
    assert (trial.length_days, trial.ends_on.isoformat()) == (length, ends)
    assert (trial.day(DAY), trial.day(trial.ends_on)) == (0, length)


@pytest.mark.parametrize(
    ("days_on", "decided", "check"),
    [
        (0, None, 14),
        (14, None, 14),
        (15, None, 42),
        (43, None, 84),
        (84, None, 84),
        (85, None, None),
        (15, 20, 20),
        (15, 60, 42),
        (15, 14, 42),
        (85, 90, 90),
    ],
)
def test_the_next_check_is_the_first_that_has_not_passed(days_on, decided, check):
    found = next_check(
        started_on=DAY, ends_on=DAY + days(84), check_days=[14, 42],
        decided=None if decided is None else DAY + days(decided), today=DAY + days(days_on),
    )  # fmt: skip
    assert found == (None if check is None else DAY + days(check))


def test_patients_read_the_short_name_of_the_last_step_alone():
    names = {"title": "Escalation after conservative care", "short_title": "More help"}
    assert step_name(Tier(level=5, **names)) == "More help"
    assert step_name(Tier(level=4, **names)) == "Escalation after conservative care"


# ------------------------------------------------------------------ where somebody stands


def status(*trials, flag=None, decisions=()):
    return CareStatus(
        trials=[*trials], decisions=[*decisions], flag=flag, protocol=None,
        clinic=Clinic(time_zone="America/New_York"), now=NOON,
    )  # fmt: skip


def trial(level, days_ago=9, ended=None):
    return TierTrial(
        level=level, tier=Tier(level=level, title=f"Step {level}", check_days=[14]),
        started_on=DAY - days(days_ago), window_days=84, ended_on=ended,
    )  # fmt: skip


def test_the_current_step_is_the_highest_that_runs():
    shown = status(trial(4, ended=DAY), trial(2), trial(3, days_ago=5))
    assert (shown.step, shown.day, len(shown.running)) == ("Step 3", 6, 2)
    assert shown.next_check == DAY + days(9)
    assert shown.had_injections


def test_between_the_steps_there_is_neither_step_nor_check():
    shown = status(trial(2, ended=DAY))
    assert (shown.step, shown.day, shown.next_check, shown.had_injections) == ("", 0, None, False)


def test_the_day_is_the_clinics():
    late = CareStatus([], [], None, None, Clinic(time_zone="America/New_York"),
                      datetime(2026, 3, 3, 2, tzinfo=ZoneInfo("UTC")))  # fmt: skip
    assert late.today == DAY


@pytest.mark.parametrize(
    ("discharge", "runs", "out"),
    [("watch", False, True), ("close", False, True), ("", False, False), ("watch", True, False)],
)
def test_out_of_the_steps_is_who_was_led_out_and_began_none_since(discharge, runs, out):
    last, before = Decision(discharge=discharge), Decision(discharge="watch")
    steps = [trial(2)] if runs else []
    assert status(*steps, decisions=[last, before]).out_of_steps is out
    assert not status(*steps).out_of_steps


@pytest.mark.parametrize("kind", Kind)
def test_the_safety_questions_are_asked_where_something_may_be_worse(kind):
    asks = {
        Kind.WORSENING, Kind.CEILING, Kind.RELAPSE, Kind.FUNCTION_WORSE, Kind.PLATEAU,
    }  # fmt: skip
    assert status(flag=Flag(kind=kind)).asks_safety is (kind in asks)
    assert not status().asks_safety


def test_taken_on_and_held_are_said_of_the_open_flag_alone():
    assert not status().looking
    assert not status().held
    assert status(flag=Flag(owner_id=7)).looking
    assert not status(flag=Flag()).looking
    assert status(flag=Flag(holds_rules=True)).held


def test_of_the_decisions_those_are_messages_that_say_something_to_the_patient():
    told = Decision(patient_sentence="Keep going.")
    shown = status(decisions=[Decision(), told, Decision(patient_sentence="Earlier.")])
    assert (shown.told, len(shown.messages)) == (told, 2)
    assert status(decisions=[Decision()]).told is None


# ------------------------------------------------------------------ the programme, the forms, the history


@pytest.mark.parametrize(
    ("said", "share", "percent"),
    [((3, 0, 1), 0.75, 75), ((0, 2, 0), 0.5, 50), ((0, 0, 4), 0.0, 0), ((0, 0, 0), None, None)],
)
def test_half_done_counts_half_and_no_answer_is_no_share(said, share, percent):
    programme = Programme(*said)
    assert (programme.share, programme.percent) == (share, percent)


def test_the_programme_is_counted_from_the_first_day_to_the_last_and_rest_is_no_answer():
    answers = ["done", "done", "some", "none", "rest", "", "done"]
    diary = {DAY + days(at): CourseDay(5, None, said) for at, said in enumerate(answers)}
    counted = programme_in(diary, DAY + days(1), DAY + days(5))
    assert (counted.done, counted.some, counted.none, counted.answered) == (1, 1, 1, 3)


def test_the_questionnaire_answered_most_often_is_followed_and_single_questions_never():
    forms = [
        SimpleNamespace(instrument_id=key, instrument=SimpleNamespace(scoring=scoring), number=number)
        for number, (key, scoring) in enumerate(
            [(1, "mean"), (2, "count"), (3, "single"), (2, "count"), (3, "single"), (3, "single")]
        )
    ]  # fmt: skip
    assert [form.number for form in followed_scores(forms)] == [1, 3]
    assert followed_scores(forms[2:3]) == []


def test_only_the_end_of_a_chain_of_decisions_may_be_corrected_and_an_undoing_never():
    first, second = Decision(pk=1, kind="continue"), Decision(pk=2, kind="extend", corrects_id=1)
    undone = Decision(pk=4, kind="undone", corrects_id=3)
    entries = history([first, second, Decision(pk=3, kind="reassess"), undone])
    assert [(each.decision.pk, each.is_last, each.is_undone) for each in entries] == [
        (4, False, True), (3, False, False), (2, True, False), (1, False, False),
    ]  # fmt: skip
    assert [each.corrects.pk if each.corrects else None for each in entries] == [3, None, 1, None]


def test_a_complaint_is_described_once_its_onset_is_known():
    assert not Episode().is_described
    assert Episode(onset_on=DAY).is_described
