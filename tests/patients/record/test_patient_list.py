"""Patients are found by what one knows of them, and narrowed by how they fare."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from patients.care_team.actions.care_team import set_care_team_only
from patients.finding.birth_dates import birth_dates
from patients.review.sweep import review_due_trials
from tests.factories import (
    EpisodeFactory,
    LogFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)

TODAY = date(2026, 3, 2)
MAY_4 = date(1971, 5, 4)


@pytest.mark.parametrize(
    "words",
    [
        "1971-05-04", "5/4/1971", "05/04/1971", "4.5.1971", "5-4-71", "May 4, 1971", "4 may 1971",
        "4 MAY. 1971", "19710504", "05041971", " 5 / 4 / 1971 ",
    ],
)  # fmt: skip
def test_a_date_of_birth_is_understood_as_people_type_it(words):
    assert MAY_4 in birth_dates(words, TODAY)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("5/4/1971", {MAY_4, date(1971, 4, 5)}),
        ("13/4/1971", {date(1971, 4, 13)}),
        ("1/1/30", {date(1930, 1, 1)}),
        ("Maria", set()),
        ("31/31/1971", set()),
        ("2027-01-01", set()),
        ("1871-05-04", set()),
        ("29/2/27", set()),
    ],
)
def test_what_may_be_two_days_is_both_and_nobody_is_born_tomorrow(words, days):
    assert birth_dates(words, TODAY) == days


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def ben(northside, dr_kim):
    """Ben Shaw, on step 3 for thirty days, quiet for six."""
    patient = PatientFactory(
        clinic=northside, by=dr_kim, name="Ben Shaw", birth_date=date(1988, 1, 9), sex="M"
    )
    episode = EpisodeFactory(patient=patient, by=dr_kim)
    TrialFactory(episode=episode, by=dr_kim, level=1, days_ago=30)
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=30)
    LogFactory(episode=episode, local_date=TODAY - timedelta(days=6), average_pain=0)
    return patient


def found(desk, **asked):
    page = desk.post(reverse("patient_list"), asked, follow=True).content.decode()
    return [name for name in ("Maria Ortiz", "Ben Shaw") if name in page]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Maria Ortiz", "Ben Shaw"]),
        ({"q": "ortiz"}, ["Maria Ortiz"]),
        ({"q": "1/9/1988"}, ["Ben Shaw"]),
        ({"q": "9 Jan 1988"}, ["Ben Shaw"]),
        ({"tier": "2"}, ["Maria Ortiz"]),
        ({"tier": "1"}, []),
        ({"tier": "3"}, ["Ben Shaw"]),
        ({"tier": "0"}, []),
        ({"tier": "x"}, ["Maria Ortiz", "Ben Shaw"]),
        ({"status": "3"}, ["Maria Ortiz"]),
        ({"status": "99"}, ["Maria Ortiz", "Ben Shaw"]),
        ({"silent": "5"}, ["Ben Shaw"]),
        ({"silent": "7"}, []),
        ({"silent": "2"}, ["Maria Ortiz", "Ben Shaw"]),
        ({"q": "zzz"}, []),
    ],
)
def test_filters(ben, trial, episode, desk, now, asked, names):
    keep_diary(episode, [6, 6, 5, 6, 7, 6, 6] * 8, TODAY)
    review_due_trials(now=now)
    assert found(desk, **asked) == names


@pytest.mark.django_db
def test_a_name_that_was_searched_for_stands_in_no_address(ben, desk):
    sent_on = desk.post(reverse("patient_list"), {"q": "Ben Shaw"}).url
    assert "Shaw" not in sent_on
    page = desk.get(sent_on).content.decode()
    assert 'value="Ben Shaw"' in page
    assert "?q=Ben" not in page


@pytest.mark.django_db
def test_a_row_says_step_course_last_log_and_flag(ben, trial, episode, desk, now):
    keep_diary(episode, [6, 6, 5, 6, 7, 6, 6] * 8, TODAY)
    review_due_trials(now=now)
    page = desk.get(reverse("patient_list")).content.decode()
    for words in (
        "2 of 5, day 56", "Levelled off", "Mar 2", "today", "Improvement has levelled off",
        "3 of 5, day 30", "Feb 24", "6 days ago",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.django_db
def test_who_has_no_step_and_no_log_is_there_too(maria, desk):
    page = desk.get(reverse("patient_list")).content.decode()
    assert "never" in page
    assert "none" in page


@pytest.mark.django_db
def test_a_page_goes_on_behind_the_last_name(northside, dr_kim, desk):
    for number in range(27):
        PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number % 3}", joined=False)
    first = desk.get(reverse("patient_list"))
    rest = desk.get(reverse("patient_list") + "?" + first.context["next_page"])
    shown = [row.patient.pk for page in (first, rest) for row in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 27
    assert rest.context["next_page"] == ""


@pytest.mark.django_db
def test_a_scheduler_finds_people_and_reads_nothing_of_how_they_fare(ben, trial, sam, sign_in):
    office = sign_in(sam)
    page = office.get(reverse("patient_list"), {"tier": "2"}).content.decode()
    assert "Ben Shaw" in page
    assert "of 5" not in page
    assert "Every tier" not in page


@pytest.mark.django_db
def test_outside_the_care_team_there_is_a_way_for_an_emergency(maria, northside, sign_in):
    set_care_team_only(clinic=northside, on=True)
    lee = StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")
    page = sign_in(lee).get(reverse("patient_list")).content.decode()
    assert "Maria Ortiz" not in page
    assert reverse("emergency") in page


@pytest.mark.django_db
def test_the_list_takes_the_same_queries_however_long(
    ben, northside, dr_kim, desk, django_assert_max_num_queries, django_assert_num_queries
):
    desk.get(reverse("patient_list"))
    with django_assert_max_num_queries(12) as one:
        desk.get(reverse("patient_list"))
    for number in range(10):
        patient = PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number}")
        TrialFactory(episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim)
    with django_assert_num_queries(len(one)):
        desk.get(reverse("patient_list"))
