"""What somebody should ask about, told from the lines alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patients.who_looked.unusual import MANY, Look, Why, unusual

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 2, 3, 12, tzinfo=NEW_YORK)
MINUTE = timedelta(minutes=1)


def look(
    at=NOON, user=1, who="Dr. Kim", patient=1, name="Maria Ortiz", page="record", is_own=False
):
    return Look(at, user, who, patient, name, f"N-{patient}", page, is_own)


def whys(*looks):
    return [each.why for each in unusual(looks)]


def test_a_usual_day_is_nothing():
    assert whys(*(look(NOON + n * MINUTE, patient=n) for n in range(MANY - 1))) == []


@pytest.mark.parametrize(
    ("who", "name", "is_told"),
    [
        ("Ana Ortiz", "Maria Ortiz", True),
        ("Ana ORTÍZ", "Maria Ortiz Ruiz", True),
        ("Dr. Ruiz", "Maria Ortiz Ruiz", True),
        ("Maria Kim", "Maria Ortiz", False),
        ("Dr. Ortiz-Kim", "Maria Ortiz", True),
        ("Wei Li", "Min Li", True),
        ("Wim van den Berg", "Ina van den Bosch", False),
        ("M. Kim", "M. Ortiz", False),
    ],
)
def test_a_namesake_is_told_by_any_surname(who, name, is_told):
    assert (Why.SURNAME in whys(look(who=who, name=name))) is is_told


def test_ones_own_record_and_an_emergency_stand_first():
    found = unusual(
        [look(NOON + 11 * timedelta(hours=1)), look(page="emergency"), look(patient=2, is_own=True)]
    )
    assert [each.why for each in found] == [Why.OWN, Why.EMERGENCY, Why.NIGHT]


@pytest.mark.parametrize(
    ("hour", "is_night"), [(5, True), (6, False), (21, False), (22, True), (0, True)]
)
def test_nights_are_from_ten_to_six(hour, is_night):
    assert (whys(look(NOON.replace(hour=hour))) == [Why.NIGHT]) is is_night


def test_a_night_is_one_whatever_the_day_of_its_end():
    before, after = NOON.replace(hour=23), NOON.replace(day=4, hour=3)
    [night] = unusual([look(before), look(after)])
    assert (night.first.at, night.last.at) == (before, after)


def test_many_records_within_an_hour_are_told_once():
    [found] = unusual(look(NOON + n * MINUTE / 2, patient=n) for n in range(2 * MANY))
    assert (found.why, found.patients) == (Why.MANY, 2 * MANY)


def test_the_same_record_many_times_is_one_record():
    assert whys(*(look(NOON + n * MINUTE / 4) for n in range(2 * MANY))) == []


def test_as_many_in_more_than_an_hour_are_no_finding():
    assert whys(*(look(NOON + n * 2 * MINUTE, patient=n) for n in range(2 * MANY))) == []


def test_two_rushes_on_one_day_are_two():
    rush = [look(NOON + n * MINUTE / 2, patient=n) for n in range(MANY)]
    later = [look(NOON + timedelta(hours=4) + n * MINUTE / 2, patient=n) for n in range(MANY)]
    assert whys(*rush, *later) == [Why.MANY, Why.MANY]


def test_two_people_do_not_make_one_rush():
    assert whys(*(look(NOON + n * MINUTE / 2, user=n % 2, patient=n) for n in range(MANY))) == []
