"""What a page may ask of the database: a fixed number, whatever the patient has logged before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import ReviewDue, SymptomLog
from tests.factories import keep_diary

LOG_SAVED, PAGE_SHOWN = 8, 13


@pytest.fixture
def phone(sign_in, maria, trial):
    client = sign_in(maria.user)
    client.get("/home/")
    return client


def queries(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    return [query["sql"] for query in asked]


def filled_in(phone):
    hidden = {
        field.name: str(field.value())
        for field in phone.get("/log/").context["form"].hidden_fields()
    }
    return {**hidden, "average_pain": "4", "interference": "2", "programme": "some"}


def test_saving_a_log_with_history_safety_and_review_mark(phone):
    """Session, person, complaint, and one transaction with its two inserts."""
    form = filled_in(phone)
    ReviewDue.objects.all().delete()

    asked = queries(lambda: phone.post("/log/", form))

    log = SymptomLog.objects.get()
    assert log.events.count() == 1
    assert ReviewDue.objects.count() == 1
    assert len(asked) <= LOG_SAVED, "\n".join(asked)


@pytest.mark.parametrize("url", ["/home/", "/log/", "/progress/"])
def test_a_page_asks_the_same_of_a_long_diary(phone, episode, now, url):
    few = queries(lambda: phone.get(url))
    keep_diary(episode, [6] * 56, now.date() - timedelta(days=1))

    many = queries(lambda: phone.get(url))

    assert len(many) <= PAGE_SHOWN, "\n".join(many)
    assert len(many) <= len(few) + 1, "\n".join(many)
