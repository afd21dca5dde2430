"""Maria lost her mailbox: the clinic makes sure that it is her, and she comes in by another address."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from accounts.tasks import send_account_mail
from patients.models import IdentityCheck, Patient, SymptomLog
from patients.record.actions.way_in import NoAccount, give_new_way_in
from tests.accounts.codes import latest_code
from tests.factories import LogFactory, PatientFactory, set_up_second_factor

pytestmark = pytest.mark.django_db
SAID = {"email": "maria@new.example", "how": "In person, with her card"}


def page(patient):
    return reverse("new_way_in", args=[patient.pk])


def said(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def desk(sign_in, sam):
    return sign_in(sam)


def test_she_comes_in_again_with_all_that_she_logged(desk, maria, trial, episode, sign_in):
    LogFactory(episode=episode)
    phone = sign_in(maria.user)
    old = maria.user
    assert desk.post(page(maria), SAID).url == reverse("person", args=[maria.pk])
    assert "/account/login/" in phone.get("/home/").url
    letter = Notice.objects.get(email=SAID["email"])
    browser = Client()
    assert browser.post(letter.path).url == reverse("start")
    assert browser.get("/home/").status_code == 200
    maria.refresh_from_db()
    assert maria.user != old
    assert SymptomLog.objects.filter(episode__patient=maria).count() == 1
    assert not User.objects.get(pk=old.pk).is_active


def test_the_address_of_before_is_told_in_her_language(desk, maria):
    Patient.objects.filter(pk=maria.pk).update(language="es")
    desk.post(page(maria), SAID)
    send_account_mail()
    [told] = mail.outbox
    assert told.to == [maria.user.email]
    assert "una nueva forma de entrar" in told.body
    assert "555-0100" in told.body


def test_nobody_gets_one_without_a_word_on_how_it_was_checked(desk, maria):
    answer = desk.post(page(maria), SAID | {"how": " "})
    assert answer.status_code == 422
    assert "Say how you made sure that it is them." in said(answer)
    assert not IdentityCheck.objects.exists()


def test_who_checked_and_how_stands_for_the_administrator(desk, maria, sam, sign_in, ada, now):
    desk.post(page(maria), SAID)
    check = IdentityCheck.objects.get()
    assert (check.checked_by, check.checked_at, check.how) == (sam, now, SAID["how"])
    person = reverse("person", args=[maria.pk])
    assert "In person, with her card" in said(sign_in(ada).get(person))
    assert "In person, with her card" not in said(desk.get(person))
    assert not IdentityCheck.objects.visible_to(maria).exists()


def test_a_lost_second_step_and_a_stolen_password_open_nothing(desk, maria):
    """The same address: the code by e-mail lets her in, and nothing else that there was."""
    set_up_second_factor(maria.user)
    maria.user.set_password("a very long sentence of hers")
    maria.user.save()
    User.objects.filter(pk=maria.user_id).update(last_login=maria.registered_at)
    address = maria.user.email
    desk.post(page(maria), SAID | {"email": address})
    browser = Client()
    browser.post(Notice.objects.filter(email=address).latest("pk").path)
    browser.post(reverse("account_request_login_code"), {"email": address})
    browser.post(reverse("account_confirm_login_code"), {"code": latest_code()})
    assert "_auth_user_id" in browser.session
    user = User.objects.get(email=address)
    assert not Authenticator.objects.filter(user=user).exists()
    assert not user.has_usable_password()


def test_a_colleague_who_is_a_patient_keeps_the_way_to_work(desk, maria, northside, now):
    user = maria.user
    user.memberships.create(clinic=northside, role="clinician", started_at=now)
    set_up_second_factor(user)
    desk.post(page(maria), SAID)
    assert User.objects.get(pk=user.pk).is_active
    assert Authenticator.objects.filter(user=user).exists()
    assert Patient.objects.get(pk=maria.pk).user is None


def test_anothers_address_is_asked_about_first(desk, maria, northside, dr_kim):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Adeyemi")
    answer = desk.post(page(maria), SAID | {"email": joy.email})
    assert answer.status_code == 422
    assert "Joy Adeyemi has this e-mail." in said(answer)
    shared = SAID | {"email": joy.email, "shares_email": "on"}
    assert desk.post(page(maria), shared).status_code == 302


def test_without_an_account_a_link_is_sent_instead(desk, northside, dr_kim, ada, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, joined=False)
    assert "Send them a link instead" in said(desk.post(page(joy), SAID))
    with pytest.raises(NoAccount):
        give_new_way_in(patient=joy, by=ada, now=now, **SAID)


def test_another_clinic_gives_nobody_a_way_in(sign_in, sid, ann, maria):
    for stranger in (sid, ann):
        assert sign_in(stranger).post(page(maria), SAID).status_code == 404
    assert not IdentityCheck.objects.exists()


def test_the_database_keeps_what_was_said(desk, maria, sam, now):
    desk.post(page(maria), SAID)
    rows = IdentityCheck.objects.all()
    for change in (lambda: rows.update(how="x"), rows.delete):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.create(patient=maria, how="", checked_at=now, checked_by=sam)
    assert str(rows.get()) == SAID["how"]
