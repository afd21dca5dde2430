"""An old PostgreSQL, and one with another project's tables, are refused before anything is changed."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from spinecare import checks

pytestmark = pytest.mark.django_db


def test_this_server_will_do():
    assert not [error for error in run_checks(databases=["default"]) if error.id]


def test_postgresql_14_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(checks, "_major", lambda _name: 14)
    with pytest.raises(CommandError, match="PostgreSQL 14 is too old: Spinecare needs 15"):
        call_command("migrate", plan=True, skip_checks=False)


@pytest.fixture
def another_projects_table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shop_order (id int)")


def test_a_database_of_another_project_is_refused(another_projects_table):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'pathway'")
    with pytest.raises(CommandError, match="tables that are not Spinecare's: shop_order"):
        call_command("migrate", plan=True, skip_checks=False)


def test_a_table_beside_our_own_does_no_harm(another_projects_table):
    assert not run_checks(tags=["database"], databases=["default"])
