"""Rows whose time is over go, all others stay, and no table is kept before somebody has said for how long."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from patients.models import AccessLog, SymptomLog
from spinecare import checks, retention
from spinecare.retention import delete_expired, kept
from spinecare.tasks import delete_expired as every_night
from tests.factories import LogFactory

pytestmark = pytest.mark.django_db
SIX_YEARS = timedelta(days=2192)


@pytest.fixture
def looked(maria, dr_kim, now):
    """Dr. Kim opened Maria's record a minute more than six years ago, and a minute less."""
    minute = timedelta(minutes=1)
    return [
        AccessLog.objects.create(patient=maria, user=dr_kim, page="record", at=now - age)
        for age in (SIX_YEARS + minute, SIX_YEARS - minute)
    ]


def test_who_looked_is_kept_for_six_years_and_no_longer(looked, now):
    deleted = delete_expired(now=now)
    assert deleted["patients.AccessLog"] == 1
    assert list(AccessLog.objects.all()) == looked[1:]


def test_many_rows_go_in_portions(looked, now, monkeypatch):
    monkeypatch.setattr(retention, "PORTION", 1)
    later = now + timedelta(minutes=2)
    assert delete_expired(now=later)["patients.AccessLog"] == len(looked)
    assert not AccessLog.objects.exists()


def test_a_log_of_long_ago_is_the_record_and_stays(episode, now):
    log = LogFactory(episode=episode)
    delete_expired(now=now + 10 * SIX_YEARS)
    assert SymptomLog.objects.filter(pk=log.pk).exists()


def test_the_application_deletes_what_its_role_may_and_leaves_the_rest(looked, maria, sign_in, now):
    sign_in(maria.user)
    Session.objects.update(expire_date=now - timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("REVOKE DELETE ON patients_accesslog, accounts_notice FROM CURRENT_USER")
    every_night()
    assert not Session.objects.exists()
    assert AccessLog.objects.count() == len(looked)


def test_the_owner_reads_how_many_went(looked):
    said = StringIO()
    call_command("delete_expired", stdout=said)
    assert "patients.AccessLog: 1" in said.getvalue()


def test_a_table_that_nobody_has_thought_about_stops_the_start(monkeypatch):
    assert checks.tables_have_class_and_period() == []
    source = retention._source()
    fewer = {**source, "apps": {k: v for k, v in source["apps"].items() if k != "scheduling"}}
    monkeypatch.setattr(retention, "_source", lambda: fewer)
    messages = [each.msg for each in checks.tables_have_class_and_period()]
    assert "scheduling.Room has no class of data or no period." in messages


def test_what_ends_by_itself_says_from_when(now):
    for model in checks.tables():
        rule = kept(model)
        assert (rule.days is None) == (rule.after == ""), model
        if rule.after:
            assert model._meta.get_field(rule.after).get_internal_type() == "DateTimeField"
