"""A diary is read chunk by chunk; each chunk with its progress is one transaction.

So a worker can be killed at any moment: the chunk is either in, with the place behind it, or not at
all, and the next worker goes on from there. A chunk over which several workers died ends its run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F

from accounts.actions import NO_ROWS_FAULT, JobRun
from accounts.models import JobFailure, User
from accounts.zones import zone_of
from patients.diary_file import (
    Bad,
    BadFile,
    Blank,
    DiaryRow,
    FilePlace,
    LeftOut,
    Outcome,
    Report,
    Terms,
    Unreadable,
    Withdrawn,
    as_plain,
    judge,
    rows_of,
)
from patients.imports.actions.import_logs import (
    IMPORTS,
    UNFINISHED_AFTER,
    Plan,
    end_as_failed,
    fail_import,
    follow,
    import_targets,
    look,
    review_imported,
    start_over,
)
from patients.models import Episode, ImportBadLine, ImportRun, SymptomLog

# Whichever comes first; so memory is the same for every file.
CHUNK = 2_000
CHUNK_BYTES = 2_000_000
MOST_TRIES = 3
TOO_HARD = (
    "Reading this file took too long. Split it into smaller files and import one after the other."
)
LEFT_ALONE = "It was not finished within a day, so the file was deleted. You can import it again."
State = ImportRun.State
# By hand, because a model instance for each row would take longer than all the reading.
REMEMBER = """
INSERT INTO patients_importseenrow (run_id, submission_id, line)
SELECT %s, * FROM unnest(%s::uuid[], %s::int[]) ON CONFLICT DO NOTHING
"""


@dataclass
class Sorted:
    """The rows of one chunk by what becomes of them."""

    reports: list[Report] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    known: int = 0
    blank: int = 0
    withdrawn: int = 0


def read_on_due_imports(*, now: datetime, most_chunks: int = 10) -> int:
    """What the clock calls: read some chunks, of each file one in turn, then let others have the
    worker. Returns how many."""
    give_up_unfinished(now=now)
    chunks = 0
    while chunks < most_chunks and _read_on(now):
        chunks += 1
    remove_files(now=now)
    return chunks


def _read_on(now: datetime) -> bool:
    """One chunk of the file that has waited longest; false where none waits."""
    claimed = _note_try(now)
    if claimed is not None:
        _read_claimed(claimed, now)
    return claimed is not None


@transaction.atomic
def _note_try(now: datetime) -> int | None:
    """Counted, and committed, before the reading begins: it is all that a killed worker leaves."""
    claimed = ImportRun.objects.claim(now)
    if claimed is not None:
        ImportRun.objects.filter(pk=claimed).update(tries=F("tries") + 1)
    return claimed


@transaction.atomic
def _read_claimed(claimed: int, now: datetime) -> None:
    """A missing file, or a chunk that raises an error, ends its own run and no other."""
    if ImportRun.objects.filter(pk=claimed).claim(now) is None:
        return  # another worker was quicker
    try:
        with transaction.atomic():
            _read_file(ImportRun.objects.get(pk=claimed), now)
    except NO_ROWS_FAULT:
        raise
    except BadFile as problem:
        _fail(claimed, now, str(problem))
    except Exception as error:  # noqa: BLE001 - the run ends, the next one is read
        if not isinstance(error, OSError):
            JobRun(JobFailure.Job.IMPORTS, now).failed(claimed, error)
        _fail(claimed, now)


def _read_file(run: ImportRun, now: datetime) -> None:
    if run.tries > MOST_TRIES:
        raise BadFile(TOO_HARD)
    path = Path(IMPORTS.path(run.path))
    if run.state == State.READING:
        _make_plain(path)
    with path.open("rb") as stream:
        if run.state == State.READING:
            _look_into(run, stream, now)
        else:
            read_chunk(run=run, stream=stream, now=now)


def _make_plain(path: Path) -> None:
    """A workbook and the like give way to their text, once. Raises BadFile."""
    with path.open("rb") as stream, as_plain(stream) as plain:
        if plain is stream:
            return
        beside = path.with_suffix(".plain")
        plain.seek(0)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            shutil.copyfileobj(plain, file)
        beside.replace(path)


def _look_into(run: ImportRun, stream: BinaryIO, now: datetime) -> None:
    look(run=run, stream=stream, now=now)
    run.tries = 0
    run.save()


def _fail(claimed: int, now: datetime, problem: str = "") -> None:
    """What was imported so far is reviewed; if even that raises an error, the run still ends."""
    try:
        with transaction.atomic():
            fail_import(run=ImportRun.objects.get(pk=claimed), now=now, problem=problem)
    except NO_ROWS_FAULT:
        raise
    except Exception:  # noqa: BLE001 - a run that ended is better than one that stops all others
        end_as_failed(run=claimed, now=now, problem=problem)


def start_at_once(*, run: ImportRun, plan: Plan, confirmed_by: User | None, now: datetime) -> None:
    """For the command, which has the file and calls `read_chunk` itself. Without `confirmed_by` the
    file is only checked. Raises BadFile."""
    follow(run=run, plan=plan)
    if confirmed_by:
        run.confirmed_at, run.confirmed_by = now, confirmed_by
    start_over(run=run, state=State.IMPORTING if confirmed_by else State.CHECKING)
    run.save()


def give_up_unfinished(*, now: datetime) -> None:
    """Abandoned for a day: a file full of health data is not left lying around."""
    old = ImportRun.objects.unfinished().filter(created_at__lte=now - UNFINISHED_AFTER)

    def give_up(runs: list[int]) -> int:
        for run in runs:
            _fail(run, now, LEFT_ALONE)
        return len(runs)

    JobRun(JobFailure.Job.IMPORTS, now).do(old.values_list("pk", flat=True), give_up)


def remove_files(*, now: datetime) -> None:
    """Delete the files of runs that have ended."""
    ended = ImportRun.objects.with_file_to_remove()

    def remove(runs: list[int]) -> int:
        for path in ended.filter(pk__in=runs).values_list("path", flat=True):
            IMPORTS.delete(path)
        return ended.filter(pk__in=runs).update(path="")

    JobRun(JobFailure.Job.IMPORT_FILES, now).do(ended.values_list("pk", flat=True), remove)


@transaction.atomic
def read_chunk(*, run: ImportRun, stream: BinaryIO, now: datetime) -> None:
    """Read the next rows of `run` from its file, save what is good and new, name what is bad."""
    episodes = import_targets(patient=run.patient, episode=run.episode)
    rows = rows_of(stream, run.header, place=FilePlace(run.offset, run.line))
    chunk = list(_first_bytes(islice(rows, CHUNK), run.offset + CHUNK_BYTES))
    terms = _terms(run, frozenset(episodes), now)
    found = _sort(judge(row, terms) for row in chunk)
    _drop_repeated(run, found)
    _drop_known(run, found)
    if run.state == State.IMPORTING:
        _save(run, found.reports, episodes)
    _note(run, found)
    if chunk:
        run.offset, run.line = chunk[-1].after.offset, chunk[-1].after.line
    run.tries = 0
    if run.is_read_to_its_end or not chunk:
        _finish(run, episodes, now)
    elif run.due_at:
        run.due_at = now  # behind those that wait
    run.save()


def _first_bytes(
    rows: Iterable[DiaryRow | Unreadable], until: int
) -> Iterator[DiaryRow | Unreadable]:
    for row in rows:
        yield row
        if row.after.offset >= until:
            return


def _terms(run: ImportRun, regions: frozenset[str], now: datetime) -> Terms:
    return Terms(
        header=run.header,
        columns=run.columns,
        chosen=run.chosen,
        regions=regions,
        patient=run.patient_id,
        birth_date=run.patient.birth_date,
        zone=run.patient.zone,
        typed_in=zone_of(run.typed_in) or run.patient.zone,
        now=now,
        days=run.preview.days,
        day_order=run.day_order,
        newest_first=run.newest_first,
    )


def _sort(outcomes: Iterable[Outcome]) -> Sorted:
    found = Sorted()
    for outcome in outcomes:
        if isinstance(outcome, Report):
            found.reports.append(outcome)
        elif isinstance(outcome, LeftOut):
            found.left_out.append(outcome)
        elif isinstance(outcome, Bad):
            found.bad.append(outcome)
        else:
            found.blank += isinstance(outcome, Blank)
            found.withdrawn += isinstance(outcome, Withdrawn)
    return found


def _drop_repeated(run: ImportRun, found: Sorted) -> None:
    """The first of several same rows stays; the others are bad lines. The database remembers the
    rows that the run has met, so that memory does not grow with the file."""
    ids = [report.submission_id for report in found.reports]
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [run.pk, ids, [report.line for report in found.reports]])
    seen = run.seen_rows.filter(submission_id__in=ids)
    first = dict(seen.values_list("submission_id", "line"))
    for report in found.reports:
        if report.line != first[report.submission_id]:
            reason = f"It says the same as line {first[report.submission_id]}."
            found.bad.append(Bad(report.line, reason))
    found.reports = [r for r in found.reports if r.line == first[r.submission_id]]


def _drop_known(run: ImportRun, found: Sorted) -> None:
    """Rows that the record has already, withdrawn or not: from an earlier import, or, in a copy of the
    record, as its own logs. Such a one was perhaps taken back with its import; history knows its name."""
    ids = [report.submission_id for report in found.reports]
    ever: Any = apps.get_model("patients", "SymptomLogEvent")._default_manager
    logs = ever.all() if run.header.is_own_copy else SymptomLog.objects.all()
    of_patient = logs.filter(submission_id__in=ids, episode__patient=run.patient)
    known = set(of_patient.values_list("submission_id", flat=True))
    found.reports = [r for r in found.reports if r.submission_id not in known]
    found.known = len(known)


def _save(run: ImportRun, reports: list[Report], episodes: dict[str, Episode]) -> None:
    """`ignore_conflicts`: the same file in two runs at once is still taken once."""
    SymptomLog.objects.bulk_create(
        (
            SymptomLog(
                episode=episodes[report.region],
                submission_id=report.submission_id,
                logged_at=report.logged_at,
                local_date=report.local_date,
                is_late=report.is_late,
                source=SymptomLog.Source.IMPORT,
                entered_by_id=cast(int, run.confirmed_by_id),
                import_run=run,
                **report.values,
            )
            for report in reports
        ),
        ignore_conflicts=True,
    )


def _note(run: ImportRun, found: Sorted) -> None:
    """Name the bad lines and count everything."""
    ImportBadLine.objects.bulk_create(
        ImportBadLine(run=run, line=bad.line, reason=bad.reason) for bad in found.bad
    )
    tally = run.counts
    tally.bad += len(found.bad)
    tally.known += found.known
    tally.blank += found.blank
    tally.withdrawn += found.withdrawn
    for report in found.reports:
        tally.take(report)
    for other in found.left_out:
        tally.leave_out(other.name)
    run.tally = tally.to_json()


def _finish(run: ImportRun, episodes: dict[str, Episode], now: datetime) -> None:
    """The file is read to its end."""
    run.seen_rows.all().delete()
    run.due_at = None
    if run.state == State.CHECKING:
        run.state = State.CHECKED
        return
    review_imported(run=run, episodes=episodes, now=now)
    run.state, run.ended_at = State.DONE, now
