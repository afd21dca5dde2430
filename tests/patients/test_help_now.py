"""Get help now: for everybody, without signing in; with the clinic's numbers once it is known."""

import pytest

from accounts.models import Clinic
from tests.pages import drawn

PAGE = "/help-now/"
BULLETS = (
    "lose control of your bladder or bowels",
    "feel numb around your groin or buttocks",
    "have new weakness in your legs",
    "have a fever with back",
    "were badly hurt in a fall or crash",
    "your pain is much worse and will not settle",
)


def text(response):
    return drawn(response)


@pytest.mark.django_db
def test_nobody_has_to_sign_in_first(client):
    page = text(client.get(PAGE))

    assert "Call 911 or go to the emergency room now if you:" in page
    assert [words for words in BULLETS if words not in page] == []
    assert "Call your clinic if:" in page


def test_a_patient_reads_her_clinics_numbers(sign_in, maria):
    Clinic.objects.filter(pk=maria.clinic_id).update(emergency_number="112")

    page = text(sign_in(maria.user).get(PAGE))

    assert "Call 112 or go to the emergency room" in page
    assert "Call us (555-0100, Mon to Fri, 8 a.m. to 5 p.m.) if:" in page
    assert "Our phones are open today until 5 p.m." in page
    assert 'href="tel:555-0100"' in page


def test_so_does_a_clinician(sign_in, dr_kim):
    assert "Call us (555-0100, Mon to Fri, 8 a.m. to 5 p.m.) if:" in text(sign_in(dr_kim).get(PAGE))


def test_the_crisis_line_is_on_the_help_page_and_beside_the_note(sign_in, maria, trial, client):
    """For everybody, and where somebody writes what nobody reads today."""
    for page in (client.get(PAGE), client.get("/offline/"), sign_in(maria.user).get("/log/")):
        assert "You can call or text 988 at any time" in text(page)
        assert "Veterans: call 988 and press 1." in text(page)
    assert 'href="tel:988"' in text(client.get(PAGE))
    assert 'href="sms:988"' in text(client.get(PAGE))
    log = text(sign_in(maria.user).get("/log/"))
    assert log.index("Add a note") < log.index("call or text 988") < log.rindex("Save today")
