"""Real processes on the test's own database: started, watched and stopped by the test."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from time import monotonic, sleep
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection

from spinecare import embedded
from spinecare.processes import die_with_parent


def database_url():
    """The running server, with this test's database instead of the product's."""
    url = settings.DATABASE_URL or embedded.database_url(settings.BASE_DIR)
    return urlunsplit(urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def process(command, log, environment):
    """One process that is told to stop when the test is done, and dies with us whatever happens."""
    with log.open("wb") as out:
        running = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def wait_until(condition, seconds, what):
    """Ask again and again until it is true, and leave the processor to what is waited for meanwhile."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"{what} did not happen within {seconds} s"
        sleep(0.02)


def waits_for_a_lock():
    """Whether some connection to this test's database does."""
    with connection.cursor() as cursor:
        # In a transaction the first answer would be repeated.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def environment():
    """What a process of the product needs to work on this test's database with keys of its own."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SPINECARE_MODE": "development",
        "REDIS_PREFIX": f"test-{uuid4().hex[:8]}",
        "PYTHONUNBUFFERED": "1",
    }


def product(*command, **environment):
    """Run one of the product's commands to its end, with these variables set."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
