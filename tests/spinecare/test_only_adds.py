"""An update never stops the clinic: what a migration after the first may do while people save.

Old processes work on the new tables for a while, and a lock on a large table makes a patient's log wait.
docs/operations.md says the same for those who read no code.
"""

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

APPS = {"accounts", "pathway", "patients", "scheduling"}
# Each takes away what an old process still reads, or holds everybody up while the table is read or written anew.
LOCKS = {
    migrations.AddIndex: "AddIndexConcurrently",
    migrations.RemoveIndex: "RemoveIndexConcurrently",
    migrations.AddConstraint: "AddConstraintNotValid, then ValidateConstraint",
    migrations.AlterField: "a new field, and the old one is removed one release later",
    migrations.RenameField: "a new field, and the old one is removed one release later",
    migrations.RenameModel: "a new table, and the old one is removed one release later",
}
REMOVES = (migrations.RemoveField, migrations.DeleteModel)
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)


def faults(migration):
    """Why it may not run beside people at work; `unused_since` names the release that stopped using what goes."""
    made = {each.name_lower for each in migration.operations if hasattr(each, "bases")}
    found = []
    for each in migration.operations:
        if getattr(each, "model_name", "").lower() in made:
            continue  # a table of its own: nobody reads it yet
        found += filter(None, [_locks(each), _removes(each, migration), _fills(each)])
    concurrent = [each for each in migration.operations if isinstance(each, CONCURRENT)]
    if concurrent and (migration.atomic or len(concurrent) < len(migration.operations)):
        found.append("indexes are built alone, in a migration with atomic = False")
    return found


def _locks(operation):
    instead = next((LOCKS[kind] for kind in LOCKS if type(operation) is kind), None)
    return instead and f"{type(operation).__name__} locks: {instead}"


def _removes(operation, migration):
    if isinstance(operation, REMOVES) and not getattr(migration, "unused_since", ""):
        return f"{type(operation).__name__}: say unused_since, the release that does not use it any more"
    return None


def _fills(operation):
    """Old processes insert rows without the new column."""
    if not isinstance(operation, migrations.AddField):
        return None
    field = operation.field
    given = field.null or field.has_db_default() or field.many_to_many
    indexed = field.db_index or field.unique
    if given and not indexed:
        return None
    return f"AddField {operation.name}: null or db_default, and its index concurrently"


def test_no_migration_after_the_first_holds_anybody_up():
    later = {
        key: migration
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] in APPS and not migration.initial
    }
    assert {key: found for key, migration in later.items() if (found := faults(migration))} == {}


def migration(*operations, **said):
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations), **said})
    return kind("0002_later", "patients")


INDEX = models.Index(fields=["logged_at"], name="logs_by_time")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddIndex("symptomlog", INDEX),
        migrations.RemoveField("symptomlog", "note"),
        migrations.RenameField("symptomlog", "note", "words"),
        migrations.AddField("symptomlog", "mood", models.IntegerField(default=0)),
        migrations.AddField("symptomlog", "mood", models.IntegerField(null=True, db_index=True)),
        migrations.AddConstraint(
            "symptomlog", models.UniqueConstraint(fields=["note"], name="one_note")
        ),
    ],
)
def test_what_holds_people_up_is_found(operation):
    assert len(faults(migration(operation))) == 1


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (AddIndexConcurrently("symptomlog", INDEX), {"atomic": False}),
        (migrations.AddField("symptomlog", "mood", models.IntegerField(null=True)), {}),
        (migrations.AddField("symptomlog", "mood", models.IntegerField(db_default=0)), {}),
        (migrations.RemoveField("symptomlog", "note"), {"unused_since": "0.3"}),
        (
            AddConstraintNotValid(
                "symptomlog", models.CheckConstraint(condition=models.Q(pk__gt=0), name="positive")
            ),
            {},
        ),
    ],
)
def test_what_people_do_not_notice_may_be_done(operation, said):
    assert faults(migration(operation, **said)) == []


def test_an_index_in_a_transaction_of_others_is_found():
    together = [AddIndexConcurrently("symptomlog", INDEX), migrations.RunSQL("SELECT 1")]
    assert faults(migration(*together, atomic=False)) != []


def test_a_new_table_may_have_what_it_likes():
    table = migrations.CreateModel("Mood", [("id", models.BigAutoField(primary_key=True))])
    assert faults(migration(table, migrations.AddIndex("mood", INDEX))) == []
