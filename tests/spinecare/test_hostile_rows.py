"""One row that cannot be read, or deleted, keeps no other from its mail, its end, or its deletion."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection

from accounts.account_mail import CODE_COUNTS, post_account_mail
from accounts.actions import post_notice, send_account_mail, send_due_notices
from accounts.models import AccountMail, JobFailure, Notice
from patients.imports.actions.read_chunks import read_on_due_imports
from patients.models import AccessLog, ImportRun
from spinecare.retention import delete_expired
from tests.patients.hostile import allow, put

pytestmark = pytest.mark.django_db
OLD = timedelta(days=4000)


def test_a_code_leaves_beside_a_row_that_cannot_be_read(now):
    for to in ("ben@mail.example", "joy@mail.example"):
        post_account_mail(counts=CODE_COUNTS, now=now, to=to, subject="Code", text="1234")
    first = AccountMail.objects.order_by("pk")[0]
    allow(AccountMail)
    put(AccountMail, [first.pk], due_at="-infinity")
    for turn in range(2):
        send_account_mail(now=now + timedelta(seconds=2 * turn))
    assert [message.to for message in mail.outbox] == [["joy@mail.example"]]
    assert JobFailure.objects.get().job == JobFailure.Job.ACCOUNT_MAIL


def test_a_file_goes_beside_one_that_cannot(maria, dr_kim, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "diary.csv").write_text("date,pain")
    made = {
        "patient": maria,
        "created_by": dr_kim,
        "created_at": now - timedelta(days=3),
        "size": 9,
    }
    for path in ("../elsewhere.csv", "diary.csv"):
        ImportRun.objects.create(**made, path=path, state="columns")
    read_on_due_imports(now=now)
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"failed"}
    assert not list(tmp_path.iterdir())
    assert JobFailure.objects.get().row == ImportRun.objects.get(path="../elsewhere.csv").pk


def test_a_table_that_cannot_be_emptied_keeps_no_other(maria, dr_kim, northside, now):
    AccessLog.objects.create(patient=maria, user=dr_kim, page="record", at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER refuse BEFORE DELETE ON accounts_notice EXECUTE FUNCTION refuse()"
        )
    post_notice(kind=Notice.Kind.VISIT_BOOKED, key="old", clinic=northside, email="", now=now)
    with pytest.raises(DatabaseError):
        delete_expired(now=now + OLD)
    assert Notice.objects.exists()
    assert not AccessLog.objects.exists()


def test_a_message_leaves_beside_one_that_cannot_be_read(northside, now):
    Notice.objects.all().delete()
    for who in ("ben", "joy"):
        post_notice(
            kind=Notice.Kind.VISIT_BOOKED, key=who, clinic=northside, email=f"{who}@mail.example",
            path="/home/", now=now,
        )  # fmt: skip
    allow(Notice)
    put(Notice, [Notice.objects.get(key="ben").pk], due_at="-infinity")
    assert send_due_notices(now=now) == 1
    assert [message.to for message in mail.outbox] == [["joy@mail.example"]]
    assert JobFailure.objects.get().job == JobFailure.Job.NOTICES


def test_an_old_message_that_cannot_be_read_is_deleted_with_the_others(northside, now):
    for who in ("ben", "joy"):
        post_notice(kind=Notice.Kind.VISIT_BOOKED, key=who, clinic=northside, email="", now=now)
    allow(Notice)
    put(Notice, [Notice.objects.get(key="ben").pk], due_at="-infinity")
    delete_expired(now=now + OLD)
    assert not Notice.objects.exists()
