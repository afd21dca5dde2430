"""The history of the tables begins with one migration for each app, complete and quick."""

from collections import Counter

import pgtrigger
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState

from spinecare.prepare import OURS, refuse_other_history
from spinecare.supervisor import EXPLAINED

pytestmark = pytest.mark.django_db
each_app = pytest.mark.parametrize("app", OURS)


@each_app
def test_there_is_one_last_migration_and_its_name_is_written_down(app):
    [(_, last)] = MigrationLoader(None).graph.leaf_nodes(app)
    written = settings.BASE_DIR / app / "migrations" / "max_migration.txt"
    assert written.read_text() == f"{last}\n"


@each_app
def test_the_first_migration_renders_each_model_once(app, monkeypatch):
    loader = MigrationLoader(connection)
    first = loader.get_migration(app, "0001_initial")
    before = loader.project_state((app, first.name), at_end=False)
    assert before.apps  # rendered already, as after a migration that came earlier
    rendered = count_renderings(monkeypatch)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        first.apply(before, editor, collect_sql=True)
    assert set(rendered.values()) == {1}
    assert {model for label, model in rendered if label == app} == {
        name for label, name in before.models if label == app
    }


def count_renderings(monkeypatch):
    rendered = Counter()
    render = ModelState.render

    def counted(model, apps):
        rendered[model.app_label, model.name_lower] += 1
        return render(model, apps)

    monkeypatch.setattr(ModelState, "render", counted)
    return rendered


def test_the_triggers_that_the_models_declare_are_installed_and_no_others():
    declared = {
        (model._meta.db_table, trigger.get_pgid(model)) for model, trigger in pgtrigger.registered()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
        )
        assert set(cursor.fetchall()) == declared


def test_each_trigger_is_as_declared_and_switched_on():
    states = Counter(
        trigger.get_installation_status(model) for model, trigger in pgtrigger.registered()
    )
    assert set(states) == {("INSTALLED", True)}


def test_data_of_another_version_are_refused_in_one_sentence(capsys):
    MigrationRecorder(connection).record_applied("patients", "0017_ceiling_kind")
    with pytest.raises(SystemExit) as refused:
        refuse_other_history()
    assert refused.value.code == EXPLAINED
    assert "`make reset` forgets them and starts afresh" in capsys.readouterr().out


def test_our_own_data_are_not_nor_what_a_package_has_forgotten(capsys):
    MigrationRecorder(connection).record_applied("account", "0000_long_ago")
    refuse_other_history()
    assert capsys.readouterr().out == ""
