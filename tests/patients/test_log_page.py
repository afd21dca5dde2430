"""Maria logs how she feels: once, late, again, and when things go wrong in between."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import SymptomLog

pytestmark = pytest.mark.usefixtures("trial")


@pytest.fixture
def browser(sign_in, maria):
    return sign_in(maria.user)


def answers(**given):
    return {"average_pain": "4", "submission_id": str(uuid4()), **given}


def test_two_taps_are_enough(browser):
    page = browser.get(reverse("log"))
    form = page.context["form"]

    saved = browser.post(
        reverse("log"), answers(submission_id=form["submission_id"].value()), follow=True
    )

    log = SymptomLog.objects.get()
    assert saved.redirect_chain == [(reverse("log_saved", args=[log.pk]), 302)]
    assert log.average_pain == 4
    assert log.interference is None
    assert "Your log for March 2 is saved." in saved.content.decode()
