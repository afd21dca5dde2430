"""`make demo`, as its user meets it: in a clone of its own, with everything real."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from spinecare.embedded import BASE_DIR
from spinecare.embedded.lifecycle import remove
from spinecare.launch import free_port, kept_port, reset

pytestmark = pytest.mark.processes
MANAGE = [sys.executable, "manage.py"]
NOT_CLONED = shutil.ignore_patterns(".*", "__pycache__", "staticfiles", "tests", "mutants")


@pytest.fixture(scope="module")
def clone():
    with tempfile.TemporaryDirectory(prefix="spinecare-demo-") as folder:
        Path(folder).chmod(0o755)
        checkout = Path(folder) / "spinecare"
        shutil.copytree(BASE_DIR, checkout, ignore=NOT_CLONED)
        yield checkout
        left = processes_of(checkout)
        for process in left:
            process.kill()
        remove(checkout)
        assert left == []


def bare():
    """The environment without what names servers or secrets: those of the clone are its own."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SPINECARE_MODE", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in ours}


class Demo:
    """A running `make demo`, read line by line."""

    words = ()

    def __init__(self, checkout):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "spinecare.launch", *self.words],
            cwd=checkout,
            env=bare(),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.said = ""

    def until_it_says(self, pattern):
        for line in self.process.stdout:
            self.said += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"the demo ended before it said {pattern}:\n{self.said}")

    def until_it_ends(self):
        self.said += self.process.communicate(timeout=90)[0]
        return self.process.returncode


@pytest.fixture
def demo(clone):
    running = Demo(clone)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.until_it_ends()


def processes_of(checkout):
    return [p for p in psutil.process_iter() if is_of(p, checkout)]


def is_of(process, checkout):
    try:
        place = Path(process.cwd())
        alive = process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
        return False
    return alive and (place == checkout or checkout in place.parents)


def get(address, path):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def find_child(demo, word):
    def found():
        children = psutil.Process(demo.process.pid).children()
        return [child for child in children if word in " ".join(child.cmdline())]

    until(found, 30)
    return found()[0]


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def test_from_a_bare_clone_to_the_first_page_and_to_a_clean_end(clone, demo):
    address = demo.until_it_says(r"Spinecare is at http://([\d.:]+)/")[1]
    for step in ("PostgreSQL and Redis", "tables", "protocol", "demo people", "static files"):
        assert re.search(rf"{step} +\d+\.\d s\n", demo.said)

    status, page = get(address, "/")
    assert (status, "patient" in page) == (200, True)
    assert get(address, "/healthz")[0] == 200
    until(lambda: json.loads(get(address, "/readyz")[1])["beat_age_seconds"] is not None, 90)

    second = Demo(clone)
    assert second.until_it_ends() == 1
    assert f"already at http://{address}/" in second.said

    demo.process.send_signal(signal.SIGINT)
    assert demo.until_it_ends() == 0
    assert "Stopped." in demo.said
    assert processes_of(clone) == []


def test_when_one_process_dies_the_others_stop_and_its_log_is_shown(clone, demo):
    demo.until_it_says("Spinecare is at")
    find_child(demo, "beat").kill()
    assert demo.until_it_ends() == 1
    assert "beat was killed by SIGKILL. The last lines of " in demo.said
    assert processes_of(clone) == []


RECORDS = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_{}("patients", "0017_ceiling_kind")
"""


@contextmanager
def recorded_by_another_version(checkout):
    in_shell = [sys.executable, "-m", "spinecare.embedded", "run", "--", *MANAGE, "shell", "-c"]
    subprocess.run([*in_shell, RECORDS.format("applied")], cwd=checkout, env=bare(), check=True)
    try:
        yield
    finally:
        undo = [*in_shell, RECORDS.format("unapplied")]
        subprocess.run(undo, cwd=checkout, env=bare(), check=True)


def test_data_of_another_version_are_left_alone_and_the_way_out_is_named(clone):
    with recorded_by_another_version(clone):
        refused = Demo(clone)
        assert refused.until_it_ends() == 1
    assert "`make reset` forgets them and starts afresh.\n" in refused.said
    assert "prepare.log" not in refused.said
    assert processes_of(clone) == []


HOLDS_THE_LOCK = """
import fcntl, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to stop"))
with open(sys.argv[1], "a+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(f"{os.getpid()} 127.0.0.1:8000")
    lock.flush()
    print("running", flush=True)
    signal.pause()
"""


def test_reset_asks_a_running_demo_to_stop_before_it_forgets(tmp_path):
    local = tmp_path / ".local"
    local.mkdir()
    command = [sys.executable, "-c", HOLDS_THE_LOCK, str(local / "demo.lock")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "running\n"
    reset(tmp_path)
    _, said = running.communicate(timeout=30)
    assert said == "asked to stop\n"
    assert not local.exists()


def test_reset_of_a_checkout_that_never_ran_does_nothing(tmp_path):
    reset(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_demos_that_start_at_once_take_two_ports():
    with kept_port(0) as ours:
        assert free_port(ours) != ours
        with socket.socket() as web:
            web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            web.bind(("127.0.0.1", ours))
            web.listen()
            with (
                socket.create_connection(("127.0.0.1", ours), timeout=5) as browser,
                web.accept()[0],
            ):
                assert browser.getpeername() == ("127.0.0.1", ours)


class Dev(Demo):
    """A running `make dev`."""

    words = ("dev",)


@pytest.fixture
def dev(clone):
    running = Dev(clone)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.until_it_ends()


def test_dev_shows_debug_pages_and_what_was_just_written(clone, dev):
    address = dev.until_it_says(r"Spinecare is at http://([\d.:]+)/")[1]
    status, page = get(address, "/nowhere")
    assert (status, "Using the URLconf defined in" in page) == (404, True)
    template = clone / "templates" / "start.html"
    template.write_text(template.read_text().replace("</h1>", " Just written</h1>", 1))
    until(lambda: "Just written" in first_page(address), 60)
    dev.process.send_signal(signal.SIGINT)
    assert dev.until_it_ends() == 0
    assert processes_of(clone) == []


def first_page(address):
    """Empty while the web server begins again."""
    try:
        return get(address, "/")[1]
    except (OSError, http.client.HTTPException):
        return ""
