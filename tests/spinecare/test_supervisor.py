"""The supervisor, with real processes: what it starts, it stops, whatever happens to it."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from spinecare.embedded import BASE_DIR

pytestmark = pytest.mark.processes
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of our death"
)

# Starts a shell for each script that it is given; $0 is a path of the program's own.
PLAY = """
import os, sys
from pathlib import Path
from spinecare.supervisor import AskedToStop, Crashed, Ear, Program, Supervisor

log, first, *rest = sys.argv[1:]
programs = [
    Program(f"program-{number}", ["sh", "-c", script, f"{log}/program-{number}"])
    for number, script in enumerate([first, *rest])
]
try:
    with Ear() as ear, Supervisor(ear, Path(log), dict(os.environ)) as supervisor:
        if not rest:
            supervisor.run(programs.pop())
            sys.exit("done")
        for program in programs:
            supervisor.start(program)
        supervisor.watch()
except AskedToStop:
    print("asked to stop")
except Crashed as crash:
    sys.exit(str(crash))
"""
IDLE = "touch $0.up; while :; do sleep 0.05; done"
GENTLE = f"trap 'echo goodbye; exit 0' TERM; {IDLE}"
STUBBORN = f"trap 'echo not yet' TERM; {IDLE}"
WITH_A_CHILD = f"sleep 1000 & {GENTLE}"
BREAKS_WHEN_TOLD = "touch $0.up; while [ ! -e $0.go ]; do sleep 0.05; done; exit 3"
BREAKS = "while [ ! -e ${0%-*}-0.up ]; do sleep 0.05; done; echo no room left >&2; exit 3"


@pytest.fixture
def play(tmp_path):
    """Starts supervisors; whatever they leave behind is ended, and is the test's failure."""
    begun = []

    def begin(*scripts, before=()):
        command = [*before, sys.executable, "-c", PLAY, str(tmp_path), *scripts]
        supervisor = subprocess.Popen(
            command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        begun.append(supervisor)
        return supervisor

    yield begin
    left = processes_of(tmp_path)
    for process in left:
        process.kill()
    for supervisor in begun:
        supervisor.kill()
        supervisor.communicate()
    assert left == []


def processes_of(folder):
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and any(str(folder) in word for word in process.info["cmdline"] or [])
    ]


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def until_up(folder, *numbers):
    until(lambda: all((folder / f"program-{number}.up").exists() for number in numbers))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_everything_gently(play, tmp_path, number):
    supervisor = play(GENTLE, GENTLE)
    until_up(tmp_path, 0, 1)
    supervisor.send_signal(number)
    out, _ = supervisor.communicate(timeout=30)
    assert (supervisor.returncode, out) == (0, "asked to stop\n")
    assert (tmp_path / "program-0.log").read_text() == "goodbye\n"
    assert (tmp_path / "program-1.log").read_text() == "goodbye\n"


def test_a_program_that_ends_by_itself_stops_the_others_and_its_log_is_shown(play, tmp_path):
    supervisor = play(GENTLE, BREAKS)
    _, error = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert error.startswith("program-1 ended with exit code 3. The last lines of ")
    assert error.endswith("no room left\n")
    assert (tmp_path / "program-0.log").read_text() == "goodbye\n"


def test_a_program_that_is_killed_is_named_with_the_signal(play, tmp_path):
    supervisor = play(GENTLE, IDLE)
    until_up(tmp_path, 0, 1)
    shells = psutil.Process(supervisor.pid).children()
    next(p for p in shells if "program-1" in p.cmdline()[-1]).kill()
    _, error = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert error.startswith("program-1 was killed by SIGKILL.")


@on_linux
def test_killed_itself_it_leaves_no_orphans(play, tmp_path):
    supervisor = play(GENTLE, GENTLE)
    until_up(tmp_path, 0, 1)
    supervisor.kill()
    until(lambda: processes_of(tmp_path) == [])
    assert (tmp_path / "program-0.log").read_text() == "goodbye\n"


def test_a_second_request_does_not_wait_for_the_stubborn(play, tmp_path):
    supervisor = play(STUBBORN, GENTLE)
    until_up(tmp_path, 0, 1)
    supervisor.send_signal(signal.SIGINT)
    until(lambda: "not yet" in (tmp_path / "program-0.log").read_text())
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=10)
    assert supervisor.returncode == 0


def test_what_a_program_started_itself_is_stopped_with_it(play, tmp_path):
    supervisor = play(WITH_A_CHILD, GENTLE)
    until_up(tmp_path, 0, 1)
    everybody = psutil.Process(supervisor.pid).children(recursive=True)
    child = next(p for p in everybody if p.cmdline() == ["sleep", "1000"])
    supervisor.terminate()
    supervisor.communicate(timeout=30)
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_nothing_else_is_stopped(play, tmp_path):
    bystander = subprocess.Popen(["sleep", "1000"])
    supervisor = play(GENTLE, GENTLE)
    until_up(tmp_path, 0, 1)
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=30)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_under_nohup_a_closed_terminal_changes_nothing(play, tmp_path):
    supervisor = play(GENTLE, BREAKS_WHEN_TOLD, before=["nohup"])
    until_up(tmp_path, 0, 1)
    supervisor.send_signal(signal.SIGHUP)
    (tmp_path / "program-1.go").touch()
    _, error = supervisor.communicate(timeout=30)
    assert "program-1 ended with exit code 3" in error


def test_a_step_that_fails_is_a_crash(play):
    supervisor = play("echo no tables >&2; exit 4")
    _, error = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert error.startswith("program-0 ended with exit code 4.")
    assert error.endswith("no tables\n")


def test_a_step_can_be_interrupted(play, tmp_path):
    supervisor = play(GENTLE)
    until_up(tmp_path, 0)
    supervisor.send_signal(signal.SIGINT)
    out, _ = supervisor.communicate(timeout=30)
    assert (supervisor.returncode, out) == (0, "goodbye\nasked to stop\n")


def test_a_step_that_succeeds_lets_the_next_begin(play):
    supervisor = play("true")
    _, error = supervisor.communicate(timeout=30)
    assert error == "done\n"
