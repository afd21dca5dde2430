"""Leo turns eighteen: his mother's access ends on that day, with notice before, and he comes in himself."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.actions import send_due_notices
from accounts.models import Clinic, Invitation, Notice, User
from patients.models import Carer, Patient
from patients.record.actions.legal_age import look_at_ages
from patients.tasks import look_over_records
from tests.factories import PatientFactory
from tests.patients.carers.kept import EVERYTHING, a_carer

pytestmark = pytest.mark.django_db
BIRTHDAY = date(2026, 6, 10)


@pytest.fixture
def leo(northside, dr_kim, ada, now):
    return PatientFactory(
        clinic=northside, by=dr_kim, name="Leo Ortiz", birth_date=date(2008, 6, 10),
        email="leo@mail.example", joined=False,
    )  # fmt: skip


@pytest.fixture
def mother(leo, now):
    return a_carer(leo, now, name="Ana Ortiz", relation="parent", **EVERYTHING)


def morning(day, northside, hour=6):
    return datetime(day.year, day.month, day.day, hour, tzinfo=northside.zone)


def look(day, northside, hour=6):
    with time_machine.travel(morning(day, northside, hour), tick=False):
        return look_at_ages(now=morning(day, northside, hour))


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("email", flat=True))


def test_thirty_days_before_mother_and_clinic_are_told_once(leo, mother, northside, ada):
    look(BIRTHDAY - timedelta(days=31), northside)
    assert not told("of_age_soon")
    for day in (30, 29, 1):
        look(BIRTHDAY - timedelta(days=day), northside)
    assert told("of_age_soon") == [mother.user.email]
    assert ada.email in told("of_age_clinic")
    assert Carer.objects.get(pk=mother.pk).ended_at is None


def test_the_mails_name_nobody_and_no_health_matter(leo, mother, northside, mailoutbox):
    look(BIRTHDAY - timedelta(days=30), northside)
    send_due_notices(now=morning(BIRTHDAY, northside))
    mails = [one for one in mailoutbox if "of age" in one.body or "age" in one.subject]
    assert len(mails) > 1
    assert all("Leo" not in one.subject + one.body for one in mails)


def test_on_the_birthday_it_ends_and_leo_is_invited(leo, mother, northside):
    look(BIRTHDAY, northside)
    look(BIRTHDAY + timedelta(days=1), northside)
    ended = Carer.objects.get(pk=mother.pk)
    assert (ended.ended_at is not None, ended.ended_by) == (True, None)
    assert Invitation.objects.filter(email="leo@mail.example").count() == 1
    assert told("invitation").count("leo@mail.example") == 1


def test_to_the_minute_whether_or_not_the_job_was_there(leo, mother, northside):
    before = morning(BIRTHDAY, northside, hour=0) - timedelta(minutes=1)
    with time_machine.travel(before, tick=False):
        assert User.objects.get(pk=mother.user_id).cared_for == [leo]
    with time_machine.travel(before + timedelta(minutes=1), tick=False):
        assert User.objects.get(pk=mother.user_id).cared_for == []


def test_a_grandmother_whom_leo_could_choose_himself_goes_on(leo, mother, northside, now):
    other = a_carer(leo, now, name="Nora Ortiz", relation="other", **EVERYTHING)
    look(BIRTHDAY, northside)
    assert Carer.objects.get(pk=other.pk).ended_at is None


def test_a_mother_whom_somebody_of_age_invites_goes_on(maria, northside, now):
    mother = a_carer(maria, now, name="Ana Ortiz", relation="parent", **EVERYTHING)
    look(BIRTHDAY, northside)
    assert Carer.objects.get(pk=mother.pk).ended_at is None
    assert User.objects.get(pk=mother.user_id).cared_for == [maria]


def test_the_clinics_own_age_and_a_corrected_birth_date_count(leo, mother, northside):
    Clinic.objects.filter(pk=northside.pk).update(legal_age=21)
    look(BIRTHDAY, northside)
    assert Carer.objects.get(pk=mother.pk).ended_at is None
    Patient.objects.filter(pk=leo.pk).update(birth_date=date(2005, 6, 9))
    look(BIRTHDAY, northside)
    assert Carer.objects.get(pk=mother.pk).ended_at is not None


def test_the_mothers_own_address_gets_no_invitation_in_leos_name(leo, mother, northside, ada):
    Patient.objects.filter(pk=leo.pk).update(email=mother.user.email)
    look(BIRTHDAY, northside)
    assert not Invitation.objects.filter(role="patient", name="Leo Ortiz").exists()
    assert told("of_age_clinic").count(ada.email) == 1


def test_an_account_that_mother_and_son_share_becomes_hers_alone(maria, northside, dr_kim, now):
    """He was registered with her address, when he was a child."""
    leo = PatientFactory(
        clinic=northside, by=dr_kim, name="Leo", email=maria.email, birth_date=date(2008, 6, 10)
    )
    look(BIRTHDAY - timedelta(days=30), northside)
    assert told("of_age_soon") == [maria.user.email]
    look(BIRTHDAY, northside)
    assert Patient.objects.get(pk=leo.pk).user is None
    assert User.objects.get(pk=maria.user_id).speaks_for == [maria]


def test_who_joined_young_and_has_a_child_of_their_own_later_keeps_the_account(
    northside, dr_kim, now
):
    leo = PatientFactory(
        clinic=northside, by=dr_kim, name="Leo", email="leo@mail.example",
        birth_date=date(2008, 6, 10),
    )  # fmt: skip
    later = datetime(2031, 3, 3, 15, tzinfo=northside.zone)
    with time_machine.travel(later, tick=False):
        child = PatientFactory(
            clinic=northside, by=dr_kim, name="Max", email=leo.email, birth_date=date(2029, 1, 1)
        )
        look_at_ages(now=later)
    assert Patient.objects.get(pk=leo.pk).user == child.user


def test_a_couple_and_a_young_man_with_an_account_of_his_own_are_left_alone(
    maria, northside, dr_kim
):
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben", email=maria.email)
    leo = PatientFactory(clinic=northside, by=dr_kim, name="Leo", birth_date=date(2008, 6, 10))
    look(BIRTHDAY, northside)
    for patient in (ben, leo):
        assert Patient.objects.get(pk=patient.pk).user is not None
    assert not told("of_age_soon")


def test_who_was_born_on_a_29_february_is_of_age_on_the_first_of_march(leo, northside):
    leo.birth_date = date(2008, 2, 29)
    assert leo.of_age_on == date(2026, 3, 1)
    leo.clinic.legal_age = 20
    assert leo.of_age_on == date(2028, 2, 29)


def test_before_five_in_the_morning_nothing_is_done(leo, mother, northside):
    look(BIRTHDAY, northside, hour=4)
    assert Carer.objects.get(pk=mother.pk).ended_at is None


def test_it_is_one_of_the_daily_checks(leo, mother, northside):
    with time_machine.travel(morning(BIRTHDAY, northside), tick=False):
        look_over_records()
    assert Carer.objects.get(pk=mother.pk).ended_at is not None


def test_a_clinic_sets_an_age_of_young_people(northside):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.filter(pk=northside.pk).update(legal_age=3)
