"""To the minute: from when until when a clinician sees a patient, where each sees their own only."""

from datetime import timedelta

import pytest
import time_machine

from patients.care_team.access_history import accesses
from patients.care_team.actions.access import note_access
from patients.care_team.actions.care_team import (
    LastOnTeam,
    OwnRecord,
    break_glass,
    end_cover,
    join_care_team,
    leave_care_team,
    set_care_team_only,
    set_cover,
    start_care_teams,
    take_off_team,
)
from patients.flags.actions import request_review
from patients.models import AccessLog, BreakGlass, CareTeamMember, Cover, Patient
from patients.record.actions.trials import end_trial
from tests.factories import EpisodeFactory, PatientFactory, StaffFactory, TrialFactory
from tests.patients.intakes import answer_all as answer_intake
from tests.patients.safety_desk.stories import say_yes, settle
from tests.stage import staged

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@staged
def kim(northside, dr_kim):
    """Where each clinician sees their own patients only."""
    set_care_team_only(clinic=northside, on=True)
    return dr_kim.membership_as("clinician")


@staged
def lee(northside, kim):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee").membership_as()


@staged
def wu(northside, kim):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Wu").membership_as()


@staged
def team(maria, kim, now):
    """Dr. Kim treats Maria."""
    return join_care_team(patient=maria, membership=kim, by=kim.user, now=now)


def sees(membership, patient, at):
    with time_machine.travel(at, tick=False):
        return Patient.objects.visible_to(membership).filter(pk=patient.pk).exists()


def by_right(membership, patient, at):
    return Patient.objects.treated_by(membership, at).filter(pk=patient.pk).exists()


def test_on_a_team_from_its_minute_to_its_minute(maria, kim, team, now):
    leave_care_team(member=team, by=kim.user, now=now + DAY)
    for at, seen in (
        (now - MINUTE, False), (now, True), (now + DAY - MINUTE, True), (now + DAY, False),
    ):  # fmt: skip
        assert sees(kim, maria, at) is by_right(kim, maria, at) is seen, at
        assert CareTeamMember.objects.current(at).exists() is seen


def test_who_covers_sees_from_the_first_minute_to_the_last(maria, kim, lee, team, now):
    period = (now + DAY, now + 2 * DAY)
    set_cover(absent=kim, membership=lee, period=period, by=kim.user, now=now)
    for at, seen in (
        (now, False), (now + DAY, True), (now + 2 * DAY - MINUTE, True), (now + 2 * DAY, False),
    ):  # fmt: skip
        assert sees(lee, maria, at) is by_right(lee, maria, at) is seen, at
        assert sees(kim, maria, at), "who is away still sees them"


def test_cover_is_not_handed_on(maria, kim, lee, wu, team, now):
    """Dr. Lee stands in for Dr. Kim, and Dr. Wu for Dr. Lee: Maria is Dr. Kim's."""
    period = (now, now + DAY)
    set_cover(absent=kim, membership=lee, period=period, by=kim.user, now=now)
    set_cover(absent=lee, membership=wu, period=period, by=lee.user, now=now)
    assert sees(lee, maria, now)
    assert not sees(wu, maria, now)


def test_of_who_left_the_clinic_nobody_is_covered(maria, kim, lee, team, ada, now):
    set_cover(absent=kim, membership=lee, period=(now, now + DAY), by=kim.user, now=now)
    type(kim).objects.filter(pk=kim.pk).update(ended_at=now, ended_by=ada)
    assert not sees(lee, maria, now)


@pytest.mark.parametrize(
    ("ended", "until"), [(-2, 0), (0, 0), (1, 1), (5, 3)], ids=["before", "first", "in", "after"]
)
def test_a_cover_ends_when_it_is_ended_and_not_before_it_began(kim, lee, now, ended, until):
    """Of three days; ended two days before, on the first, on the second, and two days after."""
    cover = set_cover(
        absent=kim, membership=lee, period=(now, now + 3 * DAY), by=kim.user, now=now - 9 * DAY
    )
    end_cover(cover=cover, now=now + ended * DAY)
    cover.refresh_from_db()
    assert cover.until == now + until * DAY
    assert Cover.objects.not_over(now).exists() is (until > 0)


def test_the_same_cover_pressed_twice_is_one(kim, lee, now):
    for _press in range(2):
        set_cover(absent=kim, membership=lee, period=(now, now + DAY), by=kim.user, now=now)
    assert Cover.objects.count() == 1


# ------------------------------------------------------------------ in an emergency


def test_an_emergency_opens_for_four_hours_and_is_no_right(maria, lee, team, now):
    opened = break_glass(patient=maria, membership=lee, reason="On call", now=now)
    assert opened.until == now + timedelta(hours=4)
    for at, seen in ((now, True), (opened.until - MINUTE, True), (opened.until, False)):
        assert sees(lee, maria, at) is seen, at
        assert not by_right(lee, maria, at)
    assert [each.page for each in AccessLog.objects.filter(patient=maria)] == ["emergency"]


def test_it_opens_one_record_for_one_colleague(maria, lee, wu, team, northside, kim, now):
    ben = PatientFactory(clinic=northside, by=kim.user, name="Ben Shaw")
    break_glass(patient=maria, membership=lee, reason="On call", now=now)
    assert not sees(lee, ben, now)
    assert not sees(wu, maria, now)


def test_nobody_opens_the_own_record_so(maria, lee, team, now):
    Patient.objects.filter(pk=maria.pk).update(user=lee.user)
    maria.refresh_from_db()
    with pytest.raises(OwnRecord):
        break_glass(patient=maria, membership=lee, reason="Curious", now=now)
    assert not BreakGlass.objects.exists()


# ------------------------------------------------------------------ whom no team would see


def test_a_safety_answer_of_a_patient_without_a_team_is_seen_until_it_is_settled(
    trial, maria, episode, lee, kim, now
):
    flag = say_yes(episode, now)
    assert sees(lee, maria, now)
    settle(flag, kim.user, now)
    assert not sees(lee, maria, now)


def test_other_flags_open_nothing(trial, maria, episode, protocol, lee, now):
    request_review(episode=episode, reason="Worse", protocol=protocol, now=now)
    assert not sees(lee, maria, now)


def test_with_a_team_it_is_the_teams(trial, maria, episode, kim, lee, team, now):
    say_yes(episode, now)
    assert sees(kim, maria, now)
    assert not sees(lee, maria, now)


def test_an_intake_that_nobody_has_read_is_seen_by_every_clinician(
    northside, kim, lee, sam, protocol, now
):
    joy = PatientFactory(clinic=northside, by=kim.user, name="Joy Adeyemi")
    assert not sees(lee, joy, now)
    answer_intake(joy, protocol, now, up_to="health")
    assert sees(lee, joy, now)
    assert sees(sam.membership_as("scheduler"), joy, now)
    assert not by_right(sam.membership_as("scheduler"), joy, now)


# ------------------------------------------------------------------ teams


def test_the_last_one_stays_and_with_a_colleague_may_go(maria, kim, lee, team, now):
    with pytest.raises(LastOnTeam):
        take_off_team(member=team, by=kim.user, now=now)
    join_care_team(patient=maria, membership=lee, by=kim.user, now=now)
    take_off_team(member=team, by=lee.user, now=now)
    left = CareTeamMember.objects.get(pk=team.pk)
    assert (left.until, left.ended_by) == (now, lee.user)


def test_a_colleague_who_left_the_clinic_is_no_team(maria, kim, lee, team, ada, now):
    join_care_team(patient=maria, membership=lee, by=kim.user, now=now)
    type(lee).objects.filter(pk=lee.pk).update(ended_at=now, ended_by=ada)
    with pytest.raises(LastOnTeam):
        take_off_team(member=team, by=kim.user, now=now)


def test_who_left_a_team_and_joins_again_is_on_it_twice_in_the_record(maria, kim, team, now):
    leave_care_team(member=team, by=kim.user, now=now)
    leave_care_team(member=team, by=kim.user, now=now + DAY)
    for _press in range(2):
        join_care_team(patient=maria, membership=kim, by=kim.user, now=now + 2 * DAY)
    rows = CareTeamMember.objects.order_by("pk").values_list("since", "until")
    assert list(rows) == [(now, now), (now + 2 * DAY, None)]


def test_teams_begin_with_who_began_a_step_that_runs(trial, maria, kim, lee, ada, northside, now):
    """Ben has a team; Joy's step was begun by an administrator; Ivy's has ended."""
    people = {}
    for name, by in (("Ben", lee.user), ("Joy", ada), ("Ivy", lee.user)):
        people[name] = PatientFactory(clinic=northside, by=kim.user, name=name)
        episode = EpisodeFactory(patient=people[name], by=kim.user)
        people[name].trial = TrialFactory(episode=episode, by=by)
    join_care_team(patient=people["Ben"], membership=kim, by=kim.user, now=now)
    end_trial(trial=people["Ivy"].trial, outcome="unknown", by=lee.user, today=now.date())
    assert start_care_teams(clinic=northside, by=ada, now=now) == 1
    assert start_care_teams(clinic=northside, by=ada, now=now) == 0
    teams = CareTeamMember.objects.values_list("patient__name", "membership", "added_by")
    assert set(teams) == {("Ben", kim.pk, kim.user_id), ("Maria Ortiz", kim.pk, ada.pk)}


def test_who_opened_a_record_is_named_with_the_role_that_they_had_there(
    maria, kim, lee, dr_strand, northside, ada, now
):
    type(lee).objects.filter(pk=lee.pk).update(ended_at=now, ended_by=ada)
    for user, page in ((kim.user, "flag"), (lee.user, "records"), (dr_strand, "no such page")):
        note_access(patient=maria, user=user, page=page, now=now)
    rows = AccessLog.objects.filter(patient=maria).select_related("user").order_by("pk")
    assert [(each.name, each.role, str(each.page)) for each in accesses(rows, northside)] == [
        ("Dr. Kim", "Clinician", "Your scores, to decide about your care"),
        ("Dr. Lee", "Clinician", "Your plans, your medicine, what was done, and your pictures"),
        ("Dr. Strand", "", "A page of your record"),
    ]
