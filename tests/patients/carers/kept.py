"""Somebody who helps a patient, made through actions."""

from datetime import timedelta

from django.utils import timezone

from patients.carers.actions import invite_carer
from patients.models import Carer
from patients.record.actions.register import join

EVERYTHING = {"may_see": True, "may_log": True, "may_book": True}
NOTHING = dict.fromkeys(EVERYTHING, False)


def a_carer(patient, now, *, name="Lucia Delgado", by=None, **given):
    """Invited for a hundred days and in, with what is `given` of the scope; the same name is one person."""
    email = f"{name.split()[0].lower()}@mail.example"
    asked = {"relation": "child", "until": (now + timedelta(days=100)).date(), **NOTHING, **given}
    carer = invite_carer(
        patient=patient, by=by or patient.user or patient.registered_by, now=now,
        name=name, email=email, **asked,
    )  # fmt: skip
    join(invitation=carer.invitation, now=now)
    return Carer.objects.select_related("user", "patient__clinic", "invitation").get(pk=carer.pk)


def shown(browser):
    """It has just been shown that it is still they."""
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "code", "at": timezone.now().timestamp()}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser
