from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg import sql

TABLES = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
KINDS = """
SELECT 'triggers', count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'
UNION ALL SELECT 'constraints', count(*) FROM pg_constraint WHERE convalidated
 AND connamespace = 'public'::regnamespace
UNION ALL SELECT 'indexes', count(*) FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'functions', count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


class Command(BaseCommand):
    help = "How many rows each table has, and how many triggers, constraints, indexes and functions there are."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # of one moment
            cursor.execute(TABLES)
            for (table,) in cursor.fetchall():
                cursor.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
                )
                self.stdout.write(f"{table} {cursor.fetchone()[0]}")
            cursor.execute(KINDS)
            for kind, number in cursor.fetchall():
                self.stdout.write(f"{kind} {number}")
