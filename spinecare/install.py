"""`python -I spinecare/install.py embedded`: a `.venv` with what requirements/embedded.txt pins.

It runs before any package is there, so it needs the standard library only and imports nothing of ours.
A note in `.venv` says what is installed, by which Python and where; where it holds, nothing is done. A
`.venv` that was moved, copied or left half done, or whose Python is gone, is made anew.
"""

import fcntl
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

BASE = Path(__file__).resolve().parents[1]
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
NOTE = VENV / "installed.txt"
LOG = BASE / ".local" / "log" / "packages.log"
OLDEST = (3, 11)
WHO = """
import os, sys, sysconfig
print(*sys.version_info[:2], sysconfig.get_platform(), os.path.realpath(sys.prefix))
"""
PIP_FOR_OTHERS = (22, 3)  # the first that installs for a Python which has no pip itself
OPTIONS = ["--no-input", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
# How the index is reached is the machine's to say; what is installed, and where, is ours.
OF_THE_NETWORK = re.compile(
    r"PIP_(INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|CERT|CLIENT_CERT|TRUSTED_HOST|PROXY|RETRIES"
    r"|TIMEOUT|DEFAULT_TIMEOUT|CACHE_DIR|NO_CACHE_DIR|CONFIG_FILE|KEYRING_PROVIDER)"
)
ADVICE = {
    "ensurepip": "Install Python's venv module (Debian, Ubuntu: apt-get install python3-venv).",
    "DO NOT MATCH THE HASHES": "The index gave another file than the pinned one: do not use it.",
    "No space left": "Make room on the disk.",
    "No matching distribution": "The index has no such file for this machine, or was not reached.",
    "onnection": "The index was not reached: is there a network, or a proxy to be named?",
}


class NotInstalled(Exception):
    """The packages could not be installed; the message says what to do."""


def main(lock: str) -> int:
    os.umask(os.umask(0o022) & 0o077 | 0o022)  # readable to us, and writable to nobody else
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with _taking_turns() as turn:
            _install(lock, turn)
    except KeyboardInterrupt:
        say("\nStopped. The same command begins this step anew.\n")
    except PermissionError as error:
        say(f"\n{error.filename} is another user's: be that user, or `chown -R` this folder.\n")
    except NotInstalled as problem:
        say(f"\n{problem}\n")
    else:
        return 0
    return 1


def _install(lock: str, turn: int) -> None:
    wanted = (BASE / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    installed = _noted()
    if installed is not None and _pins(wanted) <= _pins(installed):
        return
    began = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        if installed is None:
            _make_venv(log, turn)
        pip = _pip(log, turn)
        with _unfinished(installed or ""):
            command = [*pip, "install", *OPTIONS, "--no-compile", "-r", f"requirements/{lock}.txt"]
            _run(command, log, turn, steps=len(re.findall("==", wanted)))
        NOTE.write_text(f"{_who()}\n{wanted}", encoding="utf-8")
    say(f"\r  {'Python packages':<24}{time.monotonic() - began:6.1f} s\n")


def _noted() -> str | None:
    """The lock that is installed; "" in a `.venv` of somebody else's making; None where none is sound."""
    who = _who()
    if not who or not NOTE.exists():
        return "" if who else None
    noted, _, lock = NOTE.read_text(encoding="utf-8").partition("\n")
    return lock if noted == who else None


def _who() -> str:
    """Which Python `.venv` has and where it thinks that it is; "" for none that serves."""
    with suppress(OSError):
        asked = subprocess.run(
            [PYTHON, "-I", "-c", WHO], capture_output=True, text=True, check=False
        )
        version = asked.stdout.split()[:2]
        if version and tuple(map(int, version)) >= OLDEST:
            return asked.stdout.strip()
    return ""


def _pins(lock: str) -> set[str]:
    """Its lines; what an extra adds has lines of its own, so the extra's name does not matter."""
    return set(re.sub(r"\[.*?\]", "", lock).splitlines())


def _make_venv(log: IO[str], turn: int) -> None:
    """In place of what is there; where that is a link, the folder behind it stays as it is."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    with _unfinished(""):
        _run([sys.executable, "-I", "-m", "venv", "--without-pip", str(VENV)], log, turn)


@contextmanager
def _unfinished(before: str) -> Iterator[None]:
    """Whoever is stopped in here leaves a `.venv` that nobody trusts; what fails before anything
    changed leaves it as it was."""
    VENV.mkdir(exist_ok=True)
    packages = _packages()
    NOTE.write_text("unfinished", encoding="utf-8")
    try:
        yield
    except NotInstalled:
        if _packages() == packages:
            NOTE.write_text(f"{_who()}\n{before}", encoding="utf-8")
        raise


def _packages() -> set[tuple[str, int]]:
    found = VENV.glob("lib/*/site-packages/*")
    return {(package.name, package.stat().st_mtime_ns) for package in found}


def _pip(log: IO[str], turn: int) -> list[str]:
    """This Python's own, because to install one takes five seconds; else one in `.venv`."""
    with suppress(importlib.metadata.PackageNotFoundError):
        version = importlib.metadata.version("pip").split(".")
        if tuple(map(int, version[:2])) >= PIP_FOR_OTHERS:
            return [sys.executable, "-I", "-m", "pip", "--python", str(PYTHON)]
    _run([str(PYTHON), "-I", "-m", "ensurepip"], log, turn)
    return [str(PYTHON), "-I", "-m", "pip"]


def _run(command: list[str], log: IO[str], turn: int, steps: int = 0) -> None:
    """With its output in the log; a person at a terminal sees how many of the steps are done."""
    done = 0
    with subprocess.Popen(
        command, cwd=BASE, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", pass_fds=[turn],
    ) as program:  # fmt: skip
        for line in program.stdout or ():
            log.write(line)
            done += line.startswith("Collecting ")
            if sys.stdout.isatty():
                say(f"\r  {'Python packages':<24}{done:>3} of {steps}")
    log.flush()
    if program.returncode:
        raise NotInstalled(_explained())


def _environment() -> dict[str, str]:
    """Without what other projects left in it for their Pythons and pips."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_", "VIRTUAL_ENV")) or OF_THE_NETWORK.fullmatch(name)
    }
    return kept | {"PIP_USER": "0", "PYTHONUTF8": "1"}


def _explained() -> str:
    said = LOG.read_text(encoding="utf-8")
    lines = [line for line in said.splitlines() if line and not line.startswith("WARNING")]
    errors = [line for line in lines if line.startswith("ERROR")] or lines[-6:]
    advice = [words for sign, words in ADVICE.items() if sign in said][:1]
    then = f"All of it is in {LOG}. Then give the same command again."
    return "\n".join([*errors, *advice, then])


@contextmanager
def _taking_turns() -> Iterator[int]:
    """One set-up of a checkout at a time, those included whose parent was killed."""
    with (BASE / ".local" / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another set-up of this folder is under way; waiting for it\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
