"""The same under another clock: servers, processes and this program live through the change of the hour.

By a library that is loaded before a program starts (`shifted_clock.c`), so a program of its own runs the drill.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

MOMENT = "SPINECARE_DRILL_MOMENT"
BEFORE = 120  # seconds, until the house stands
AFTER = 10
CHANGES = {
    "the clock goes forward (New York)": datetime(2027, 3, 14, 7, tzinfo=UTC),
    "the clock goes back (New York)": datetime(2027, 11, 7, 6, tzinfo=UTC),
}


def library(folder: str) -> str:
    """Its path; empty where there is no C compiler."""
    compiler = shutil.which("cc")
    if not compiler:
        return ""
    source, made = Path(__file__).with_name("shifted_clock.c"), f"{folder}/shifted_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, source], check=True)
    Path(folder).chmod(0o755)  # the servers run as somebody else
    return made


def named(words: str) -> list[str]:
    return [what for what in CHANGES if words in what]


def drill(what: str) -> bool:
    """Prints the table's line of this drill, or why there is none; whether it was clean."""
    with tempfile.TemporaryDirectory() as folder:
        if not (shifted := library(folder)):
            print(f"| {what} | not drilled: there is no C compiler |")
            return True
        return _run(what, shifted)


def _run(what: str, shifted: str) -> bool:
    moment = CHANGES[what].timestamp()
    shift = f"{moment - BEFORE - time.time():.0f}"
    environment = os.environ | {"LD_PRELOAD": shifted, "CLOCK_SHIFT": shift, MOMENT: str(moment)}
    own = [sys.executable, "-m", "drills", "--only", what]
    done = subprocess.run(own, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(f"| {what}")]
    print(lines[-1] if lines else f"| {what} | **did not come to its end** |", flush=True)
    return done.returncode == 0


def wait_for_the_change() -> None:
    while time.time() < float(os.environ[MOMENT]) + AFTER:
        time.sleep(0.5)
