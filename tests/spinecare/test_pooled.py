"""Behind PgBouncer the product's time limits hold as they do without it."""

import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from spinecare import embedded
from spinecare.embedded.paths import find_paths
from spinecare.processes import die_with_parent
from tests.running import product, wait_until

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SHOWN = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in ("jit", "lock_timeout", "statement_timeout"):
        cursor.execute(f"SHOW {name}")
        print(*cursor.fetchone())
"""
LIMITS = ["off", "5s", "20s"]


@pytest.mark.django_db
def test_the_limits_are_set_once_it_has_answered(settings):
    settings.POOLED = True
    settings.SESSION_SETTINGS = {"lock_timeout": "7s"}
    own = connections.create_connection("default")
    with own.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("7s",)
    own.close()


CONFIGURED = """
[databases]
spinecare = host='{sockets}' user={role} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = session
"""


@contextmanager
def pgbouncer(folder, sockets, account):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    folder.chmod(0o755)
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIGURED.format(sockets=sockets, port=port, role="spinecare"))
    as_whom = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    )
    running = subprocess.Popen(
        [PGBOUNCER, "--quiet", str(file)], preexec_fn=die_with_parent(signal.SIGKILL), **as_whom
    )
    try:
        wait_until(lambda: listens(port), 20, "PgBouncer")
        yield port
    finally:
        running.terminate()
        running.wait()


def listens(port):
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.processes
@pytest.mark.skipif(not PGBOUNCER, reason="PgBouncer is not installed here")
def test_behind_a_real_pgbouncer_they_hold():
    """On the running private server, whose rights name the user as whom PgBouncer comes."""
    place = find_paths(embedded.BASE_DIR)
    if not (rights := place.home / "pg_ident.conf").exists():
        pytest.skip("the servers are somebody else's")
    before = rights.read_text()
    try:
        who = pwd.getpwuid(place.uid).pw_name
        rights.write_text(before + f'house "{who}" spinecare\n')
        reload(place)
        with (
            tempfile.TemporaryDirectory() as folder,  # pytest's own are closed to other users
            pgbouncer(Path(folder), place.sockets, place.account) as port,
        ):
            url = f"postgresql://spinecare@127.0.0.1:{port}/spinecare"
            said = product("-c", SHOWN, **settings_of(url))
            refused = product("-c", SHOWN, **settings_of(url) | {"DATABASE_POOLED": "0"})
    finally:
        rights.write_text(before)
        reload(place)
    assert said.stdout.split() == LIMITS, said.stderr
    assert "unsupported startup parameter: options" in refused.stderr


def settings_of(url):
    return {
        "DATABASE_URL": url,
        "DATABASE_POOLED": "1",
        "STATEMENT_TIMEOUT": "20s",
        "SPINECARE_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "spinecare.settings",
    }


def reload(place):
    who = {"host": str(place.sockets), "user": "postgres", "dbname": "postgres"}
    with psycopg.connect(**who, autocommit=True) as session:
        session.execute("SELECT pg_reload_conf()")
