"""A file with a patient's own diary comes in, is checked, confirmed and imported, or dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from accounts.actions import SAME_FORM
from accounts.models import User
from patients.care_team.actions.access import note_access
from patients.diary_file import (
    BadFile,
    Horizon,
    check_columns,
    key,
    look_into,
    read_header,
)
from patients.models import Episode, ImportRun, ImportSeenRow, Patient
from patients.review.queue import mark_review_due

DAYS_IN_DOUBT = (
    "The days of this file can be read in two ways. Say whether the day or the month is first."
)
UNFINISHED_AFTER = timedelta(days=1)
# Under MEDIA_ROOT; nobody but the server's own user may open it.
IMPORTS = FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


@dataclass(frozen=True)
class Plan:
    """How a file is to be read. `chosen` says for names of regions in the file where they go, None
    meaning the only episode there is; `episode` takes all reports of its region; `day_order` and
    `newest_first` are answers to what the file leaves open."""

    columns: Mapping[str, str]
    chosen: Mapping[str, str | None] = field(default_factory=dict)
    episode: Episode | None = None
    typed_in: str = ""
    day_order: str = ""
    newest_first: bool = False


@transaction.atomic
def begin_import(
    *, patient: Patient, stream: BinaryIO, file_name: str, skip: int, by: User, now: datetime
) -> ImportRun:
    """A row for a plain file that the command has: it is looked into now. Raises BadFile."""
    run = _new(patient, file_name, by, now)
    run.skip_lines = skip
    look(run=run, stream=stream, now=now)
    run.save()
    return run


@transaction.atomic
def upload_import(*, patient: Patient, upload: File[bytes], by: User, now: datetime) -> ImportRun:
    """Keep a file that came through the browser until its run has ended. Nobody reads it here: it
    waits for the worker. The same file sent twice is one."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if before := _sent_before(patient, upload, by, now):
        return before
    run = _new(patient, upload.name or "", by, now)
    run.size, run.digest = upload.size, _digest_of(upload)
    run.path = IMPORTS.save(f"imports/{uuid4()}.csv", upload)
    run.due_at = now
    run.save()
    return run


def _sent_before(
    patient: Patient, upload: File[bytes], by: User, now: datetime
) -> ImportRun | None:
    """The run of a file of the same name and the same bytes that waits since a moment ago."""
    lately = ImportRun.objects.unfinished().filter(created_at__gt=now - SAME_FORM, created_by=by)
    same = {"file_name": (upload.name or "")[-200:], "digest": _digest_of(upload)}
    return lately.filter(patient=patient, **same).exclude(path="").first()


def _digest_of(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for block in file.chunks():
        digest.update(block)
    return digest.hexdigest()


def _new(patient: Patient, file_name: str, by: User, now: datetime) -> ImportRun:
    """Unsaved."""
    note_access(patient=patient, user=by, page="import", now=now)
    return ImportRun(
        patient=patient,
        file_name=file_name[-200:],
        size=0,
        typed_in=patient.zone.key,
        created_at=now,
        created_by=by,
    )


def look(*, run: ImportRun, stream: BinaryIO, now: datetime) -> None:
    """Keep what somebody has to see to say what the columns hold; unsaved. Raises BadFile."""
    patient = run.patient
    header = read_header(stream, skip=run.skip_lines)
    horizon = Horizon(patient.birth_date, patient.local_date(now))
    run.first_look = look_into(stream, header, horizon).to_json()
    run.state, run.due_at, run.size = ImportRun.State.COLUMNS, None, stream.seek(0, 2)
    run.names, run.delimiter = list(header.columns), header.delimiter
    run.rows_from, run.rows_from_line = header.rows_from.offset, header.rows_from.line


@transaction.atomic
def check_import(*, run: ImportRun, plan: Plan, now: datetime) -> ImportRun:
    """Take the plan and have the file checked: nothing is imported yet. Raises BadFile."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state in {ImportRun.State.COLUMNS, ImportRun.State.CHECKED}:
        follow(run=held, plan=plan)
        _begin_reading(held, ImportRun.State.CHECKING, now)
    return held


@transaction.atomic
def look_again(*, run: ImportRun, skip: int, now: datetime) -> None:
    """The names of the columns stand further down: look for them after `skip` lines."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.can_be_planned:
        held.skip_lines, held.columns, held.chosen = skip, {}, {}
        _begin_reading(held, ImportRun.State.READING, now)


@transaction.atomic
def confirm_import(*, run: ImportRun, by: User, now: datetime) -> ImportRun:
    """Have a checked file imported; a second press changes nothing."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state == ImportRun.State.CHECKED:
        held.confirmed_at, held.confirmed_by = now, by
        _begin_reading(held, ImportRun.State.IMPORTING, now)
    return held


@transaction.atomic
def drop_import(*, run: ImportRun, now: datetime) -> None:
    """Drop a checked file; one that is being imported, or was, stays."""
    kept = [ImportRun.State.IMPORTING, ImportRun.State.DONE]
    held = ImportRun.objects.unfinished().filter(pk=run.pk).exclude(state__in=kept)
    if held.update(state=ImportRun.State.DROPPED, due_at=None, ended_at=now):
        run.seen_rows.all().delete()


def forget_check(*, run: ImportRun) -> None:
    """Delete the run of a command that only checked."""
    ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKED, path="").delete()


@transaction.atomic
def fail_import(*, run: ImportRun, now: datetime, problem: str = "") -> None:
    """The file is gone or cannot be read, or nobody came back to it. What was imported so far counts."""
    review_imported(
        run=run, episodes=import_targets(patient=run.patient, episode=run.episode), now=now
    )
    end_as_failed(run=run.pk, now=now, problem=problem)


def end_as_failed(*, run: int, now: datetime, problem: str = "") -> None:
    """The row alone; one that has ended stays as it is."""
    ended = ImportRun.objects.unfinished().filter(pk=run)
    failed = {"state": ImportRun.State.FAILED, "problem": problem[:500]}
    if ended.update(**failed, due_at=None, ended_at=now):
        ImportSeenRow.objects.filter(run=run).delete()


def follow(*, run: ImportRun, plan: Plan) -> None:
    """Write the plan into the run, unsaved. Raises BadFile where it cannot be followed."""
    check_columns(run.header, plan.columns)
    episodes = import_targets(patient=run.patient, episode=plan.episode)
    if not episodes:
        raise BadFile(f"{run.patient} has no open episode. Open one first.")
    if len(episodes) > 1 and ("region" not in plan.columns or None in plan.chosen.values()):
        raise BadFile(f"{run.patient} has two open episodes: say which one.")
    only = next(iter(episodes))
    run.columns = dict(plan.columns)
    run.chosen = {key(name): region or only for name, region in plan.chosen.items()}
    run.episode = plan.episode
    run.typed_in = plan.typed_in or run.patient.zone.key
    run.day_order, run.newest_first = plan.day_order, plan.newest_first
    if run.preview.is_in_doubt(plan.columns) and not plan.day_order:
        raise BadFile(DAYS_IN_DOUBT)


def import_targets(*, patient: Patient, episode: Episode | None) -> dict[str, Episode]:
    """Region → the episode that its reports go to; one is open for each region at most."""
    episodes = [episode] if episode else patient.episodes.open().described()
    return {episode.region: episode for episode in episodes}


def _begin_reading(run: ImportRun, state: str, now: datetime) -> None:
    start_over(run=run, state=state)
    run.due_at = now
    run.save()


def start_over(*, run: ImportRun, state: str) -> None:
    """From the first row, with nothing counted; unsaved."""
    run.bad_lines.all().delete()
    run.seen_rows.all().delete()
    run.state, run.tally = state, {}
    run.offset, run.line = run.rows_from, run.rows_from_line


def review_imported(*, run: ImportRun, episodes: Mapping[str, Episode], now: datetime) -> None:
    """The episodes that got reports are looked at again."""
    if run.state == ImportRun.State.IMPORTING:
        for region, episode in episodes.items():
            if run.counts.taken[region]:
                mark_review_due(episode=episode, now=now)
