"""Starts programs, watches them, and stops them: all of them, and nothing else.

A signal is noticed at a pause, never in the middle of a step, so no program is started and then forgotten.
Where the supervisor itself is killed outright, the kernel tells its programs (Linux).
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from spinecare.processes import die_with_parent, tail

GRACE = 30.0  # seconds to finish what is under way: Celery's soft shutdown takes up to 20
EXPLAINED = (
    78  # exit code of a program that said on the terminal why it cannot go on, and what to do
)
ASKING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class AskedToStop(Exception):
    """Ctrl-C, a closed terminal, or somebody's `kill`."""


class Crashed(Exception):
    """A program ended that should have gone on; the message ends with the last lines of its log."""


class Explained(Exception):
    """A program ended early and said why; there is nothing to add."""


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    last_words: signal.Signals = signal.SIGTERM  # from the kernel, where the supervisor is no more


@dataclass(frozen=True)
class Watched:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Ear:
    """A context in which signals are heard when one listens, and do nothing else."""

    def __enter__(self) -> Self:
        self._ear, self._mouth = socket.socketpair()
        self._mouth.setblocking(False)
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.getsignal(number) for number in (*ASKING, signal.SIGCHLD)}
        for number, handler in self._before.items():
            if not (number == signal.SIGHUP and handler == signal.SIG_IGN):  # nohup
                signal.signal(number, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ear.close()
        self._mouth.close()

    def asked_to_stop(self, seconds: float) -> bool:
        """Listen until a signal comes (a child's end is one), at most for `seconds`."""
        ready, _, _ = select.select([self._ear], [], [], seconds)
        return bool(ready) and any(number in ASKING for number in self._ear.recv(1024))


class Supervisor:
    """A context: programs started in it have ended when it is left."""

    def __init__(self, ear: Ear, log: Path, environment: Mapping[str, str]) -> None:
        self.ear = ear
        self.log = log
        self.environment = environment
        self.programs: list[Watched] = []
        self.others: list[Watched] = []  # watched here, stopped by whoever started them

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, program: Program) -> None:
        """Start a program that has an end, and wait for it."""
        step = self._launch(program, stdout=None)
        self.programs.append(step)
        while step.process.poll() is None:
            self._pause(1)
        self.programs.remove(step)
        if step.process.returncode == EXPLAINED:
            raise Explained
        if step.process.returncode:
            raise self._crash(step)

    def start(self, program: Program) -> None:
        """Start a program that should go on until it is stopped."""
        self.programs.append(self._launch(program, stdout=subprocess.STDOUT))

    def watch_too(self, other: Watched) -> None:
        self.others.append(other)

    def watch(self) -> None:
        """Until somebody asks to stop, or something ends by itself."""
        self.wait_until(lambda: False, seconds=float("inf"))

    def wait_until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Crashed(f"Not ready after {seconds:.0f} seconds; see the logs in {self.log}.")
            self._pause(0.1 if seconds < float("inf") else 60)
            self._raise_if_ended()

    def _launch(self, program: Program, *, stdout: int | None) -> Watched:
        log = self.log / f"{program.name}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                program.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout if stdout is None else file,
                stderr=file,
                process_group=0,  # Ctrl-C reaches us alone, and we stop them in order
                preexec_fn=die_with_parent(program.last_words),
            )
        return Watched(program.name, process, log)

    def _pause(self, seconds: float) -> None:
        if self.ear.asked_to_stop(seconds):
            raise AskedToStop

    def _raise_if_ended(self) -> None:
        for watched in (*self.others, *self.programs):
            if watched.process.poll() is not None:
                raise self._crash(watched)

    def _crash(self, watched: Watched) -> Crashed:
        how = _how_it_ended(watched.process.returncode)
        lines = tail(watched.log)
        return Crashed(f"{watched.name} {how}. The last lines of {watched.log}:\n{lines}")

    def _stop(self) -> None:
        """Gently and all at once; at the second request, or after the grace, for good."""
        for program in self.programs:
            program.process.terminate()
        deadline = time.monotonic() + GRACE
        while self._alive() and time.monotonic() < deadline:
            if self.ear.asked_to_stop(1):
                break
        for program in self.programs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.process.pid, signal.SIGKILL)  # its own children too
            program.process.wait()

    def _alive(self) -> bool:
        return any(program.process.poll() is None for program in self.programs)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
