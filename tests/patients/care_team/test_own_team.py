"""Dr. Kim looks after Maria's care team herself; whoever opened the record in an emergency does not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.care_team.actions.care_team import (
    break_glass,
    join_care_team,
    set_care_team_only,
    set_cover,
)
from patients.models import CareTeamMember
from tests.factories import StaffFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def own_only(northside):
    set_care_team_only(clinic=northside, on=True)


@pytest.fixture
def team(maria, dr_kim, own_only, now):
    return join_care_team(patient=maria, membership=dr_kim.membership_as(), by=dr_kim, now=now)


@pytest.fixture
def url(maria):
    return reverse("own_team", args=[maria.pk])


def add(desk, url, colleague):
    return desk.post(url, {"membership": colleague.membership_as().pk}, follow=True)


def take_off(desk, member):
    return desk.post(reverse("leave_own_team", args=[member.pk]), follow=True)


def test_a_clinician_adds_a_colleague_and_takes_her_off_again(
    team, maria, dr_kim, dr_lee, sign_in, url
):
    desk, lees = sign_in(dr_kim), sign_in(dr_lee)
    record = reverse("record", args=[maria.pk])
    assert lees.get(record).status_code == 404
    assert url in desk.get(record).content.decode()

    page = drawn(add(desk, url, dr_lee))
    assert "Dr. Lee is on the care team." in page
    assert "added by Dr. Kim" in page
    assert "Care team: Dr. Kim, Dr. Lee" in drawn(lees.get(record))

    member = CareTeamMember.objects.get(membership__user=dr_lee)
    page = take_off(desk, member).content.decode()
    assert "Dr. Lee is no longer on the care team." in page
    assert "added by Dr. Kim, taken off by Dr. Kim" in page
    assert lees.get(record).status_code == 404
    told = [(event.pgh_label, event.ended_by_id) for event in member.events.order_by("pgh_id")]
    assert told == [("insert", None), ("update", dr_kim.pk)]


def test_the_last_one_stays_where_nobody_else_would_see_the_patient(
    team, dr_kim, dr_lee, northside, sign_in, url
):
    desk = sign_in(dr_kim)
    assert "Add somebody else first" in take_off(desk, team).content.decode()
    team.refresh_from_db()
    assert team.until is None

    add(desk, url, dr_lee)
    answer = take_off(desk, team)
    assert answer.redirect_chain[-1][0] == reverse("patient_list")
    assert desk.get(url).status_code == 404

    set_care_team_only(clinic=northside, on=False)
    lee = CareTeamMember.objects.get(membership__user=dr_lee)
    assert "Dr. Lee is no longer" in take_off(desk, lee).content.decode()


def test_hours_of_an_emergency_are_no_right_to_the_team(
    team, maria, dr_kim, dr_lee, sign_in, url, now
):
    break_glass(patient=maria, by=dr_lee, reason="On call", now=now)
    desk = sign_in(dr_lee)
    record = desk.get(reverse("record", args=[maria.pk]))
    assert record.status_code == 200
    assert url not in record.content.decode()
    assert add(desk, url, dr_lee).status_code == 404
    assert take_off(desk, team).status_code == 404


def test_who_stands_in_looks_after_the_team_too(team, dr_kim, dr_lee, sign_in, url, now):
    week = (now, now + timedelta(days=7))
    lee = dr_lee.membership_as()
    set_cover(absent=dr_kim.membership_as(), membership=lee, period=week, by=dr_kim, now=now)
    assert "Dr. Lee is on the care team." in add(sign_in(dr_lee), url, dr_lee).content.decode()


def test_where_everybody_sees_everybody_a_team_may_be_kept_all_the_same(
    maria, dr_kim, dr_lee, sign_in, url
):
    page = sign_in(dr_lee).get(url).content.decode()
    assert "Nobody yet." in page
    assert "All clinicians of the clinic see this record." in page
    assert "is on the care team" in add(sign_in(dr_lee), url, dr_kim).content.decode()
