"""From rows to arrays: the running trials of a chunk, read in three queries, never as instances."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from accounts.zones import UTC, zone_of
from pathway.rules import WELL_LOGGED_ENTRIES, Assessment, Numbers, Status, TrialSeries
from patients.models import TierTrial
from patients.queries.records import pk_array

FUNCTION_STEP = 7  # days; scores are placed on the week they belong to, so that forms share columns
DAYS_BEFORE_CYCLE = 14
WEEK = 7
DAYS_TOGETHER = 1_000

# The day's value is its last log that was not withdrawn; a trial reads its own window and two weeks before it.
# An entry is four bytes, day of the trial x 16 + pain: numpy takes a whole chunk at once, and
# PostgreSQL finds all of it, in this order, in the index `logs_not_withdrawn`.
LOGS = """
SELECT trial.id, diary.entries
  FROM patients_tiertrial AS trial
 CROSS JOIN LATERAL (
       SELECT string_agg(int4send((log.local_date - trial.started_on) * 16 + log.average_pain),
                         ''::bytea ORDER BY log.local_date, log.logged_at, log.id) AS entries
         FROM patients_symptomlog AS log
        WHERE log.episode_id = trial.episode_id AND log.withdrawn_at IS NULL
          AND log.local_date BETWEEN trial.started_on - %(before)s AND %(latest)s) AS diary
 WHERE trial.id = ANY(%(trials)s)
"""

# Of the questionnaires answered in the trial the one answered most often is followed. Single
# questions (pain, overall change) say nothing of function.
SCORES = """
WITH score AS (
    SELECT trial.id AS trial, instrument.key AS instrument,
           score.local_date - trial.started_on AS day, score.percent::float8, score.total::float8, score.id,
           count(*) OVER (PARTITION BY trial.id, instrument.key) AS answered
      FROM patients_tiertrial AS trial
      JOIN patients_functionscore AS score ON score.episode_id = trial.episode_id
       AND score.local_date BETWEEN trial.started_on AND %(latest)s
      JOIN pathway_instrument AS instrument ON instrument.id = score.instrument_id
       AND instrument.scoring <> 'single'
     WHERE trial.id = ANY(%(trials)s)
)
SELECT trial, instrument, day, percent, total FROM score
 ORDER BY trial, answered DESC, instrument, day, id
"""


# How much of the programme at home was done, as `course.Programme` counts it, of the steps that
# have one: self-management and therapy.
PROGRAMME = """
SELECT trial.id, avg(CASE day.programme WHEN 'done' THEN 1 WHEN 'some' THEN 0.5 ELSE 0 END)::float
  FROM patients_tiertrial AS trial
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (log.local_date) log.programme
         FROM patients_symptomlog AS log
        WHERE log.episode_id = trial.episode_id AND log.withdrawn_at IS NULL
          AND log.local_date >= trial.started_on
        ORDER BY log.local_date, log.logged_at DESC, log.id DESC) AS day
 WHERE trial.id = ANY(%s) AND trial.level <= 2 AND day.programme IN ('done', 'some', 'none')
 GROUP BY trial.id
"""


@dataclass(frozen=True, slots=True)
class RunningTrial:
    """What the rules need to know of one trial beside its scores; `today` is the clinic's day."""

    trial: int
    episode: int
    clinic: int
    protocol: int
    level: int
    started_on: date
    today: date
    window_days: int
    usual_pain: int | None
    pain_before: float | None
    starts_with_cycle: bool

    @property
    def day(self) -> int:
        return (self.today - self.started_on).days


@dataclass(frozen=True, slots=True)
class BatchEntries:
    """All entries of a batch: the trial's row, the day of the trial, the pain; earliest first."""

    row: NDArray[np.int64]
    day: NDArray[np.int64]
    pain: NDArray[np.int64]


class TrialForm(NamedTuple):
    """One questionnaire of a trial: the day of the trial, 0-100 (higher is worse), the own score."""

    day: int
    percent: float
    total: float


# By instrument, the one that is followed first; each earliest first.
FormsOfTrial = dict[str, list[TrialForm]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Trials that one call of the rules can take: same window, same protocol, cycle or not."""

    runs: list[RunningTrial]
    series: TrialSeries
    digests: list[str]
    forms: list[FormsOfTrial]

    @property
    def told(self) -> Iterator[tuple[RunningTrial, FormsOfTrial]]:
        return zip(self.runs, self.forms, strict=True)


def running(trials: Iterable[int], now: datetime) -> list[RunningTrial]:
    """The facts of those trials that still run and have begun."""
    rows = TierTrial.objects.active().filter(pk__in=pk_array(trials)).values_list(
        "pk", "episode", "episode__patient__clinic", "tier__protocol", "level", "started_on", "window_days", "extension_days",
        "usual_pain", "pain_before", "starts_with_cycle", "episode__patient__clinic__time_zone",
    )  # fmt: skip
    return list(_begun(rows, now))


def _begun(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[RunningTrial]:
    days: dict[str, date] = {}
    for (
        pk,
        episode,
        clinic,
        protocol,
        level,
        started_on,
        window,
        more,
        usual,
        before,
        cycle,
        zone,
    ) in rows:
        if zone not in days:
            days[zone] = now.astimezone(zone_of(zone) or UTC).date()
        if started_on <= days[zone]:
            pain_before = None if before is None else float(before)
            yield RunningTrial(
                pk, episode, clinic, protocol, level, started_on, days[zone], window + (more or 0),
                usual, pain_before, cycle,
            )  # fmt: skip


def run_until(trial: TierTrial, day: date, window_days: int) -> RunningTrial:
    """A trial, ended or not, as it stood on a day; needs its tier and its episode's patient."""
    before = trial.pain_before
    return RunningTrial(
        trial=trial.pk,
        episode=trial.episode_id,
        clinic=trial.episode.patient.clinic_id,
        protocol=trial.tier.protocol_id,
        level=trial.level,
        started_on=trial.started_on,
        today=day,
        window_days=window_days,
        usual_pain=trial.usual_pain,
        pain_before=None if before is None else float(before),
        starts_with_cycle=trial.starts_with_cycle,
    )


def batches(runs: list[RunningTrial]) -> Iterator[Batch]:
    """Read the scores of all runs at once, then hand them out in batches of a kind."""
    if not runs:
        return
    asked: dict[str, Any] = {"trials": [run.trial for run in runs], "before": DAYS_BEFORE_CYCLE}
    asked["latest"] = max(run.today for run in runs)
    logs, scores = _read_logs(asked), _read_scores(asked)
    kinds: defaultdict[tuple[int, int, bool, int], list[RunningTrial]] = defaultdict(list)
    for run in runs:
        # One trial that nobody ended for years must not make the rows of all others as long.
        years = run.day // DAYS_TOGETHER
        kinds[run.protocol, run.window_days, run.starts_with_cycle, years].append(run)
    for members in kinds.values():
        yield _batch(members, logs, scores)


def _read_logs(asked: dict[str, Any]) -> dict[int, bytes]:
    """Per trial its entries, earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(LOGS, asked)
        return {trial: entries or b"" for trial, entries in cursor}


def _read_scores(asked: dict[str, Any]) -> dict[int, FormsOfTrial]:
    found: defaultdict[int, FormsOfTrial] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SCORES, asked)
        for trial, instrument, *form in cursor:
            found[trial].setdefault(instrument, []).append(TrialForm(*form))
    return found


def followed(forms: FormsOfTrial) -> tuple[str, list[TrialForm]]:
    """The questionnaire answered most often, and its forms; "" without any."""
    return next(iter(forms.items()), ("", []))


def programme_shares(trials: Iterable[int]) -> dict[int, float]:
    """Per trial the share, 0-1; none where no log answered it."""
    if not (asked := list(trials)):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PROGRAMME, [asked])
        return dict(cursor)


def weeks_well_logged(series: TrialSeries, row: int) -> int:
    """Of the weeks back from the last day, those with enough entries; the first may be a short one."""
    days = int(series.last[row]) + 1
    logged = ~np.isnan(series.pain[row, :days])[::-1]
    weeks = range(0, round(days / WEEK) * WEEK, WEEK)
    return sum(bool(logged[day : day + WEEK].sum() >= WELL_LOGGED_ENTRIES) for day in weeks)


def _batch(
    runs: list[RunningTrial], logs: dict[int, bytes], scores: dict[int, FormsOfTrial]
) -> Batch:
    last_day = np.array([run.day for run in runs])
    diary = _diary([logs[run.trial] for run in runs])
    forms = [_until(scores.get(run.trial, {}), run.day) for run in runs]
    function, function_days = _function(runs, forms)
    series = TrialSeries(
        pain=_pain(diary, last_day),
        usual_pain=np.array([_or_nan(run.usual_pain) for run in runs], np.float32),
        window_days=runs[0].window_days,
        function=function,
        function_days=function_days,
        cycle_started=runs[0].starts_with_cycle,
        pain_before=_pain_before(diary, runs),
        from_day=last_day,
        last_day=last_day,
    )
    return Batch(runs, series, _digests(series), forms)


def batch_of(run: RunningTrial, diary: Mapping[date, float], forms: FormsOfTrial) -> Batch:
    """One trial from what a page has read already: the day's value of each day, and its forms."""
    first = run.started_on - timedelta(days=DAYS_BEFORE_CYCLE)
    entries = b"".join(
        ((day - run.started_on).days * 16 + int(pain)).to_bytes(4, "big", signed=True)
        for day, pain in sorted(diary.items())
        if first <= day <= run.today
    )
    return _batch([run], {run.trial: entries}, {run.trial: forms})


def _until(forms: FormsOfTrial, day: int) -> FormsOfTrial:
    """Without what came later: the latest day of a chunk may lie behind a trial's own."""
    if all(given[-1].day <= day for given in forms.values()):
        return forms
    kept = {key: [form for form in given if form.day <= day] for key, given in forms.items()}
    return {key: given for key, given in kept.items() if given}


def _diary(entries: list[bytes]) -> BatchEntries:
    packed = np.frombuffer(b"".join(entries), ">i4").astype(np.int64)
    rows = np.repeat(np.arange(len(entries)), [len(own) // 4 for own in entries])
    return BatchEntries(rows, packed >> 4, packed & 15)


def _pain(diary: BatchEntries, last_day: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N, T); of several entries of a day the last one stays."""
    pain = np.full((len(last_day), int(last_day.max()) + 1), np.nan, np.float32)
    inside = (diary.day >= 0) & (diary.day <= last_day[diary.row])
    pain[diary.row[inside], diary.day[inside]] = diary.pain[inside]
    return pain


def _pain_before(diary: BatchEntries, runs: list[RunningTrial]) -> NDArray[np.float32]:
    """(N,) what was recorded, else the mean of the entries before day 0."""
    recorded = np.array([_or_nan(run.pain_before) for run in runs], np.float32)
    earlier = diary.day < 0
    entries = np.bincount(diary.row[earlier], minlength=len(runs))
    total = np.bincount(diary.row[earlier], diary.pain[earlier], len(runs))
    mean = np.divide(total, entries, out=np.full(len(runs), np.nan), where=entries > 0)
    return np.where(np.isnan(recorded), mean, recorded).astype(np.float32)


def _function(
    runs: list[RunningTrial], forms: list[FormsOfTrial]
) -> tuple[NDArray[np.float32] | None, NDArray[np.int64] | None]:
    weeks = max(run.day for run in runs) // FUNCTION_STEP + 1
    function = np.full((len(runs), weeks), np.nan, np.float32)
    for row, own in enumerate(forms):
        for form in followed(own)[1]:
            function[row, form.day // FUNCTION_STEP] = form.percent
    if np.isnan(function).all():
        return None, None
    return function, np.arange(weeks) * FUNCTION_STEP


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _digests(series: TrialSeries) -> list[str]:
    """A fingerprint of what the rules read for each trial, to tell later whether it changed."""
    one = np.ones(series.trials, np.int64)
    levels = (series.usual_pain, series.pain_before)
    read = [_raw(series.pain, series.last + 1)]
    read += [_raw(level[:, None], one) for level in levels if level is not None]
    if series.function is not None:
        read.append(_raw(series.function, _known(series.function)))
    return [
        hashlib.blake2b(b"".join(parts), digest_size=16).hexdigest()
        for parts in zip(*read, strict=True)
    ]


def _raw(scores: NDArray[np.floating[Any]], lengths: NDArray[np.integer[Any]]) -> list[bytes]:
    """The first so many scores of each row, as they lie in memory."""
    raw, size = scores.tobytes(), scores.itemsize
    starts = range(0, len(raw), size * scores.shape[1])
    return [
        raw[start : start + size * length]
        for start, length in zip(starts, lengths.tolist(), strict=True)
    ]


def _known(scores: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """(N,) how many columns there are up to a row's last score."""
    place = np.arange(1, scores.shape[1] + 1)
    known: NDArray[np.int64] = np.where(np.isnan(scores), 0, place).max(axis=1)
    return known


def numbers_of_all(assessment: Assessment) -> list[dict[str, Any]]:
    """`numbers_of(assessment, row).as_json()` of every row, worked out a column at a time."""
    rows = np.arange(len(assessment.last_day))
    labels = np.array([label.name.lower() for label in sorted(Status)], object)
    columns = {
        "status": labels[assessment.last_status - min(Status)].tolist(),
        "watch": assessment.watch[rows, assessment.last_day].tolist(),
        "day": assessment.last_day.tolist(),
        "rules_version": [assessment.rules_version] * len(rows),
    }
    names = [field.name for field in fields(Numbers)]
    plain = [
        columns[name] if name in columns else _plain(getattr(assessment, name)) for name in names
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain, strict=True)]


def _plain(column: NDArray[Any]) -> list[Any]:
    """Numbers of Python, None for NaN."""
    values = column.astype(object)
    values[np.isnan(column)] = None
    return list(values)


def day_of(started_on: date, day: int) -> date:
    """The calendar day of a trial's day."""
    return started_on + timedelta(days=day)
