"""Rows that no form and no table lets in, put in behind both, for jobs and pages that meet one."""

from django.db import connection


def allow(model):
    """Inside the test's transaction the table takes everything."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def put(model, keys, /, **values):
    """Write these words into the rows, as they are."""
    columns = ", ".join(f'"{model._meta.get_field(name).column}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET {columns} WHERE {model._meta.pk.column} = ANY(%s)",  # noqa: S608
            [*values.values(), list(keys)],
        )
