"""Break the running product on purpose and count: `python -m drills [--only WORDS]`.

Takes a small disk (a tmpfs, where root may mount one), real servers and processes, and about fifteen minutes.
Prints a table in Markdown; ends with 1 where something that was acknowledged is missing or there twice.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drills import clock
from drills.house import House
from drills.relay import Relay
from drills.relay import relay as mail_relay

DISK = "700m"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":", maxsplit=1)[0])
    parser.add_argument("--only", default="", help="drills whose name holds these words")
    parser.add_argument("--keep-logs", default="", help="a folder for the logs of the processes")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to stop"))
    for name in ("DATABASE_URL", "REDIS_URL", "MAKELEVEL"):
        os.environ.pop(name, None)
    under_another_clock = [] if clock.MOMENT in os.environ else clock.named(asked.only)
    clean = True
    if not (asked.only and under_another_clock):
        clean = in_a_house(asked.only, asked.keep_logs)
    for what in under_another_clock:
        clean &= clock.drill(what)
    return 0 if clean else 1


def in_a_house(only: str, keep_logs: str) -> bool:
    with disk() as base, mail_relay() as relay, House(base, relay.port) as house:
        try:
            return all_of(only, house, relay)
        finally:
            if keep_logs:
                subprocess.run(["cp", "-r", str(base / "log"), keep_logs], check=False)


def all_of(only: str, house: House, relay: Relay) -> bool:
    """One after the other in one house; whether each was clean."""
    set_up_django(house)
    from drills import people, table
    from drills.faults import FAULTS
    from drills.run import run

    clinic, clean = people.furnish(), True
    print(table.HEAD, flush=True)
    elsewhere = () if clock.MOMENT in os.environ else clock.CHANGES
    for what in (each for each in FAULTS if only in each and each not in elsewhere):
        try:
            result = run(what, house, clinic, relay)
        except TimeoutError as missed:
            clean = False
            print(f"| {what} | **{missed}** |", flush=True)
        else:
            clean &= result.ledger.is_clean
            print(table.line(result), flush=True)
    return clean


def set_up_django(house: House) -> None:
    """This process sees the tables with the application's role, as the product does."""
    import django

    mine = ("SPINECARE_MODE", "SECRET_KEY", "MFA_KEYS", "ALLOWED_HOSTS", "SITE_URL", "PRIVATE_NETWORK",
            "HASHED_STATIC", "DATABASE_URL", "REDIS_URL", "UPLOADS")  # fmt: skip
    os.environ.update({name: house.environment[name] for name in mine})
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "spinecare.settings"
    django.setup()
    # What starts the servers asks the environment whether they are somebody else's.
    for name in ("DATABASE_URL", "REDIS_URL"):
        del os.environ[name]


@contextmanager
def disk() -> Iterator[Path]:
    """A small disk of its own where this user may make one, else a folder (then no disk runs full)."""
    with tempfile.TemporaryDirectory(prefix="spinecare-drills-") as folder:
        Path(folder).chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", folder]
        mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
        try:
            yield Path(folder)
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", folder], check=False)


if __name__ == "__main__":
    sys.exit(main())
