"""One line of a diary, and what becomes of it: taken, left out, or named with its reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from patients.diary_file import LEFT_OUT, Bad, FilePlace, Header, LeftOut, spine_region
from tests.patients.diaries import NEW_YORK, judged


def only(text, **how):
    (outcome,) = judged(text, **how)
    return outcome


def reason(text, **how):
    outcome = only(text, **how)
    assert isinstance(outcome, Bad)
    return outcome.reason


# --- The score --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("0", 0),
        ("-0", 0),
        ("10", 10),
        ("7.0", 7),
        ("3.4", 3),
        ("3.6", 4),
        ("+4", 4),
        ("6,5", 7),
    ],
)
def test_a_score_is_the_nearest_whole_number(written, taken):
    report = only(f"day;pain\n2026-03-01;{written}\n")

    assert report.values["average_pain"] == taken


def test_halves_go_up_so_that_one_point_stays_one_point():
    days = judged("day,pain\n2026-03-01,0.5\n2026-03-02,1.5\n2026-03-03,2.5\n2026-03-04,9.5\n")

    assert [report.values["average_pain"] for report in days] == [1, 2, 3, 10]
    assert all(report.rounded for report in days)


def test_a_whole_score_counts_as_not_rounded():
    assert not only("day,pain\n2026-03-01,4.0\n").rounded


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "The score is empty."),
        ("10.5", "“10.5” is more than 10."),
        ("86", "“86” is more than 10. It may be from a scale of 0 to 100."),
        ("300", "“300” is more than 10."),
        ("-3", "“-3” is less than 0."),
        ("-0.4", "“-0.4” is less than 0."),
        ("inf", "“inf” is not a score: give a number from 0 to 10."),
        ("-Infinity", "“-Infinity” is not a score: give a number from 0 to 10."),
        ("NaN", "“NaN” is not a score: give a number from 0 to 10."),
        ("1e1", "“1e1” is not a number."),
        ("severe", "“severe” is not a number."),
    ],
)
def test_a_score_outside_0_to_10_is_named(written, why):
    assert reason(f"day,pain\n2026-03-01,{written}\n") == why


def test_a_long_odd_cell_is_shown_short_and_printable():
    why = reason(f"day,pain\n2026-03-01,\x1b[2J{'x' * 90}\n")

    assert why.startswith("“?[2Jxxx")
    assert "…”" in why
    assert len(why) < 80


# --- The day ----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["2026-03-01", "2026/3/1", "1-Mar-2026", "01 march 2026"])
def test_a_day_that_can_be_read_in_one_way_only(written):
    assert only(f"day,pain\n{written},4\n").local_date == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("30-Nov--0001", "“30-Nov--0001” is not a day: write it as 2019-11-30."),
        ("30-Foo-2019", "“30-Foo-2019” is not a day: write it as 2019-11-30."),
        ("03/04/2019", "“03/04/2019” can be read in two ways: write the day as 2019-11-30."),
        ("2019-02-30", "“2019-02-30” is not in the calendar."),
        ("2019-13-01", "There is no month 13."),
        ("2019-01-32", "There is no day 32 in a month."),
        ("", "The line has no day."),
        ("2026-03-11", "2026-03-11 is in the future."),
        ("1972-05-03", "1972-05-03 is before the patient was born."),
    ],
)
def test_a_day_that_cannot_be_is_named(written, why):
    columns = {"local_date": "day", "average_pain": "pain"}

    assert reason(f"day,pain\n{written},4\n", columns=columns) == why


def test_today_is_a_day_and_so_is_the_day_of_birth():
    today, birth = judged("day,pain\n2026-03-10,4\n1972-05-04,4\n")

    assert (today.local_date, birth.local_date) == (date(2026, 3, 10), date(1972, 5, 4))


IN_PARTS = {"day": "startday", "month": "startmonth", "year": "startyear"}
PARTS = "startday,startmonth,startyear,intensity\n"


def test_a_day_in_three_parts():
    assert only(f"{PARTS}31,1,2018,3\n").local_date == date(2018, 1, 31)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ("-3,5,2018", "There is no day -3 in a month."),
        ("3,,2018", "The month is missing."),
        ("3,May,2018", "“May” is no month."),
        ("31,4,2018", "“2018-4-31” is not in the calendar."),
        ("0,,0", "The line has no day."),
    ],
)
def test_parts_that_make_no_day_are_named(parts, why):
    columns = {**IN_PARTS, "average_pain": "intensity"}

    assert reason(f"{PARTS}{parts},3\n", columns=columns) == why


# --- The instant ------------------------------------------------------------------------------

TYPED = "startday,startmonth,startyear,intensity,date\n"


def test_a_report_typed_after_midnight_speaks_of_the_day_before_and_is_late():
    report = only(f"{TYPED}12,8,2019,8,2019-08-13 02:07:55\n")

    assert report.local_date == date(2019, 8, 12)
    assert report.logged_at == datetime(2019, 8, 13, 2, 7, 55, tzinfo=NEW_YORK)
    assert report.is_late


def test_a_report_typed_on_its_day_is_not_late():
    assert not only(f"{TYPED}12,8,2019,8,2019-08-12 23:07:55\n").is_late


def test_without_a_day_the_time_typed_gives_it():
    report = judged(f"{TYPED}1,1,2019,3,2019-01-01 10:00:00\n0,,0,8,2019-11-25 05:46:34\n")[1]

    assert report.local_date == date(2019, 11, 25)
    assert report.day_from_instant
    assert not report.is_late


def test_an_instant_in_another_zone_falls_on_the_patients_own_day():
    text = "timestamp,pain\n2026-03-02 03:30:00,5\n"
    utc, own = only(text, typed_in=UTC), only(text)

    assert (utc.local_date, own.local_date) == (date(2026, 3, 1), date(2026, 3, 2))


def test_an_instant_with_an_offset_needs_no_zone():
    report = only("timestamp,pain\n2026-03-02T03:30:00+00:00,5\n")

    assert report.local_date == date(2026, 3, 1)


def test_a_time_without_an_hour_is_noon():
    text = "stamp,pain\n2026-03-02,5\n"
    report = only(text, columns={"logged_at": "stamp", "average_pain": "pain"})

    noon = datetime(2026, 3, 2, 12, tzinfo=NEW_YORK)
    assert noon < report.logged_at < noon + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (
            "0001-01-01 00:00:00",
            "It is about 2019-08-12 but was typed on 0001-01-01, before that day.",
        ),
        ("2026-03-10 11:00:01", "It was typed at “2026-03-10 11:00:01”, which is in the future."),
        (
            "2019-08-11 10:00:00",
            "It is about 2019-08-12 but was typed on 2019-08-11, before that day.",
        ),
    ],
)
def test_an_instant_that_cannot_be_is_named(typed, why):
    columns = {**IN_PARTS, "average_pain": "intensity", "logged_at": "date"}

    assert reason(f"{TYPED}12,8,2019,8,{typed}\n", columns=columns) == why


def test_reports_without_a_time_stand_at_noon_in_the_order_of_the_file():
    first, second = judged("day,pain\n2026-03-08,4\n2026-03-08,6\n")

    noon = datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)
    assert noon < first.logged_at < second.logged_at < noon + timedelta(seconds=1)


# --- The region -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Back Pain", "back"),
        ("Low Back Pain", "back"),
        ("lumbar", "back"),
        ("NECK  pain", "neck"),
        ("Cervical ache", "neck"),
        ("Knee Pain", None),
        ("back of the knee", None),
        ("back stiffness", None),
        ("neck and back pain", None),
        ("Pain", None),
        ("happiness", None),
    ],
)
def test_only_pain_of_the_spine_has_a_region_by_its_name(name, region):
    assert spine_region(name) == region


NAMED = "name,day,pain\n"


def test_other_things_than_pain_of_the_spine_are_left_out():
    outcomes = judged(f"{NAMED}happiness,not a day,4\nKnee Pain,2026-03-01,4\n")

    assert outcomes == [LeftOut(2, "happiness"), LeftOut(3, "Knee Pain")]


def test_a_knee_is_taken_when_somebody_asked_for_it():
    report = only(f"{NAMED}Knee Pain,2026-03-01,4\n", chosen={"knee pain": "back"})

    assert report.region == "back"


def test_a_back_is_left_out_when_somebody_asked_for_that():
    outcome = only(f"{NAMED}Back pain,2026-03-01,4\n", chosen={"back pain": LEFT_OUT})

    assert outcome == LeftOut(2, "Back pain")


def test_a_region_without_an_episode_is_named():
    assert (
        reason(f"{NAMED}Neck pain,2026-03-01,4\n")
        == "The patient has no open episode for the neck."
    )


@pytest.mark.parametrize("regions", [[], ["back", "neck"]])
def test_without_names_a_line_needs_exactly_one_episode(regions):
    why = reason("day,pain\n2026-03-01,4\n", regions=regions)

    assert why == "The patient has no open episode, or more than one."


def test_a_line_without_a_name_is_named():
    assert (
        reason(f"{NAMED},2026-03-01,4\n")
        == "The line does not say which part of the body it is about."
    )


# --- The other answers ------------------------------------------------------------------------


def test_every_answer_of_the_log_can_come_from_a_column():
    report = only(
        "date,pain,worst_pain,interference,neck_pain,back_pain,arm_pain,leg_pain,"
        "programme,medicine,note\n"
        '2026-03-01,4,7,0,,4,,2,Rest day,as planned,"slept, badly"\n'
    )

    assert report.values == {
        "average_pain": 4,
        "worst_pain": 7,
        "interference": 0,
        "back_pain": 4,
        "leg_pain": 2,
        "programme": "rest",
        "medicine": "planned",
        "note": "slept, badly",
    }


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("exercise", "walked 20 min"),
        ("medicine", "2 x ibuprofen"),
        ("worst pain", "severe"),
        ("worst pain", "86"),
        ("leg pain", "-1"),
        ("flare-up", "a bit"),
        ("time", "after lunch"),
        ("timestamp", "yesterday"),
    ],
)
def test_what_is_not_needed_and_cannot_be_read_stands_in_the_note(column, cell):
    """The score of the day is worth more than a word beside it."""
    given, written = "local date,pain,note," + column, f"2026-03-01,4,stiff,{cell}"
    names = {"time": "time", "timestamp": "logged_at"}
    columns = {"local_date": "local date", "average_pain": "pain", "note": "note"}
    more = {names[column]: column} if column in names else {}
    report = only(f"{given}\n{written}\n", columns={**columns, **more} if more else None)

    assert (report.values["average_pain"], report.local_date) == (4, date(2026, 3, 1))
    assert report.values["note"] == f"stiff\n{column}: {cell}"
    assert report.to_note == (column,)


def test_a_day_that_only_an_unreadable_time_gives_is_bad():
    assert "“yesterday” is not a day" in reason(
        "timestamp,pain\nyesterday,4\n",
        columns={"logged_at": "timestamp", "average_pain": "pain"},
    )


# --- Who the row is ---------------------------------------------------------------------------


def test_the_same_words_are_the_same_row_in_any_order_of_columns():
    one = only("date,pain,note\n2026-03-01,4.2,stiff\n")
    other = only("note;pain;date\nstiff;4.2 ;2026-03-01\n")

    assert one.submission_id == other.submission_id


def test_rows_that_round_to_the_same_score_are_two_reports():
    one, other = judged("date,pain\n2026-03-01,3.2\n2026-03-01,3.4\n")

    assert one.submission_id != other.submission_id


def test_the_same_words_of_another_patient_are_another_row():
    text = "date,pain\n2026-03-01,4\n"

    assert only(text, patient=1).submission_id != only(text, patient=2).submission_id


def test_a_header_recognises_itself_with_spaces():
    header = Header(("date", "pain"), ",", FilePlace())

    assert header.is_repeated_by([" date", "pain "])
