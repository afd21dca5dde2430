"""What code reads by a list of its own, each table takes from that list only: every field is attacked."""

import json

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db


def fields(wanted):
    for app in ("accounts", "pathway", "patients", "scheduling"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                if wanted(field) and not model.__name__.endswith("Event"):
                    yield pytest.param(model, field, id=f"{model.__name__}.{field.name}")


def has_a_list(field):
    """A further language needs no migration: who speaks none of ours is spoken to in English."""
    return bool(field.choices) and field.name != "language"


def is_json(field):
    return isinstance(field, models.JSONField)


def takes(model, field, value):
    """Whether no constraint is against a row that holds this there and nothing elsewhere."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        )
        asked = [f"coalesce(({expression}), true)" for (expression,) in cursor.fetchall()]
        kept = " AND ".join(["true", *asked]).replace("%", "%%")
        row = json.dumps({field.column: value})
        cursor.execute(
            f'SELECT {kept} FROM jsonb_populate_record(NULL::"{table}", %s)',  # noqa: S608
            [row],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("model", "field"), [*fields(has_a_list)])
def test_a_word_that_is_not_on_the_list_is_refused(model, field):
    assert not takes(model, field, 99 if isinstance(field, models.IntegerField) else "Z")


@pytest.mark.parametrize(("model", "field"), [*fields(is_json)])
def test_json_of_another_shape_is_refused(model, field):
    assert not takes(model, field, "a word")
    assert takes(model, field, {}) != takes(model, field, [])
