"""What is asked of a patient now: a log when the cadence says so, safety when pain has jumped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from pathway.models import Protocol
from pathway.rules import Status, has_risen
from pathway.rules.rise import DAYS_READ
from pathway.rules.series import Floats
from patients.cadence import Cadence, Course, asked_on
from patients.models import Episode, SymptomLog, TierTrial
from patients.queries.records import these

# Three weeks of days are enough for both: the cadence looks back two, a sudden rise three.
LOGS_READ = DAYS_READ
ASK_AGAIN_AFTER = timedelta(days=7)
# Whoever logged last before that is as silent as who never did.
DAYS_KNOWN = 60
UNSETTLED = {Status.WORSENING, Status.RELAPSE}


@dataclass(frozen=True)
class Asked:
    """Since when a log is asked for, and the day of the last one that is known."""

    on: date
    last: date | None
    protocol: Protocol


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


def next_logs(episodes: Collection[Episode], today: date) -> dict[int, Asked]:
    """The same for many complaints whose steps run, by their key, in two queries."""
    keys = [episode.pk for episode in episodes]
    running, logged = _running(keys), _logged(keys, today - timedelta(days=DAYS_KNOWN))
    return {
        episode.pk: Asked(
            on=next_log_on(
                episode, running[episode.pk], logged[episode.pk], protocol_of(running[episode.pk])
            ),
            last=max(logged[episode.pk], default=None),
            protocol=protocol_of(running[episode.pk]),
        )
        for episode in episodes
    }


def protocol_of(running: list[TierTrial]) -> Protocol:
    """The one that the last step began under."""
    return running[-1].tier.protocol


def _running(episodes: list[int]) -> defaultdict[int, list[TierTrial]]:
    trials = TierTrial.objects.active().filter(episode__in=these(episodes))
    rows = trials.select_related("review", "tier__protocol").defer("tier__protocol__source")
    found: defaultdict[int, list[TierTrial]] = defaultdict(list)
    for trial in rows.order_by("started_on", "pk"):
        found[trial.episode_id].append(trial)
    return found


def _logged(episodes: list[int], since: date) -> defaultdict[int, list[date]]:
    logs = SymptomLog.objects.standing().filter(episode__in=these(episodes))
    found: defaultdict[int, list[date]] = defaultdict(list)
    for episode, day in logs.filter(local_date__gte=since).values_list("episode", "local_date"):
        found[episode].append(day)
    return found
