"""With the rights that production leaves to web and workers, jobs can do all of their work."""

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction

from accounts.actions import invite, send_due_notices
from accounts.models import JobFailure, Notice
from spinecare.privileges import limit_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_worker():
    """The rest of the test's transaction has the rights of the application's role: the owner of the tables
    takes its own away, and gets them back at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        limit_role(cursor.fetchone()[0])


def test_a_letter_leaves_once(northside, now, as_worker):
    zoe = {"email": "zoe@clinic.example", "name": "Zoe", "role": "scheduler"}
    invite(clinic=northside, by=None, now=now, **zoe)
    send_due_notices(now=now)
    send_due_notices(now=now)
    assert [one.to for one in mail.outbox if zoe["email"] in one.to] == [[zoe["email"]]]
    assert not Notice.objects.filter(email=zoe["email"], sent_at=None).exists()
    assert not JobFailure.objects.exists()


def test_what_is_part_of_the_record_stays(northside, as_worker):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Notice.objects.all().delete()
