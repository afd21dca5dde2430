"""`python -m spinecare.embedded start | stop | status | run -- COMMAND`."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from spinecare.embedded import BASE_DIR, NotStarted
from spinecare.embedded.lifecycle import InUse, needed, start, status, stop, stop_all
from spinecare.processes import die_with_parent


def main(words: list[str]) -> int:
    own, command = _split(words)
    parser = argparse.ArgumentParser(prog="python -m spinecare.embedded", description=__doc__)
    parser.add_argument("what", choices=["start", "stop", "status", "run"])
    parser.add_argument("--base", type=Path, default=BASE_DIR, help="the checkout (this one)")
    given = parser.parse_args(own)
    if given.what == "run":
        return run(given.base, command)
    if given.what == "status":
        return _tell(status(given.base))
    if given.what == "start":
        start(given.base)
    else:
        stop_all(given.base)
    return 0


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Before and after `--`: what comes after is not ours to read."""
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def run(base: Path, command: list[str]) -> int:
    """Run `command` while the servers are up; stop afterwards those that did not run before, when no
    other `run` needs them any more."""
    in_use = InUse(base) if needed(base) else None
    started = start(base, die_with_us=True)
    try:
        child = subprocess.Popen(command, preexec_fn=die_with_parent(signal.SIGTERM))
        for number in (signal.SIGTERM, signal.SIGHUP):
            if (
                signal.getsignal(number) != signal.SIG_IGN
            ):  # nohup: the child does not hear it either
                signal.signal(number, lambda number, _: child.send_signal(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child itself
        return _exit_code(child.wait())
    finally:
        if in_use and started:
            in_use.wait_for_others()
        stop(started)


def _exit_code(returned: int) -> int:
    """As a shell gives it: 128 + the signal."""
    return returned if returned >= 0 else 128 - returned


def _tell(state: dict[str, bool]) -> int:
    for name, up in state.items():
        sys.stdout.write(f"{name}: {'running' if up else 'stopped'}\n")
    return 0 if all(state.values()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NotStarted as problem:
        sys.exit(str(problem))
