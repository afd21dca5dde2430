"""The only way in is an invitation: used once, bound to its e-mail, never guessed."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Clinic, Invitation, Membership, Notice, User
from tests.factories import ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(northside, ada, now):
    """Ada invites Dr. Lee; the link stands in the outbox and nowhere else."""
    invitation = actions.invite(
        clinic=northside,
        email="Lee@Clinic.example",
        name="Sara Lee",
        role="clinician",
        by=ada,
        now=now,
    )
    return Notice.objects.get(key=f"invitation:{invitation.pk}")


def test_the_link_shows_the_clinic_and_makes_the_account(letter, client):
    assert b"Join Northside Spine Clinic" in client.get(letter.path).content
    answer = client.post(letter.path)
    assert answer.url == reverse("start")
    assert client.get(reverse("start"), follow=True).redirect_chain[-1][0] == reverse("mfa_index")
    dr_lee = User.objects.get(email="lee@clinic.example")
    assert dr_lee.membership_as("clinician").clinic.name == "Northside Spine Clinic"
    assert not dr_lee.has_usable_password()


def test_a_used_link_says_so_and_leads_to_signing_in(letter, client):
    client.post(letter.path)
    again = client.get(letter.path)
    assert again.status_code == 410
    assert b"This link no longer works" in again.content
    assert User.objects.filter(email="lee@clinic.example").count() == 1


def test_the_second_tap_on_join_reads_what_the_first_one_would(letter, client):
    client.post(letter.path)
    second = Client().post(letter.path, follow=True)
    assert b'value="lee@clinic.example"' in second.content
    assert Membership.objects.filter(user__email="lee@clinic.example").count() == 1


def test_who_is_no_administrator_sees_no_invitation(letter, ada, dr_kim, sam):
    def seen(user):
        return Invitation.objects.visible_to(user.working_memberships[0])

    assert seen(ada).filter(email="lee@clinic.example").exists()
    assert not seen(dr_kim).exists()
    assert not seen(sam).exists()


def test_two_tabs_accept_once(letter, now):
    token = letter.path.split("/")[-2]
    invitation = actions.find_invitation(token=token, now=now)
    actions.accept_invitation(invitation=invitation, now=now)
    with pytest.raises(actions.InvitationGone):
        actions.accept_invitation(invitation=invitation, now=now)


def test_the_link_ends_after_two_weeks(letter, now):
    token = letter.path.split("/")[-2]
    with pytest.raises(actions.InvitationGone):
        actions.find_invitation(token=token, now=now + timedelta(days=14))


def test_the_database_holds_no_token(letter):
    token = letter.path.split("/")[-2]
    assert token not in Invitation.objects.get(email="lee@clinic.example").token_digest


def test_one_person_works_in_two_clinics_with_one_account(letter, southside, now, client):
    client.post(letter.path)
    invitation = actions.invite(
        clinic=southside,
        email="lee@clinic.example",
        name="Sara Lee",
        role="scheduler",
        by=None,
        now=now,
    )
    dr_lee = actions.accept_invitation(invitation=invitation, now=now)
    assert {m.role for m in dr_lee.working_memberships} == {"clinician", "scheduler"}
    assert dr_lee.membership_as("administrator") is None


def test_a_patients_account_is_bound_to_the_record(maria):
    assert maria.user.speaks_for == [maria]
    assert maria.user.membership_as() is None


def test_a_patient_who_has_not_joined_has_no_account(northside, dr_kim):
    assert PatientFactory(clinic=northside, by=dr_kim, joined=False).user is None


def test_an_administrator_invites_from_the_page(ada, sign_in):
    browser = sign_in(ada)
    wrong = browser.post(reverse("invite_person"), {"name": "Zoe"})
    assert wrong.status_code == 422
    assert b"There is a problem" in wrong.content
    good = {"name": "Zoe Zed", "email": "zoe@clinic.example", "role": "scheduler"}
    assert browser.post(reverse("invite_person"), good).url == reverse("people")
    page = browser.get(reverse("people")).content
    assert b"Zoe Zed (Scheduler)" in page
    assert b"Ada Abel" in page


def test_the_operator_opens_a_clinic_and_its_administrator_is_invited(db):
    out = StringIO()
    call_command(
        "open_clinic", "Westside", time_zone="Europe/Berlin", phone="555-0101", alert_email="a@w.example",
        administrator_email="w@w.example", administrator_name="Wim", stdout=out,
    )  # fmt: skip
    assert "Westside is open" in out.getvalue()
    assert Invitation.objects.get(clinic__name="Westside").role == "administrator"
    assert Clinic.objects.get(name="Westside").zone.key == "Europe/Berlin"


def test_an_offset_is_no_time_zone(db):
    with pytest.raises(CommandError, match="time zone such as America/New_York"):
        call_command(
            "open_clinic", "Westside", time_zone="UTC-5", phone="1", alert_email="a@w.example",
            administrator_email="w@w.example", administrator_name="Wim",
        )  # fmt: skip


def test_rows_say_what_they_are(northside, ada, now):
    membership = Membership.objects.get(user=ada)
    membership.credentials = "RN"
    assert str(membership) == "Ada Abel, RN"
    assert str(ClinicFactory(name="Elsewhere")) == "Elsewhere"
    assert str(Invitation.objects.filter(clinic=northside).first()).startswith("Olga Owner (")
    assert str(Notice.objects.first()).startswith("invitation:")
    assert str(ada) == "Ada Abel"
