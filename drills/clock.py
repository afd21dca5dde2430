"""The same under another clock: servers, processes and this program live through the change of the hour.

By libfaketime, which is asked for before a program starts; so the drill is run by a program of its own.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

MOMENT = "SPINECARE_DRILL_MOMENT"
BEFORE = 120  # seconds, until the house stands
AFTER = 10
CHANGES = {
    "the clock goes forward (New York)": datetime(2026, 3, 8, 7, tzinfo=UTC),
    "the clock goes back (New York)": datetime(2026, 11, 1, 6, tzinfo=UTC),
}


def library() -> Path | None:
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def named(words: str) -> list[str]:
    return [what for what in CHANGES if words in what]


def drill(what: str) -> bool:
    """Prints the table's line of this drill, or why there is none; whether it was clean."""
    if not (faketime := library()):
        print(f"| {what} | not drilled: libfaketime is not installed |")
        return True
    moment = CHANGES[what].timestamp()
    environment = {
        "LD_PRELOAD": str(faketime),
        "FAKETIME": f"{moment - BEFORE - time.time():+.0f}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        MOMENT: str(moment),
    }
    own = [sys.executable, "-m", "drills", "--only", what]
    done = subprocess.run(
        own, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(f"| {what}")]
    print(lines[-1] if lines else f"| {what} | **did not come to its end** |", flush=True)
    return done.returncode == 0


def wait_for_the_change() -> None:
    while time.time() < float(os.environ[MOMENT]) + AFTER:
        time.sleep(0.5)
