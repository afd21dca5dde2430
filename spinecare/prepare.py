"""What comes before the demo's first request: tables, protocol, demo people, static files.

Each step is idempotent; where there is nothing to do, it says so at once. One process for all of
them, because starting Django takes longer than most of them.
"""

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from spinecare.supervisor import EXPLAINED

STEPS = [
    ("database", "check --database default --tag database"),
    ("tables", "migrate"),
    ("protocol", "publish_protocol pathway/protocols/conservative-spine-care.toml"),
    ("criteria of payers", "publish_criteria pathway/criteria"),
    ("demo people", "fill_demo_clinic"),
    ("static files", "collectstatic --no-input"),
]
OURS = ("accounts", "pathway", "patients", "scheduling")
OTHER_HISTORY = (
    "\nThe demo's data were made by another version of Spinecare: "
    "`make reset` forgets them and starts afresh.\n"
)


def main() -> None:
    gc.set_threshold(100_000, 20, 20)  # much is loaded and made here, and little of it is rubbish
    with step("Django"):
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
        django.setup()
    refuse_other_history()
    for what, command in STEPS:
        with step(what):
            run(command)


def refuse_other_history() -> None:
    """Where the database records a migration that is not in the code, whatever `migrate` added would be wrong."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    recorded = set(MigrationRecorder(connection).applied_migrations())
    unknown = recorded - set(MigrationLoader(None).disk_migrations)
    if any(app in OURS for app, _name in unknown):
        say(OTHER_HISTORY)
        sys.exit(EXPLAINED)


def run(command: str) -> None:
    from django.core.management import CommandError, call_command

    name, *arguments = command.split()
    try:
        call_command(name, *arguments, stdout=sys.stderr)  # the supervisor keeps stderr as the log
    except CommandError as problem:
        sys.exit(str(problem))  # a sentence for people, as a command line would show it


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and afterwards how long it took."""
    began = time.monotonic()
    say(f"  {what:<24}")
    yield
    say(f"{time.monotonic() - began:6.1f} s\n")


def say(text: str) -> None:
    """On the terminal, as long as there is one."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  (for the rest of the process)


if __name__ == "__main__":
    main()
