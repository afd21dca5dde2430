"""The web server outlives its processes, and nothing that it asks of the database takes for ever."""

import os
import signal
import socket
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from django.conf import settings

from spinecare.launch import programs
from tests.running import database_url, process, product, wait_until

pytestmark = pytest.mark.processes
ANSWERS_WITH_ITS_ID = """
import os

def application(environ, start):
    start("200 OK", [])
    return [str(os.getpid()).encode()]
"""


def test_a_process_that_was_killed_is_replaced_and_the_server_goes_on(tmp_path):
    (tmp_path / "here.py").write_text(ANSWERS_WITH_ITS_ID)
    with socket.create_server(("127.0.0.1", 0)) as found:
        address = f"127.0.0.1:{found.getsockname()[1]}"
    *options, _ours = programs(address)[0].command
    command = [*options, "--working-dir", str(tmp_path), "here:application"]
    with process(command, tmp_path / "log", dict(os.environ)) as server:
        wait_until(lambda: who_answers(address), 30, "the first answer")
        before = workers(server)
        os.kill(int(who_answers(address)), signal.SIGKILL)
        wait_until(lambda: len(workers(server) - before) == 1, 30, "a new process")
        assert who_answers(address)


def who_answers(address):
    try:
        with urlopen(f"http://{address}/", timeout=5) as answer:
            return answer.read().decode()
    except URLError:
        return ""


def workers(server):
    return {child.pid for child in psutil.Process(server.pid).children() if child.is_running()}


@pytest.mark.parametrize("file", ["Dockerfile", "docker-compose.yml"])
def test_in_a_container_too(file):
    assert "--respawn-failed-workers" in (settings.BASE_DIR / file).read_text()


SAID = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); print(*k.fetchone())"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begins", "limit"),
    [("import spinecare.wsgi", "20s"), ("import django; django.setup()", "0")],
    ids=["a page", "a job"],
)
def test_a_page_does_not_wait_for_ever_and_a_job_may(monkeypatch, begins, limit):
    monkeypatch.delenv(
        "STATEMENT_TIMEOUT", raising=False
    )  # this process may be a web process already
    environment = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "spinecare.settings"}
    done = product("-c", f"{begins}; {SAID}", **environment)
    assert done.stdout.strip() == limit, done.stderr


@pytest.mark.django_db
def test_a_database_that_takes_no_calls_is_an_error_after_seconds():
    """A port that accepts and says nothing, as a frozen server does."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql://nobody@127.0.0.1:{mute.getsockname()[1]}/none"
        ask = "import django; django.setup(); from django.db import connection; connection.cursor()"
        done = product("-c", ask, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="spinecare.settings")
    assert "timeout" in done.stderr
