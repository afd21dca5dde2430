from __future__ import annotations

import shlex
from argparse import ArgumentParser, BooleanOptionalAction
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.middleware import act_as
from accounts.models import Clinic, Membership, User
from accounts.zones import zone_of
from patients.diary_file import (
    DAY_FIRST,
    FIELDS,
    LEFT_OUT,
    MONTH_FIRST,
    BadFile,
    DayColumn,
    Tally,
    as_plain,
    with_choices,
)
from patients.imports.actions.import_logs import Plan, begin_import, fail_import, forget_check
from patients.imports.actions.read_chunks import read_chunk, start_at_once
from patients.models import Episode, ImportRun, Patient

REGIONS = (*Episode.Region.values, LEFT_OUT)
MAP_HELP = (
    "what a column holds, where the guess is wrong; COLUMN= leaves one out; "
    f"fields: {', '.join(FIELDS)}"
)
REGION_HELP = (
    "a name in the file to take although it does not name the spine; NAME=neck or NAME=back says "
    f"where it goes, NAME={LEFT_OUT} leaves it out"
)


class Command(BaseCommand):
    help = (
        "Import a patient's own diary from a CSV file. The same file twice imports nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        several: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--patient", required=True, help="the clinic's record number, or the id"
        )
        parser.add_argument("--map", metavar="COLUMN=FIELD", help=MAP_HELP, **several)
        parser.add_argument("--region", metavar="NAME", help=REGION_HELP, **several)
        parser.add_argument("--episode", type=int, help="id; else the open one of the region")
        parser.add_argument("--zone", default="", help="of times without one; else the patient's")
        parser.add_argument(
            "--day-first",
            action=BooleanOptionalAction,
            help="03/04/2026 is the 3rd of April; --no-day-first: March 4; else the file decides",
        )
        parser.add_argument(
            "--newest-first",
            action=BooleanOptionalAction,
            help="of two reports of a day without a time the upper one is the later; else the file decides",
        )
        parser.add_argument(
            "--skip-lines",
            type=int,
            default=0,
            metavar="N",
            help="lines above the names of the columns",
        )
        parser.add_argument("--by", metavar="EMAIL", help="the administrator who enters the logs")
        parser.add_argument("--dry-run", action="store_true", help="check only, import nothing")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        patient = _patient(options["patient"])
        by = _administrator(patient.clinic, options["by"])
        try:
            acting = act_as(by.pk, "command: import_logs")
            with file.open("rb") as given, as_plain(given) as stream, acting:
                run = _start(stream, file.name, patient, by, options)
                self._read(run, stream)
        except (OSError, BadFile) as problem:
            raise CommandError(f"{file}: {problem}") from problem
        self._report(run, dry_run=options["dry_run"])
        if options["dry_run"]:
            forget_check(run=run)

    def _read(self, run: ImportRun, stream: BinaryIO) -> None:
        """To the end; a run that was interrupted says so, and what it took stays."""
        now = timezone.now()
        try:
            while run.is_reading:
                read_chunk(run=run, stream=stream, now=now)
                self._show_progress(run)
        finally:
            if run.is_reading:
                fail_import(run=run, now=now)

    def _show_progress(self, run: ImportRun) -> None:
        if self.stderr.isatty():
            end = "" if run.is_reading else "\n"
            self.stderr.write(f"\r{run.share_read:3} % read", ending=end)

    def _report(self, run: ImportRun, *, dry_run: bool) -> None:
        for bad in run.bad_lines.order_by("line", "pk").iterator():
            self.stdout.write(str(bad))
        columns = ", ".join(f"{column} = {field}" for field, column in run.columns.items())
        self.stdout.write(f"Columns: {columns}")
        for line in _summary(run, "that would be imported" if dry_run else "imported"):
            self.stdout.write(line)


def _summary(run: ImportRun, taken: str) -> list[str]:
    tally = run.counts
    return [
        *_order_of_lines(run),
        f"Rows read: {tally.rows:,}",
        f"Reports {taken}: {tally.taken_in_all:,}{_parts(tally.taken)}",
        f"  rounded to a whole score (a half goes up): {tally.rounded:,}",
        f"  day known from the time typed only: {tally.day_from_instant:,}",
        f"  typed after the day: {tally.late:,}",
        f"  cells that could not be read, in the note: {tally.to_note.total():,}{_parts(tally.to_note)}",
        f"Imported before: {tally.known:,}",
        f"Withdrawn in the copy: {tally.withdrawn:,}",
        f"Left out, about something else: {tally.left_out_in_all:,}{_parts(tally.left_out)}",
        f"Empty lines: {tally.blank:,}",
        f"Bad lines: {tally.bad:,}",
        *_hint(tally),
    ]


def _order_of_lines(run: ImportRun) -> list[str]:
    """What was taken for granted where two reports of a day have no time."""
    if not run.preview.needs_line_order(run.columns):
        return []
    later = "upper" if run.newest_first else "lower"
    return [
        f"Two reports of a day without a time: the {later} line is taken for the later one "
        "(--newest-first, --no-newest-first)"
    ]


def _hint(tally: Tally) -> list[str]:
    """What to do if the file is about other things only."""
    if tally.taken_in_all + tally.known or not tally.left_out:
        return []
    ask = shlex.quote(f"{tally.left_out_names[0][0]}=back")
    return [f"Nothing names the neck or the back. To import one anyway: --region {ask}"]


def _parts(counts: Counter[str]) -> str:
    parts = ", ".join(f"{name} {number:,}" for name, number in counts.most_common())
    return f" ({parts})" if parts else ""


@transaction.atomic
def _start(
    stream: BinaryIO, name: str, patient: Patient, by: User, options: dict[str, Any]
) -> ImportRun:
    now = timezone.now()
    skip = max(options["skip_lines"], 0)
    run = begin_import(patient=patient, stream=stream, file_name=name, skip=skip, by=by, now=now)
    confirmed_by = None if options["dry_run"] else by
    start_at_once(run=run, plan=_plan(run, options), confirmed_by=confirmed_by, now=now)
    return run


def _patient(number_or_id: str) -> Patient:
    """By the clinic's number, else by the id. Two clinics may use the same number."""
    rows = Patient.objects.select_related("clinic").order_by("pk")
    found = list(rows.numbered(number_or_id).filter(merged_into=None))
    if not found and number_or_id.isdecimal():
        found = list(rows.filter(pk=number_or_id))
    if not found:
        raise CommandError(f"No patient has the number or the id {number_or_id}.")
    if len(found) > 1:
        ids = ", ".join(f"{patient.pk} ({patient.clinic})" for patient in found)
        raise CommandError(f"Several clinics use the number {number_or_id}; give the id: {ids}.")
    return found[0]


def _administrator(clinic: Clinic, email: str | None) -> User:
    """Who enters the logs: a person, because the record names one."""
    members = clinic.memberships.current().filter(role=Membership.Role.ADMINISTRATOR)
    if email:
        members = members.filter(user__email__iexact=email)
    found = list(members.select_related("user"))
    if not found:
        raise CommandError(f"{clinic} has no such administrator.")
    if len(found) > 1:
        raise CommandError(f"{clinic} has several administrators: say who, with --by EMAIL.")
    return found[0].user


def _plan(run: ImportRun, options: dict[str, Any]) -> Plan:
    if options["zone"] and zone_of(options["zone"]) is None:
        raise CommandError(f"{options['zone']} is not a time zone such as America/New_York.")
    look = run.preview
    columns = with_choices(look.guess, _choices(options["map"]))
    if look.is_in_doubt(columns) and options["day_first"] is None:
        raise CommandError(_question(look.doubts(columns)))
    newest_first = options["newest_first"]
    return Plan(
        columns=columns,
        chosen=_regions(options["region"]),
        episode=_episode(run.patient, options["episode"]),
        typed_in=options["zone"],
        day_order={None: "", True: DAY_FIRST, False: MONTH_FIRST}[options["day_first"]],
        newest_first=look.day_column(columns).newest_first is True
        if newest_first is None
        else newest_first,
    )


def _question(days: Sequence[DayColumn]) -> str:
    """What somebody has to know to answer: some cells, read both ways."""
    lines = [
        f"  {text}: {first or 'no day'} with --day-first, {second or 'no day'} with --no-day-first"
        for day in days
        for text, first, second, _third in day.lines
    ]
    return "\n".join(["The days can be read in two ways. Say which is meant:", *lines])


def _choices(pairs: Sequence[str]) -> dict[str, str]:
    split = [pair.rpartition("=") for pair in pairs]
    if any(not sign for _column, sign, _field in split):
        raise CommandError("Write --map COLUMN=FIELD.")
    return {column: field for column, _sign, field in split}


def _regions(names: Sequence[str]) -> dict[str, str | None]:
    chosen: dict[str, str | None] = {}
    for text in names:
        name, _sign, region = text.rpartition("=") if "=" in text else (text, "", None)
        if region not in (*REGIONS, None):
            raise CommandError(f"{region} is not a region. Use {', '.join(REGIONS)}.")
        chosen[name] = region
    return chosen


def _episode(patient: Patient, pk: int | None) -> Episode | None:
    if pk is None:
        return None
    found = patient.episodes.filter(pk=pk).first()
    if found is None:
        raise CommandError(f"{patient} has no episode {pk}.")
    return found
