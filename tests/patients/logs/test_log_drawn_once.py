"""The questions of a log are drawn once a process; what they ask and whose form it is stays right."""

import re

import pytest

from pathway.management.commands.publish_protocol import translations_of
from pathway.publish import publish_protocol
from patients.models import ClinicProtocol, Patient
from tests.conftest import SOURCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def page(phone, address="/log/"):
    return phone.get(address).content.decode()


def reworded(words, now):
    """A new version of the protocol, in which one question says something else."""
    source = SOURCE.read_text()
    assert words in source
    text = source.replace(words, f"{words} since the storm")
    return publish_protocol(source=text, translations=translations_of(SOURCE), now=now).protocol


def first_question(protocol):
    return (
        protocol.safety_questions.filter(on_every_log=True, asked_of="everyone").in_order()[0].text
    )


def test_a_new_protocol_is_seen_by_the_next_request(phone, maria, protocol, now):
    words = first_question(protocol)
    assert words in page(phone)
    assert "since the storm" not in page(phone)

    reworded(words, now)

    assert "since the storm" in page(phone)


def test_a_clinic_that_chose_a_version_keeps_it(phone, maria, protocol, now, dr_kim):
    page(phone)
    ClinicProtocol.objects.create(
        clinic=maria.clinic, protocol=protocol, from_at=now, chosen_by=dr_kim
    )

    reworded(first_question(protocol), now)

    assert "since the storm" not in page(phone)


def test_a_change_of_language_is_seen_by_the_next_request(phone, maria):
    assert "How bad was your worst pain?" in page(phone)

    Patient.objects.filter(pk=maria.pk).update(language="es")

    assert "How bad was your worst pain?" not in page(phone)


def test_a_log_of_yesterday_asks_of_yesterday(phone):
    assert "How bad has your pain been today" not in page(phone, "/log/2026-03-01/")
    assert "how bad has your pain been today" in page(phone)
    assert "how bad was your pain that day" in page(phone, "/log/2026-03-01/")


def hidden(html):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', html))


def test_each_form_is_its_own(phone):
    first, second = hidden(page(phone)), hidden(page(phone))
    for name in ("submission_id", "csrfmiddlewaretoken"):
        assert first[name] != second[name]
    assert first["local_date"] == second["local_date"] == "2026-03-02"


def test_answers_that_were_wrong_are_shown_to_who_gave_them_and_to_nobody_after(phone):
    refused = phone.post("/log/", {"average_pain": "", "note": "My left knee"})
    assert "My left knee" in refused.content.decode()
    assert "My left knee" not in page(phone)
