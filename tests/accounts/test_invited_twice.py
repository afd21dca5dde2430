"""The same form sent twice invites a colleague once; two patients of one address are two people."""

from datetime import date, timedelta

import pytest

from accounts.actions import invite
from accounts.models import Invitation, Notice
from patients.record.actions.register import invite_patient, register_patient

pytestmark = pytest.mark.django_db


def asked(clinic, by, now):
    nina = {"name": "Nina New", "email": "Nina@clinic.example", "role": "clinician"}
    return invite(clinic=clinic, by=by, now=now, **nina)


def test_a_colleague_is_invited_once_and_again_when_asked_later(northside, ada, now):
    first = asked(northside, ada, now)

    assert asked(northside, ada, now + timedelta(seconds=1)) == first
    assert Notice.objects.filter(email="nina@clinic.example").count() == 1
    assert asked(northside, ada, now + timedelta(minutes=10)) != first


def test_two_patients_of_one_name_and_address_have_an_invitation_each(northside, ada, now):
    """Father and son: the clinic has one address of the family."""
    family = {"name": "Ben Berg", "email": "berg@mail.example", "clinic": northside, "by": ada}
    for number, born in (("N-1", date(1950, 1, 1)), ("N-2", date(1980, 1, 1))):
        patient = register_patient(now=now, birth_date=born, number=number, **family)
        invite_patient(patient=patient, by=ada, now=now)

    assert Invitation.objects.filter(email="berg@mail.example").count() == 2
