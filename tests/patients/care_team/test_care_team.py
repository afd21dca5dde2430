"""Who sees whom inside a clinic: all, or the patients of one's own care teams."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import Membership, User
from patients.care_team.actions.care_team import (
    NotNeeded,
    OtherClinic,
    break_glass,
    end_cover,
    join_care_team,
    leave_care_team,
    set_care_team_only,
    set_cover,
)
from patients.flags.safety_answers import answer_safety
from patients.models import AccessLog, BreakGlass, CareTeamMember, Flag, Patient, TierTrial
from patients.record.actions.register import start_care
from scheduling.models import Consultation
from tests.factories import EpisodeFactory, PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def own_only(northside):
    set_care_team_only(clinic=northside, on=True)


@pytest.fixture
def marias_team(maria, dr_kim, now):
    return join(maria, dr_kim, now)


def join(patient, clinician, now):
    return join_care_team(
        patient=patient, membership=clinician.membership_as(), by=clinician, now=now
    )


def sees(user, patient):
    """Asked of the patient and of a row of the record: both have one answer. A request reads anew
    where its user works."""
    at = User.objects.get(pk=user.pk).membership_as()
    if at is None:
        return False
    whole = Patient.objects.visible_to(at).filter(pk=patient.pk).exists()
    assert TierTrial.objects.visible_to(at).filter(episode__patient=patient).exists() is whole
    return whole


def test_by_default_every_clinician_of_the_clinic_sees_every_patient(trial, maria, dr_kim, dr_lee):
    assert sees(dr_kim, maria)
    assert sees(dr_lee, maria)


def test_turned_on_only_the_team_does(trial, maria, dr_kim, dr_lee, own_only, marias_team):
    assert sees(dr_kim, maria)
    assert not sees(dr_lee, maria)
    set_care_team_only(clinic=maria.clinic, on=False)
    assert sees(dr_lee, maria)


def test_a_team_elsewhere_opens_nothing(trial, maria, dr_strand, stella, own_only, now):
    join(stella, dr_strand, now)
    assert not sees(dr_strand, maria)
    with pytest.raises(OtherClinic):
        join(maria, dr_strand, now)


def test_the_patient_and_the_administrator_see_what_they_saw(maria, ada, sam, own_only):
    for viewer in (maria, ada.membership_as(), sam.membership_as()):
        assert Patient.objects.visible_to(viewer).get() == maria


def test_who_left_the_team_sees_nothing_more(
    trial, maria, dr_kim, dr_lee, own_only, marias_team, now
):
    for _ in range(2):
        leave_care_team(member=marias_team, by=dr_lee, now=now)
    assert not sees(dr_kim, maria)
    marias_team.refresh_from_db()
    assert (marias_team.until, marias_team.ended_by) == (now, dr_lee)
    assert join(maria, dr_kim, now) == join(maria, dr_kim, now)
    assert sees(dr_kim, maria)
    assert str(marias_team) == "Dr. Kim"


def test_who_left_the_clinic_sees_nothing_more(trial, maria, dr_kim, own_only, marias_team, now):
    Membership.objects.filter(user=dr_kim).update(ended_at=now, ended_by=dr_kim)
    assert not sees(dr_kim, maria)


def test_a_colleague_who_covers_sees_the_patients_for_that_time(
    trial, maria, dr_kim, dr_lee, own_only, marias_team, now
):
    week = (now, now + timedelta(days=7))
    cover = set_cover(
        absent=dr_kim.membership_as(), membership=dr_lee.membership_as(), period=week, by=dr_kim,
        now=now,
    )  # fmt: skip
    assert str(cover) == "Dr. Lee for Dr. Kim"
    assert sees(dr_lee, maria)
    with time_machine.travel(week[1]):
        assert not sees(dr_lee, maria)
    end_cover(cover=cover, now=now)
    assert not sees(dr_lee, maria)
    end_cover(cover=cover, now=now + timedelta(days=1))
    cover.refresh_from_db()
    assert cover.until == now


def test_a_cover_that_has_not_begun_ends_before_it_starts(dr_kim, dr_lee, now):
    later = now + timedelta(days=3)
    cover = set_cover(
        absent=dr_kim.membership_as(), membership=dr_lee.membership_as(),
        period=(later, later + timedelta(days=1)), by=dr_kim, now=now,
    )  # fmt: skip
    end_cover(cover=cover, now=now)
    cover.refresh_from_db()
    assert cover.until == later


def test_nobody_of_another_clinic_or_another_role_covers(dr_kim, dr_strand, sam, now):
    week = (now, now + timedelta(days=7))
    for other in (dr_strand, sam):
        with pytest.raises(OtherClinic):
            set_cover(
                absent=dr_kim.membership_as(), membership=other.membership_as(), period=week,
                by=dr_kim, now=now,
            )  # fmt: skip


def test_breaking_the_glass_opens_the_record_for_some_hours(
    trial, maria, dr_lee, own_only, marias_team, now
):
    glass = break_glass(patient=maria, membership=dr_lee.membership_as(), reason="On call", now=now)
    assert sees(dr_lee, maria)
    assert str(glass) == "Dr. Lee: On call"
    assert AccessLog.objects.get(user=dr_lee).page == "emergency"
    with time_machine.travel(glass.until):
        assert not sees(dr_lee, maria)
    with pytest.raises(NotNeeded):
        break_glass(patient=maria, membership=dr_lee.membership_as(), reason="again", now=now)
    assert BreakGlass.objects.visible_to(maria).get() == glass


def test_nobody_of_another_clinic_breaks_it(maria, dr_strand, own_only, now):
    with pytest.raises(OtherClinic):
        break_glass(patient=maria, membership=dr_strand.membership_as(), reason="curious", now=now)


def test_a_safety_flag_whom_no_team_would_see_is_seen_by_every_clinician(
    trial, maria, episode, protocol, dr_kim, dr_lee, dr_strand, own_only, now
):
    assert not sees(dr_lee, maria)
    question = protocol.safety_questions.filter(on_every_log=True)[0]

    answer_safety(episode=episode, yes_to=[question], submission_id=uuid4(), by=maria.user, now=now)
    assert sees(dr_lee, maria)
    assert Flag.objects.visible_to(dr_lee.membership_as()).exists()
    assert not sees(dr_strand, maria)
    join(maria, dr_kim, now)
    assert not sees(dr_lee, maria)
    assert sees(dr_kim, maria)


def test_who_starts_care_is_on_the_team(northside, dr_kim, protocol, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    start_care(
        patient=joy, by=dr_kim, now=now, level=1, usual_pain=5, reason="",
        condition=protocol.conditions.in_order()[0], region="neck", radiating=False,
        onset_on=now.date(),
    )  # fmt: skip
    assert CareTeamMember.objects.get(patient=joy).membership.user == dr_kim


def test_an_administrator_who_starts_care_is_on_no_team(northside, ada, protocol, now):
    joy = PatientFactory(clinic=northside, by=ada, name="Joy Adeyemi")
    start_care(
        patient=joy, by=ada, now=now, level=1, usual_pain=5, reason="",
        condition=protocol.conditions.in_order()[0], region="neck", radiating=False,
        onset_on=now.date(),
    )  # fmt: skip
    assert not CareTeamMember.objects.exists()


def test_visits_follow_the_same_rule(maria, dr_kim, dr_lee, own_only, marias_team):
    where = str(Consultation.objects.visible_to(dr_lee.membership_as()).query)
    assert "patients_careteammember" in where


def test_a_stay_elsewhere_is_no_reason_to_see_less_at_home(
    stella, southside, dr_kim, own_only, now
):
    """Dr. Kim also works in Southside, which has no care teams."""
    there = Membership.objects.create(
        user=dr_kim, clinic=southside, role="clinician", started_at=now
    )
    assert Patient.objects.visible_to(there).get() == stella
    assert not Patient.objects.visible_to(dr_kim.membership_as()).exists()


def test_an_open_complaint_alone_opens_nothing(maria, dr_lee, dr_kim, own_only):
    EpisodeFactory(patient=maria, by=dr_kim)
    assert not sees(dr_lee, maria)
