"""Start the private servers, find the running ones, stop them; also after a crash of theirs or ours."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spinecare.embedded.paths import NotStarted, Paths, find_paths
from spinecare.embedded.servers import Server, all_servers
from spinecare.processes import die_with_parent, tail

if TYPE_CHECKING:
    import psutil

PATIENCE = 60.0  # seconds: recovery after a power cut takes a while, and is waited for
HELD_UP = (b"lock file", b"is still in use", b"Opening Unix socket: bind")  # by a dead predecessor


@dataclass(frozen=True)
class Started:
    server: Server
    process: subprocess.Popen[bytes]


def needed(base: Path) -> list[Server]:
    """The servers that no variable of the environment names."""
    return [s for s in all_servers(find_paths(base)) if not os.environ.get(s.url_variable)]


def start(base: Path, *, die_with_us: bool = False) -> list[Started]:
    """Start what is needed and not running, wait until it answers; return what was started here."""
    wanted = needed(base)
    return start_these(wanted, die_with_us=die_with_us) if wanted else []


def start_these(wanted: Sequence[Server], *, die_with_us: bool = False) -> list[Started]:
    """Of one checkout."""
    at = wanted[0].at
    at.make_folders()
    with _taking_turns(at):
        return _start_one_by_one(wanted, die_with_us=die_with_us)


def _start_one_by_one(wanted: Sequence[Server], *, die_with_us: bool) -> list[Started]:
    started: list[Started] = []
    try:
        for server in wanted:
            started += _start(server, die_with_us=die_with_us)
    except BaseException:
        stop(started)
        raise
    return started


def stop(started: Sequence[Started]) -> None:
    for one in reversed(started):
        _stop(one.server)
        one.process.wait()


def stop_all(base: Path) -> None:
    """Whoever started them, but only those of this checkout."""
    at = find_paths(base)
    if at.local.exists():
        with _taking_turns(at):
            for server in reversed(all_servers(at)):
                _stop(server)


def remove(base: Path) -> None:
    """Stop the servers of this checkout and delete everything that they and the demo kept."""
    at = find_paths(base)
    stop_all(base)
    for folder in (at.sockets, at.home, at.local):
        if folder.exists():
            shutil.rmtree(folder)


def status(base: Path) -> dict[str, bool]:
    servers = all_servers(find_paths(base))
    return {server.name: bool(find_process(server)) and server.answers() for server in servers}


def _start(server: Server, *, die_with_us: bool) -> list[Started]:
    """The server, started here; or nothing, because it runs."""
    running = find_process(server)
    if running:
        _answers_in_time(server, running.is_running)
        return []
    server.prepare()
    deadline = time.monotonic() + PATIENCE
    while not (process := _launch(server, die_with_us=die_with_us)):
        if time.monotonic() > deadline:
            raise NotStarted(f"{server.name} is held up by an earlier one:\n{tail(server.log)}")
        time.sleep(0.1)
    server.welcome()
    return [Started(server, process)]


def _launch(server: Server, *, die_with_us: bool) -> subprocess.Popen[bytes] | None:
    """One try; None while a dead predecessor's children still hold something."""
    for leftover in server.leftovers:
        leftover.unlink(missing_ok=True)
    with server.log.open("ab") as log:
        said_before = log.tell()
        process = subprocess.Popen(
            server.command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in our terminal is not meant for it
            preexec_fn=die_with_parent(server.stop_signal) if die_with_us else None,
            **server.at.popen_as_account,
        )
    try:
        if _answers_in_time(server, lambda: process.poll() is None):
            return process
    except NotStarted:
        process.kill()
        process.wait()
        raise
    if any(words in server.log.read_bytes()[said_before:] for words in HELD_UP):
        return None
    raise NotStarted(f"{server.name} did not start:\n{tail(server.log)}")


def _answers_in_time(server: Server, alive: Callable[[], bool]) -> bool:
    """True when it answers, False when it died; raises when it does neither."""
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if not alive():
            return False
        if time.monotonic() > deadline:
            raise NotStarted(f"{server.name} does not answer:\n{tail(server.log)}")
        time.sleep(0.02)
    return True


def find_process(server: Server) -> "psutil.Process | None":
    """The live process behind the pid file: not a zombie, nor a stranger who got its old number."""
    import psutil

    try:
        process = psutil.Process(int(server.pid_file.read_text().split()[0]))
        ours = str(server.data) in process.cmdline()
    except (OSError, IndexError, ValueError, psutil.Error):
        return None
    return process if ours and _is_alive(process) else None


def _stop(server: Server) -> None:
    process = find_process(server)
    if not process:
        return
    process.send_signal(server.stop_signal)
    if not _gone_in_time(process):
        process.send_signal(signal.SIGQUIT)
        _gone_in_time(process)


def _gone_in_time(process: "psutil.Process") -> bool:
    """A zombie is gone: whoever should reap it (the container's init, say) may take seconds."""
    deadline = time.monotonic() + PATIENCE
    while _is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _is_alive(process: "psutil.Process") -> bool:
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class InUse:
    """Held by each command that needs the servers until it ends, however it ends."""

    def __init__(self, base: Path) -> None:
        at = find_paths(base)
        at.make_folders()
        self._file = (at.local / "services.users").open("w")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def wait_for_others(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(
                "Another command needs the servers of this checkout: waiting for it.\n"
            )
            fcntl.flock(self._file, fcntl.LOCK_EX)


@contextlib.contextmanager
def _taking_turns(at: Paths) -> Iterator[None]:
    """Two commands in one checkout do not start or stop at the same time."""
    with (at.local / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
