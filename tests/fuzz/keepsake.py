"""A world that is committed, and put back as it was: only the tables that something changed."""

import pgtrigger
from django.db import connection, transaction
from psycopg import sql

# A row of each table: how many rows, and one number that a row which was written or changed makes another.
SAID = "SELECT {text}, count(*), coalesce(sum(xmin::text::bigint), 0) FROM {name}"
STAY = {"django_migrations", "django_content_type", "auth_permission"}


class Keepsake:
    """What every table held when this was made."""

    def __init__(self):
        self.tables = sorted(set(connection.introspection.table_names()) - STAY)
        self.said = self._said()
        self.rows = {table: _copied_out(table) for table in self.tables}

    def put_back(self):
        """The triggers that keep history and forbid deleting look away; foreign keys wait for the end."""
        now = self._said()
        changed = [table for table in self.tables if now[table] != self.said[table]]
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in changed:
                cursor.execute(_about(table, "DELETE FROM {name}"))
            for table in changed:
                with cursor.copy(_about(table, "COPY {name} FROM STDIN")) as copy:
                    copy.write(self.rows[table])
        if changed:
            self.said = self._said()

    def grown(self):
        """By how many rows each table has grown."""
        now = self._said()
        more = {table: now[table][0] - self.said[table][0] for table in self.tables}
        return {table: rows for table, rows in more.items() if rows > 0}

    def _said(self):
        asked = " UNION ALL ".join(_about(table, SAID).as_string() for table in self.tables)
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return {table: (rows, words) for table, rows, words in cursor.fetchall()}


def _about(table, statement):
    return sql.SQL(statement).format(name=sql.Identifier(table), text=sql.Literal(table))


def _copied_out(table):
    with connection.cursor() as cursor, cursor.copy(_about(table, "COPY {name} TO STDOUT")) as copy:
        return b"".join(bytes(block) for block in copy)
