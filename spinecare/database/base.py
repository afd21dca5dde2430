"""A database that is frozen takes calls and says nothing: its own time limits do not run, and TCP finds it alive.

In a web process a statement therefore has an end here too, and the question whether a kept connection still
works a short one. After a silence nobody asks for some seconds, so that threads are free to say so at once.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg.errors import ConnectionTimeout, _WaitTimeout

STILL_THERE = 3.0  # seconds for an answer to SELECT 1
RESTS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Without ANSWER_TIMEOUT (jobs, commands) it waits as long as it takes."""

    away_until = 0.0  # of this process

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patience: float | None = settings.ANSWER_TIMEOUT or None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if monotonic() < DatabaseWrapper.away_until:
            raise OperationalError("The database did not answer a moment ago.")
        try:
            connection = super().get_new_connection(conn_params)
        except ConnectionTimeout:
            self._rest()
            raise
        if self.patience:
            connection.wait = self._limited(connection)
        if settings.POOLED:
            _set(connection)
        return connection

    def is_usable(self) -> bool:
        usual, self.patience = self.patience, self.patience and STILL_THERE
        try:
            return bool(super().is_usable())
        finally:
            self.patience = usual

    def _limited(self, connection: Connection) -> Any:
        wait = connection.wait

        def in_time(generator: Any, **how: Any) -> Any:
            try:
                return wait(generator, **{"timeout": self.patience, **how})
            except _WaitTimeout as silence:
                connection.pgconn.finish()  # in the middle of a statement: of no use any more
                self._rest()
                raise OperationalError("The database does not answer.") from silence

        return in_time

    @staticmethod
    def _rest() -> None:
        DatabaseWrapper.away_until = monotonic() + RESTS


def _set(connection: Connection) -> None:
    """For the whole session: PgBouncer in session mode forgets it when another client gets the line."""
    with connection.cursor() as cursor:
        for setting in settings.SESSION_SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, false)", setting)
    connection.commit()
