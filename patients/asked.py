"""What is asked of a patient now: a log when the cadence says so, safety when pain has jumped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np

from pathway.models import Protocol
from pathway.rules import Status, has_risen
from pathway.rules.rise import DAYS_READ
from pathway.rules.series import Floats
from patients.cadence import Cadence, Course, asked_on
from patients.models import Episode, SymptomLog, TierTrial

# Three weeks of days are enough for both: the cadence looks back two, a sudden rise three.
LOGS_READ = DAYS_READ
ASK_AGAIN_AFTER = timedelta(days=7)
UNSETTLED = {Status.WORSENING, Status.RELAPSE}


def cadence_of(protocol: Protocol) -> Cadence:
    return Cadence(
        daily_until_day=protocol.setting("daily_until_day"),
        weekly_log_days=protocol.setting("weekly_log_days"),
        entries_needed=int(protocol.rule("entries_needed")),
    )


def next_log_on(
    episode: Episode, running: Iterable[TierTrial], logged: Iterable[date], protocol: Protocol
) -> date:
    """The first day after the last log on which one is asked for; it may have passed."""
    steps = list(running)
    course = Course(
        since=min((trial.started_on for trial in steps), default=episode.opened_on),
        steps=[trial.started_on for trial in steps],
        is_settled=not any(trial.review.status in UNSETTLED for trial in steps),
        logged=set(logged),
    )
    return asked_on(course, cadence_of(protocol))


def asks_safety(
    episode: Episode, logs: Iterable[SymptomLog], protocol: Protocol, now: datetime
) -> bool:
    """Whether the last week's pain has jumped over the fortnight before it (clinical.md 1.3), and
    the safety questions were not answered since. `logs` are the last days' values."""
    risen = has_risen(_days_of(logs, episode, now), protocol.rule("sudden_rise_points"))
    return risen and not _answered_lately(episode, now)


def _days_of(logs: Iterable[SymptomLog], episode: Episode, now: datetime) -> Floats:
    """(21,) the pain of each day, today last."""
    days = np.full(DAYS_READ, np.nan)
    today = episode.patient.local_date(now)
    for log in logs:
        back = (today - log.local_date).days
        if 0 <= back < DAYS_READ:
            days[-1 - back] = log.average_pain
    return days


def _answered_lately(episode: Episode, now: datetime) -> bool:
    """The whole list, not only what stands under every log."""
    since = now - ASK_AGAIN_AFTER
    answers = episode.safety_answers.filter(answered_at__gte=since, answered_at__lte=now)
    return answers.filter(question__on_every_log=False).exists()
