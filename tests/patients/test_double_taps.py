"""A form that arrives several times at once, from an impatient thumb, counts once and answers each time."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from pathway.models import SafetyLevel
from patients.models import ClosureRequest, Flag, OwnActivity, Patient, SafetyAnswer
from patients.record.actions.register import invite_patient, register_patient
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
TAPS = 6


def at_once(user, url, data, taps=TAPS):
    """The same form by so many threads of one person; the codes of the answers."""
    start, codes = Barrier(taps), []

    def tap():
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        start.wait()
        codes.append(client.post(url, data).status_code)
        connections.close_all()

    threads = [Thread(target=tap) for _ in range(taps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def test_a_safety_answer_raises_one_flag_and_each_tap_gets_the_advice(episode, maria, protocol):
    question = protocol.safety_questions.filter(level=SafetyLevel.EMERGENCY).first()
    form = {"alarms": [question.key], "submission_id": str(uuid4())}
    assert at_once(maria.user, reverse("safety"), form) == [200] * TAPS
    assert SafetyAnswer.objects.filter(answer=True).count() == 1
    assert Flag.objects.get().findings.count() == 1


def test_own_activities_are_chosen_once(episode, maria):
    words = {"first": "Lift my grandchild", "second": "Sleep", "third": "Drive"}
    assert at_once(maria.user, reverse("activities"), words) == [302] * TAPS
    assert OwnActivity.objects.filter(episode=episode, retired_at=None).count() == 3
    assert OwnActivity.objects.count() == 3


def test_a_patient_is_registered_once_and_invited_once(northside, ada):
    person = {
        "name": "Ben Berg", "birth_date": "1970-05-01", "sex": "M", "number": "N-77",
        "email": "ben@mail.example", "phone": "555-0177", "language": "en",
    }  # fmt: skip
    assert at_once(ada, reverse("register"), person) == [302] * TAPS
    ben = Patient.objects.get(number="N-77")
    assert Notice.objects.filter(email=ben.email, kind=Notice.Kind.INVITATION).count() == 1


def test_another_patient_with_this_number_is_refused_in_words(northside, ada, maria):
    person = {
        "name": "Ben Berg", "birth_date": "1970-05-01", "sex": "M", "number": maria.number,
        "email": "ben@mail.example", "phone": "", "language": "en",
    }  # fmt: skip
    desk = Client()
    desk.force_login(ada)
    answer = desk.post(reverse("register"), person)
    assert answer.status_code == 422
    assert "Another patient has this record number." in answer.content.decode()


def test_an_invitation_is_accepted_once(northside, dr_kim, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy Jung", joined=False)
    token = token_of(invite_patient(patient=joy, by=dr_kim, now=now))
    assert at_once(None, reverse("join", args=[token]), {}) == [302] * TAPS
    joy.refresh_from_db()
    assert User.objects.filter(email=joy.email).get() == joy.user


def test_of_two_patients_with_one_address_the_second_shows_that_it_is_them(
    northside, ada, maria, now
):
    """Her husband shares the address: the link binds his record to the account, which may hold another one
    already, and opens nothing without a code."""
    User.objects.filter(pk=maria.user.pk).update(last_login=now)
    details = {"name": "Mateo Ortiz", "birth_date": "1968-01-02", "number": "N-78", "sex": "M"}
    mateo = register_patient(clinic=northside, by=ada, now=now, email=maria.user.email, **details)
    invitation = invite_patient(patient=mateo, by=ada, now=now)
    phone = Client()
    answer = phone.post(reverse("join", args=[token_of(invitation)]))
    assert answer.url == reverse("account_request_login_code")
    mateo.refresh_from_db()
    assert mateo.user == maria.user
    assert phone.get("/home/").url.startswith(reverse("account_login"))


def test_closing_is_asked_for_once(maria):
    assert at_once(maria.user, reverse("close_account"), {"reason": ""}) == [302] * TAPS
    assert ClosureRequest.objects.count() == 1


def token_of(invitation):
    """It leaves in the e-mail only."""
    notice = Notice.objects.get(key=f"invitation:{invitation.pk}")
    return notice.path.rstrip("/").rsplit("/", 1)[1]


def test_a_request_to_close_the_account_is_withdrawn_once_and_each_tap_is_told(episode, maria):
    assert at_once(maria.user, reverse("close_account"), {"reason": ""}) == [302] * TAPS
    assert at_once(maria.user, reverse("withdraw_closure"), {}) == [302] * TAPS
    assert ClosureRequest.objects.get().withdrawn_at is not None
