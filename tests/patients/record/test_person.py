"""Maria marries, moves and mistypes: who she is can be corrected, by the clinic and in part by herself."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Clinic, Notice, User
from patients.care_team.actions.care_team import join_care_team
from patients.models import AccessLog, CareTeamMember, Patient
from patients.record.actions.person import HasRecord, correct_person, withdraw_registration
from patients.record.actions.register import NumberTaken, invite_patient, register_patient
from tests.factories import EpisodeFactory, PatientFactory
from tests.patients.hostile import allow, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def joy(northside, dr_kim, now):
    """Registered and invited; she has not come in yet."""
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi", joined=False)
    invite_patient(patient=joy, by=dr_kim, now=now)
    joy.refresh_from_db()
    return joy


def page(patient):
    return reverse("person", args=[patient.pk])


def filled(browser, patient, **changed):
    """The form as it was shown, with what somebody changed on it."""
    form = browser.get(page(patient)).context["form"]
    shown = {field.html_name: field.value() or "" for field in form}
    before = {f"initial-{name}": value for name, value in shown.items()}
    return before | shown | changed


def said(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("who", ["ada", "sam", "dr_kim"])
def test_everybody_at_work_corrects_who_somebody_is(who, request, sign_in, maria):
    desk = sign_in(request.getfixturevalue(who))
    sent = filled(
        desk, maria, name="Maria Reyes", birth_date="1971-05-14", sex="X", number="N-9",
        phone="555-0199", address="1 Elm Street", language="es", time_zone="America/Chicago",
    )  # fmt: skip
    assert desk.post(page(maria), sent).url == page(maria)
    row = Patient.objects.get(pk=maria.pk)
    assert (row.name, row.birth_date, row.sex) == ("Maria Reyes", date(1971, 5, 14), "X")
    assert (row.number, row.phone, row.address) == ("N-9", "555-0199", "1 Elm Street")
    assert (row.language, row.time_zone) == ("es", "America/Chicago")
    assert AccessLog.objects.filter(patient=maria, page="person").exists()


def test_history_says_who_and_what_stood_there(office, maria):
    office.post(page(maria), filled(office, maria, name="Maria Reyes"))
    seen = said(office.get(page(maria)))
    assert "Name: Maria Ortiz → Maria Reyes" in seen
    assert "Ada Abel" in seen


def test_what_a_colleague_changed_meanwhile_stays(office, maria, sam, now):
    sent = filled(office, maria, phone="555-0199")
    correct_person(patient=maria, by=sam, now=now, address="2 Oak Street")
    office.post(page(maria), sent)
    row = Patient.objects.get(pk=maria.pk)
    assert (row.phone, row.address) == ("555-0199", "2 Oak Street")


def test_impossible_things_are_refused_with_words(office, maria, joy):
    for wrong in (
        {"birth_date": "2026-03-03"}, {"name": ""}, {"number": joy.number}, {"time_zone": "Mars/X"},
        {"language": "xx"},
    ):  # fmt: skip
        assert office.post(page(maria), filled(office, maria, **wrong)).status_code == 422
    assert Patient.objects.get(pk=maria.pk).name == "Maria Ortiz"
    assert "Another patient has this record number" in said(
        office.post(page(maria), filled(office, maria, number=joy.number))
    )


def test_the_address_of_somebody_with_an_account_is_theirs_to_change(office, maria):
    assert "They change that address themselves" in said(office.get(page(maria)))
    office.post(page(maria), filled(office, maria) | {"email": "x@y.example"})
    maria.refresh_from_db()
    assert maria.email != "x@y.example"


class TestAMistypedAddress:
    def test_is_corrected_and_the_link_follows(self, office, joy):
        [old] = Notice.objects.filter(email=joy.email)
        office.post(page(joy), filled(office, joy, email="joy@right.example"))
        [new] = Notice.objects.filter(email="joy@right.example")
        assert Client().get(old.path).status_code == 410
        assert Client().post(new.path).status_code == 302
        joy.refresh_from_db()
        assert joy.user.email == "joy@right.example"

    def test_with_none_at_all_the_link_is_closed(self, office, joy):
        [old] = Notice.objects.filter(email=joy.email)
        office.post(page(joy), filled(office, joy, email=""))
        assert Client().post(old.path).status_code == 410
        assert "The invitation was withdrawn." in said(office.get(page(joy)))

    def test_that_is_anothers_asks_whether_they_share_it(self, office, joy, maria):
        sent = filled(office, joy, email=maria.user.email)
        answer = office.post(page(joy), sent)
        assert answer.status_code == 422
        assert "Maria Ortiz has this e-mail." in said(answer)
        assert office.post(page(joy), sent | {"shares_email": "on"}).status_code == 302


def test_the_page_says_how_they_come_in(office, joy, northside, dr_kim, now):
    assert "A link was sent on Mar 2" in said(office.get(page(joy)))
    new = PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", joined=False)
    assert "Not invited yet." in said(office.get(page(new)))
    office.post(reverse("send_new_link", args=[new.pk]))
    assert Notice.objects.filter(email=new.email).exists()


def test_a_link_is_withdrawn_and_another_one_can_be_sent(office, joy, ada, now):
    [old] = Notice.objects.filter(email=joy.email)
    assert office.post(reverse("withdraw_link", args=[joy.pk])).url == page(joy)
    joy.invitation.refresh_from_db()
    assert (joy.invitation.withdrawn_by, joy.invitation.withdrawn_at) == (ada, now)
    assert Client().post(old.path).status_code == 410
    assert "Withdraw the link" not in said(office.get(page(joy)))
    office.post(reverse("send_new_link", args=[joy.pk]))
    new = Notice.objects.filter(email=joy.email).latest("pk")
    assert Client().post(new.path).status_code == 302


def test_a_link_that_ran_out_is_named(joy, now, sign_in, sam):
    with time_machine.travel(now + timedelta(days=15), tick=False):
        assert "Link ran out" in said(sign_in(sam).get(page(joy)))


class TestRegisteredByMistake:
    def withdraw(self, office, patient, reason="Registered twice"):
        return office.post(reverse("withdraw_registration", args=[patient.pk]), {"reason": reason})

    def test_is_withdrawn_with_a_reason_and_the_number_is_free(
        self, office, joy, ada, northside, dr_kim, now
    ):
        membership = dr_kim.membership_as()
        join_care_team(patient=joy, membership=membership, by=dr_kim, now=now)
        assert "registered by mistake" in said(office.get(page(joy)))
        assert self.withdraw(office, joy, reason="").status_code == 422
        assert self.withdraw(office, joy).url == reverse("patient_list")
        row = Patient.objects.get(pk=joy.pk)
        assert (row.withdrawn_by, row.withdrawn_at) == (ada, now)
        assert row.withdrawn_reason == "Registered twice"
        assert office.get(page(joy)).status_code == 404
        assert "Joy" not in said(office.get(reverse("patient_list"), {"q": "Joy"}))
        assert not CareTeamMember.objects.filter(patient=joy, until=None).exists()
        [letter] = Notice.objects.filter(email=joy.email)
        assert Client().post(letter.path).status_code == 410
        again = {"number": joy.number, "name": joy.name, "birth_date": joy.birth_date}
        other = register_patient(clinic=northside, by=dr_kim, now=now, **again)
        assert other.pk != joy.pk

    def test_not_once_something_is_written_down(self, office, joy, dr_kim, ada, now):
        EpisodeFactory(patient=joy, by=dr_kim)
        assert "registered by mistake" not in said(office.get(page(joy)))
        assert self.withdraw(office, joy).status_code == 422
        with pytest.raises(HasRecord):
            withdraw_registration(patient=joy, reason="x", by=ada, now=now)
        assert Patient.objects.get(pk=joy.pk).withdrawn_at is None

    def test_twice_is_once(self, joy, ada, sam, now):
        for by in (ada, sam):
            withdraw_registration(patient=joy, reason="x", by=by, now=now)
        assert Patient.objects.get(pk=joy.pk).withdrawn_by == ada

    def test_of_somebody_with_an_account_closes_that(self, office, maria, now, sign_in):
        phone = sign_in(maria.user)
        self.withdraw(office, maria)
        assert "/account/login/" in phone.get("/home/").url
        assert not User.objects.get(pk=maria.user_id).is_active

    def test_by_an_administrator_only(self, joy, sign_in, sam, dr_kim):
        for user in (sam, dr_kim):
            assert self.withdraw(sign_in(user), joy).status_code == 403


def test_she_reads_who_looked_at_it_in_words(office, maria, sign_in):
    office.get(page(maria))
    seen = said(sign_in(maria.user).get(reverse("access_history")))
    assert "Who you are, and how to reach you" in seen


def test_a_stranger_finds_nobody(sign_in, ann, maria):
    browser = sign_in(ann)
    assert browser.get(page(maria)).status_code == 404
    assert browser.post(page(maria), {"name": "X"}).status_code == 404


def test_outside_the_care_team_nobody_is_corrected(sign_in, dr_kim, maria, northside):
    Clinic.objects.filter(pk=northside.pk).update(care_team_only=True)
    assert sign_in(dr_kim).get(page(maria)).status_code == 404


def test_she_changes_where_she_lives_herself(sign_in, maria):
    phone = sign_in(maria.user)
    place = reverse("my_place")
    assert "America/New_York" in said(phone.get(place))
    assert phone.post(place, {"address": "1 Elm", "time_zone": "Mars/X"}).status_code == 422
    sent = {"address": "1 Elm Street", "time_zone": "America/Denver"}
    assert phone.post(place, sent).url == reverse("my_data")
    assert "1 Elm Street" in said(phone.get(reverse("my_data")))
    assert Patient.objects.get(pk=maria.pk).time_zone == "America/Denver"


def test_a_zone_that_is_not_known_any_more_can_be_kept_and_changed(sign_in, maria):
    allow(Patient)
    put(Patient, [maria.pk], time_zone="Old/Place")
    phone = sign_in(maria.user)
    assert "Old/Place" in said(phone.get(reverse("my_place")))


def test_the_database_refuses_half_a_withdrawal(maria, joy, ada, now):
    whole = {"withdrawn_at": now, "withdrawn_by": ada, "withdrawn_reason": "x"}
    for left_out in whole:
        part = {key: value for key, value in whole.items() if key != left_out}
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=joy.pk).update(**part)
    with pytest.raises(IntegrityError), transaction.atomic():  # an account would open it
        Patient.objects.filter(pk=maria.pk).update(**whole)


def test_two_corrections_to_one_number_are_not_both_kept(maria, joy, sam, now):
    with pytest.raises(NumberTaken):
        correct_person(patient=maria, by=sam, now=now, number=joy.number)
