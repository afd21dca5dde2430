"""From rows to arrays: the running trials of a chunk, read in three queries, never as instances."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from pathway.rules import TrialSeries
from patients.models import TierTrial

FUNCTION_STEP = 7  # days; scores are placed on the week they belong to, so that forms share columns
DAYS_BEFORE_CYCLE = 14

# The day's value is its last standing log; a trial reads its own window and two weeks before it.
LOGS = """
SELECT trial.id,
       string_agg((log.local_date - trial.started_on)::text || ' ' || log.average_pain, ' '
                  ORDER BY log.local_date, log.logged_at, log.id)
  FROM patients_tiertrial AS trial
  JOIN patients_symptomlog AS log
    ON log.episode_id = trial.episode_id AND log.withdrawn_at IS NULL
   AND log.local_date BETWEEN trial.started_on - %(before)s AND %(latest)s
 WHERE trial.id = ANY(%(trials)s)
 GROUP BY trial.id
"""

# Of the questionnaires answered in the trial the one answered most often is followed. Single
# questions (pain, overall change) say nothing of function.
SCORES = """
WITH score AS (
    SELECT trial.id AS trial, instrument.key AS instrument,
           score.local_date - trial.started_on AS day, score.percent,
           count(*) OVER (PARTITION BY trial.id, instrument.key) AS answered
      FROM patients_tiertrial AS trial
      JOIN patients_functionscore AS score ON score.episode_id = trial.episode_id
       AND score.local_date BETWEEN trial.started_on AND %(latest)s
      JOIN pathway_instrument AS instrument ON instrument.id = score.instrument_id
       AND instrument.scoring <> 'single'
     WHERE trial.id = ANY(%(trials)s)
)
SELECT trial, instrument, day, percent FROM score ORDER BY trial, answered DESC, instrument, day
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What the rules need to know of one trial beside its scores; `today` is the clinic's day."""

    trial: int
    episode: int
    clinic: int
    protocol: int
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
class Batch:
    """Trials that one call of the rules can take: same window, same protocol, cycle or not."""

    runs: list[Run]
    series: TrialSeries
    digests: list[str]


def running(trials: Iterable[int], now: datetime) -> list[Run]:
    """The facts of those trials that still run and have begun."""
    rows = TierTrial.objects.active().filter(pk__in=list(trials)).values_list(
        "pk", "episode", "episode__patient__clinic", "tier__protocol", "started_on", "window_days", "extension_days",
        "usual_pain", "pain_before", "starts_with_cycle", "episode__patient__clinic__time_zone",
    )  # fmt: skip
    return list(_begun(rows, now))


def _begun(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[Run]:
    days: dict[str, date] = {}
    for pk, episode, clinic, protocol, started_on, window, more, usual, before, cycle, zone in rows:
        if zone not in days:
            days[zone] = now.astimezone(ZoneInfo(zone)).date()
        if started_on <= days[zone]:
            pain_before = None if before is None else float(before)
            yield Run(
                pk, episode, clinic, protocol, started_on, days[zone], window + (more or 0),
                usual, pain_before, cycle,
            )  # fmt: skip


def run_until(trial: TierTrial, day: date, window_days: int) -> Run:
    """A trial, ended or not, as it stood on a day; needs its tier and its episode's patient."""
    before = trial.pain_before
    return Run(
        trial=trial.pk,
        episode=trial.episode_id,
        clinic=trial.episode.patient.clinic_id,
        protocol=trial.tier.protocol_id,
        started_on=trial.started_on,
        today=day,
        window_days=window_days,
        usual_pain=trial.usual_pain,
        pain_before=None if before is None else float(before),
        starts_with_cycle=trial.starts_with_cycle,
    )


def batches(runs: list[Run]) -> Iterator[Batch]:
    """Read the scores of all runs at once, then hand them out in batches of a kind."""
    if not runs:
        return
    asked: dict[str, Any] = {"trials": [run.trial for run in runs], "before": DAYS_BEFORE_CYCLE}
    asked["latest"] = max(run.today for run in runs)
    logs, scores = _read_logs(asked), _read_scores(asked)
    kinds: defaultdict[tuple[int, int, bool], list[Run]] = defaultdict(list)
    for run in runs:
        kinds[run.protocol, run.window_days, run.starts_with_cycle].append(run)
    for members in kinds.values():
        yield _batch(members, logs, scores)


def _read_logs(asked: dict[str, Any]) -> dict[int, NDArray[np.int64]]:
    """Per trial pairs (day of the trial, pain), earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(LOGS, asked)
        return {
            trial: np.fromstring(text, dtype=np.int64, sep=" ").reshape(-1, 2)
            for trial, text in cursor
        }


def _read_scores(asked: dict[str, Any]) -> dict[int, list[tuple[int, float]]]:
    """Per trial (day, 0-100) of the questionnaire answered most often."""
    chosen: dict[int, str] = {}
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SCORES, asked)
        for trial, instrument, day, percent in cursor:
            if chosen.setdefault(trial, instrument) == instrument:
                found[trial].append((day, float(percent)))
    return found


def _batch(
    runs: list[Run],
    logs: dict[int, NDArray[np.int64]],
    scores: dict[int, list[tuple[int, float]]],
) -> Batch:
    last_day = np.array([run.day for run in runs])
    pain = np.full((len(runs), int(last_day.max()) + 1), np.nan, np.float32)
    before = np.array([_or_nan(run.pain_before) for run in runs], np.float32)
    nothing = np.empty((0, 2), np.int64)
    for row, run in enumerate(runs):
        entries = logs.get(run.trial, nothing)
        inside = entries[(entries[:, 0] >= 0) & (entries[:, 0] <= run.day)]
        pain[row, inside[:, 0]] = inside[:, 1]
        if np.isnan(before[row]):
            earlier = entries[entries[:, 0] < 0]
            before[row] = earlier[:, 1].mean() if len(earlier) else np.nan
    function, function_days = _function(runs, scores)
    series = TrialSeries(
        pain=pain,
        usual_pain=np.array([_or_nan(run.usual_pain) for run in runs], np.float32),
        window_days=runs[0].window_days,
        function=function,
        function_days=function_days,
        cycle_started=runs[0].starts_with_cycle,
        pain_before=before,
        from_day=last_day,
        last_day=last_day,
    )
    return Batch(runs, series, _digests(series))


def _function(
    runs: list[Run], scores: dict[int, list[tuple[int, float]]]
) -> tuple[NDArray[np.float32] | None, NDArray[np.int64] | None]:
    weeks = max(run.day for run in runs) // FUNCTION_STEP + 1
    function = np.full((len(runs), weeks), np.nan, np.float32)
    for row, run in enumerate(runs):
        for day, percent in scores.get(run.trial, ()):
            if day <= run.day:
                function[row, day // FUNCTION_STEP] = percent
    if np.isnan(function).all():
        return None, None
    return function, np.arange(weeks) * FUNCTION_STEP


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _digests(series: TrialSeries) -> list[str]:
    """A fingerprint of what the rules read for each trial, to tell later whether it changed."""
    digests = []
    for row in range(series.trials):
        days = int(series.last[row]) + 1
        digest = hashlib.blake2b(digest_size=16)
        digest.update(series.pain[row, :days].tobytes())
        digest.update(series.usual_pain[row].tobytes())
        if series.pain_before is not None:
            digest.update(series.pain_before[row].tobytes())
        if series.function is not None:
            known = series.function[row, : (days - 1) // FUNCTION_STEP + 1]
            digest.update(known[: 1 + _last_known(known)].tobytes())
        digests.append(digest.hexdigest())
    return digests


def _last_known(scores: NDArray[np.floating]) -> int:
    known = np.flatnonzero(~np.isnan(scores))
    return int(known[-1]) if known.size else -1


def day_of(started_on: date, day: int) -> date:
    """The calendar day of a trial's day."""
    return started_on + timedelta(days=day)
