"""An old PostgreSQL is refused before anything is changed."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from spinecare import checks

pytestmark = pytest.mark.django_db


def test_this_server_will_do():
    assert not [error for error in run_checks(databases=["default"]) if error.id]


def test_postgresql_14_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(checks, "_major", lambda _name: 14)
    with pytest.raises(CommandError, match="PostgreSQL 14 is too old: Spinecare needs 15"):
        call_command("migrate", plan=True, skip_checks=False)
