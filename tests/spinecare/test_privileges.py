"""With the rights that production leaves to web and workers, jobs can do all of their work."""

import importlib

import pytest
from celery.signals import worker_init
from django.core import mail
from django.db import ProgrammingError, connection, transaction

from accounts.actions import invite, send_due_notices
from accounts.models import JobFailure, Notice
from spinecare import celery, wsgi  # noqa: F401 - what is heard when a worker starts
from spinecare.privileges import barred, refuse_a_wide_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_worker():
    """The rest of the test's transaction has the rights of the application's role: the owner of the tables
    takes its own away, and gets them back at the end."""
    with connection.cursor() as cursor:
        for table, right in barred():
            cursor.execute(f"REVOKE {right} ON {table} FROM CURRENT_USER")


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


def test_no_process_of_production_starts_with_the_owners_rights(settings):
    settings.PRODUCTION = True
    for start in (lambda: importlib.reload(wsgi), lambda: worker_init.send(sender=None)):
        with pytest.raises(SystemExit, match=r"manage\.py migrate"):
            start()


def test_with_the_applications_rights_it_starts(settings, as_worker):
    settings.PRODUCTION = True
    refuse_a_wide_role()
