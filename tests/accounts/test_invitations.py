"""An invitation that is not accepted yet: a new link, another address, its end; and one step to come in."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Invitation, Membership, Notice, User
from accounts.tasks import send_notices
from patients.record.actions.register import invite_patient
from tests.factories import PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db
LEE = {"email": "lee@clinic.example", "name": "Sara Lee", "role": "clinician"}
FORTNIGHT = timedelta(days=14)


@pytest.fixture
def lee(northside, ada, now):
    return actions.invite(clinic=northside, by=ada, now=now, **LEE)


@pytest.fixture
def office(sign_in, ada):
    return sign_in(ada)


def letters():
    return Notice.objects.filter(kind="invitation", email__contains="lee").order_by("pk")


def page(name, invitation):
    return reverse(name, args=[invitation.pk])


def people(office):
    return " ".join(office.get(reverse("people")).content.decode().split())


class TestALinkThatRanOut:
    @pytest.fixture
    def path(self, lee, now):
        """Three weeks later."""
        path = letters().get().path
        with time_machine.travel(now + FORTNIGHT, tick=False):
            yield path

    def test_tells_its_holder_what_to_do(self, path, client):
        answer = client.get(path)
        said = " ".join(answer.content.decode().split())
        assert answer.status_code == 410
        assert "The link from Northside Spine Clinic was good until March 16." in said
        assert "Ask for a new link" in said
        assert "555-0100" in said

    def test_is_asked_for_anew_and_the_office_renews_it_in_one_tap(
        self, path, client, lee, sign_in, ada
    ):
        assert b"A new link will come by e-mail." in client.post(path).content
        assert not User.objects.filter(email=LEE["email"]).exists()
        office = sign_in(ada)
        assert "Asks for a new link" in people(office)
        assert office.post(page("renew_invitation", lee)).url == reverse("people")
        assert "Asks for a new link" not in people(office)
        new = letters().last().path
        assert new != path
        assert client.post(new).url == reverse("start")
        assert User.objects.get(email=LEE["email"]).membership_as("clinician")

    def test_stands_in_the_list(self, path, sign_in, ada):
        assert "Link ran out" in people(sign_in(ada))

    def test_an_unknown_one_asks_for_nothing(self, db, client, now):
        assert client.post("/join/nothing/").status_code == 410
        assert not actions.ask_again(token="nothing", now=now)


class TestAMistypedAddress:
    def test_is_corrected_and_the_old_letter_opens_nothing(self, office, lee, client):
        old = letters().get().path
        asked = LEE | {"email": "Lea@Clinic.example", "name": "Sara Lea"}
        assert office.post(page("correct_invitation", lee), asked).url == reverse("people")
        assert client.get(old).status_code == 410
        assert client.post(old).status_code == 410
        letter = Notice.objects.filter(kind="invitation").latest("pk")
        assert letter.email == "lea@clinic.example"
        client.post(letter.path)
        assert User.objects.get(email="lea@clinic.example").name == "Sara Lea"

    def test_of_which_the_letter_has_not_left_yet_gets_none(self, office, lee):
        office.post(page("correct_invitation", lee), LEE | {"email": "lea@clinic.example"})
        send_notices()
        assert [to for one in mail.outbox for to in one.to if to.startswith("le")] == [
            "lea@clinic.example"
        ]

    def test_its_holder_who_pressed_at_that_moment_does_not_get_the_corrected_account(
        self, lee, ada, now
    ):
        token = letters().get().path.split("/")[-2]
        found = actions.find_invitation(token=token, now=now)
        actions.renew_invitation(invitation=lee, by=ada, now=now, email="lea@clinic.example")
        with pytest.raises(actions.InvitationGone):
            actions.accept_invitation(invitation=found, now=now)
        assert not User.objects.filter(email="lea@clinic.example").exists()

    def test_of_a_colleague_is_refused_with_what_to_do(self, office, lee, dr_kim):
        answer = office.post(page("correct_invitation", lee), LEE | {"email": dr_kim.email})
        assert answer.status_code == 422
        assert b"works here already. Change the role instead." in answer.content


def test_the_list_of_people_holds_no_patients(office, lee, dr_kim, northside, now):
    PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    assert "Sara Lee (Clinician)" in people(office)
    assert "Joy" not in people(office)


def test_a_double_tap_sends_one_link(office, lee):
    answer = office.post(page("renew_invitation", lee), follow=True)
    assert b"was sent a few minutes ago" in answer.content
    assert letters().count() == 1


def test_a_withdrawn_one_lets_nobody_in(office, lee, client, ada, now):
    path = letters().get().path
    office.post(page("withdraw_invitation", lee))
    lee.refresh_from_db()
    assert (lee.withdrawn_at, lee.withdrawn_by) == (now, ada)
    assert client.post(path).status_code == 410
    assert office.post(page("renew_invitation", lee)).status_code == 404
    send_notices()
    assert not [one for one in mail.outbox if LEE["email"] in one.to]
    with pytest.raises(actions.InvitationGone):
        actions.renew_invitation(invitation=lee, by=ada, now=now)


def test_an_accepted_one_cannot_be_withdrawn(lee, client, ada, now):
    client.post(letters().get().path)
    actions.withdraw_invitation(invitation=lee, by=ada, now=now)
    lee.refresh_from_db()
    assert lee.withdrawn_at is None


def test_who_works_here_is_not_invited(office, dr_kim, lee):
    answer = office.post(reverse("invite_person"), LEE | {"email": dr_kim.email.upper()})
    assert answer.status_code == 422
    assert b"works here already. Change the role instead." in answer.content


def test_who_came_to_work_here_meanwhile_keeps_the_role(lee, northside, client, now):
    """Two invitations, both accepted: the second one is no error and changes nothing."""
    actions.invite(clinic=northside, by=None, now=now, **LEE | {"role": "administrator"})
    first, second = (letter.path for letter in letters())
    client.post(first)
    assert Client().post(second).status_code == 302
    assert Membership.objects.get(user__email=LEE["email"]).role == "clinician"
    lee.refresh_from_db()
    again = actions.invite(clinic=northside, by=None, now=now, **LEE | {"email": "x@x.example"})
    with pytest.raises(actions.WorksHereAlready):
        actions.renew_invitation(invitation=again, by=None, now=now, email=LEE["email"])


class TestOneStep:
    def test_a_newcomer_is_signed_in(self, lee, client):
        path = letters().get().path
        assert b"lee@clinic.example" in client.get(path).content
        assert client.post(path).url == reverse("start")
        assert "_auth_user_id" in client.session

    def test_who_has_an_account_that_was_used_shows_a_code_as_ever(
        self, northside, southside, now, sign_in
    ):
        """A letter that was passed on must not open what stands in the account already."""
        StaffFactory(clinic=southside, email=LEE["email"])
        User.objects.filter(email=LEE["email"]).update(last_login=now)
        actions.invite(clinic=northside, by=None, now=now, **LEE)
        browser = Client()
        answer = browser.post(letters().last().path, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("account_request_login_code")
        assert b'value="lee@clinic.example"' in answer.content
        assert "_auth_user_id" not in browser.session

    def test_who_has_a_second_factor_shows_it(self, northside, southside, now):
        StaffFactory(clinic=southside, email=LEE["email"])
        actions.invite(clinic=northside, by=None, now=now, **LEE)
        browser = Client()
        assert browser.post(letters().last().path).url.startswith(reverse("mfa_authenticate"))
        assert "_auth_user_id" not in browser.session

    def test_on_a_device_where_a_colleague_is_signed_in(self, lee, office, ada):
        path = letters().get().path
        assert b"Ada Abel is signed in on this device now" in office.get(path).content
        office.post(path)
        user = User.objects.get(email=LEE["email"])
        assert office.session["_auth_user_id"] == str(user.pk)


class TestPatients:
    @pytest.fixture
    def joy(self, northside, dr_kim, now):
        joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi", joined=False)
        invite_patient(patient=joy, by=dr_kim, now=now)
        return joy

    def test_the_desk_sends_a_new_link_in_one_tap(self, joy, now, sign_in, sam):
        with time_machine.travel(now + FORTNIGHT, tick=False):
            desk = sign_in(sam)
            assert b"Link ran out" in desk.get(reverse("intakes")).content
            answer = desk.post(reverse("send_new_link", args=[joy.pk]), follow=True)
            assert f"on its way to {joy.email}" in answer.content.decode()
            letter = Notice.objects.filter(email=joy.email).latest("pk")
            assert Client().post(letter.path).url == reverse("start")
        joy.refresh_from_db()
        assert joy.user.email == joy.email

    def test_nobody_sends_one_to_who_has_an_account(self, maria, sign_in, sam):
        answer = sign_in(sam).post(reverse("send_new_link", args=[maria.pk]), follow=True)
        assert b"Nothing was sent" in answer.content

    def test_nor_to_nowhere(self, joy, sign_in, sam):
        type(joy).objects.filter(pk=joy.pk).update(email="")
        answer = sign_in(sam).post(reverse("send_new_link", args=[joy.pk]), follow=True)
        assert b"The record has no e-mail." in answer.content

    def test_an_administrator_corrects_no_patients_invitation_on_the_page_of_people(
        self, joy, office
    ):
        joy.refresh_from_db()
        assert office.get(page("correct_invitation", joy.invitation)).status_code == 404


def test_another_clinics_invitation_is_not_there(lee, sign_in, ann):
    for name in ("correct_invitation", "renew_invitation", "withdraw_invitation"):
        assert sign_in(ann).post(page(name, lee), LEE).status_code == 404


def test_the_database_refuses_half_a_step(lee, ada, now):
    row = Invitation.objects.filter(pk=lee.pk)
    both = {"withdrawn_at": now, "withdrawn_by": ada, "accepted_at": now, "accepted_by": ada}
    for wrong in (
        {"withdrawn_at": now}, {"withdrawn_by": ada}, {"renewed_at": now}, {"renewed_by": ada}, both,
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
