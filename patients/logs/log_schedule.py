"""When a log is asked for: each day early in a step, each week when the course is stable; and the
safety questions when pain has jumped.

A weekly log is asked for earlier where fewer entries would leave the rules blind: they need some in
every two weeks, and a step would end in "too few logs to say". One more is asked for than they need,
so that a day that is missed does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import QuerySet

from accounts.composed import composed
from pathway.models import Protocol
from pathway.rules import Status, has_risen
from pathway.rules.rise import DAYS_READ
from pathway.rules.series import Floats
from patients.models import Episode, SymptomLog, TierTrial
from patients.queries.records import pk_array
from patients.record.selectors.care_status import CareStatus

ASK_AGAIN_AFTER = timedelta(days=7)
# Whoever last logged before that is treated like somebody who never did.
DAYS_KNOWN = 60
UNSETTLED = {Status.WORSENING, Status.RELAPSE}
LOOK_BACK_DAYS = 14
WEEK = 7
SPARE = 1


@dataclass(frozen=True)
class LogSchedule:
    """The protocol's numbers; `entries_needed` is how many the rules need in 14 days."""

    daily_until_day: int
    weekly_log_days: int
    entries_needed: int


@dataclass(frozen=True)
class LoggedCourse:
    """What decides when the next log is asked for: since when there is somebody to ask, when the
    running steps began, whether the last look at them was settled, and the days logged lately."""

    since: date
    steps: Collection[date]
    is_settled: bool
    logged: Collection[date]

    @property
    def last(self) -> date | None:
        return max(self.logged, default=None)


def asked_on(course: LoggedCourse, schedule: LogSchedule) -> date:
    """The first day after the last log on which one is asked for; it may have passed."""
    if course.last is None:
        return course.since
    tomorrow = course.last + timedelta(days=1)
    to_come = (tomorrow + timedelta(days=more) for more in range(schedule.weekly_log_days - 1))
    early = (day for day in to_come if _asks_daily(course, schedule, day))
    return next(early, course.last + timedelta(days=schedule.weekly_log_days))


def _asks_daily(course: LoggedCourse, schedule: LogSchedule, day: date) -> bool:
    is_early = any((day - began).days < schedule.daily_until_day for began in course.steps)
    return is_early or not course.is_settled or _too_few(course, schedule, day)


def _too_few(course: LoggedCourse, schedule: LogSchedule, day: date) -> bool:
    """Whether the rules would see too few entries on that day, or just enough, without one more."""
    before = (day - timedelta(days=back) for back in range(1, LOOK_BACK_DAYS))
    kept = sum(each in course.logged for each in before)
    return kept < schedule.entries_needed + SPARE


def asked_lately(course: LoggedCourse, schedule: LogSchedule, today: date) -> int:
    """How many logs were asked for in the seven days until today: one a day while they are asked for
    daily, else one, however long it was waited for."""
    days = [today - timedelta(days=back) for back in reversed(range(WEEK))]
    return sum(_asked_anew(course, schedule, day, is_first=day == days[0]) for day in days)


def _asked_anew(course: LoggedCourse, schedule: LogSchedule, day: date, *, is_first: bool) -> bool:
    before = replace(course, logged={logged for logged in course.logged if logged < day})
    due = asked_on(before, schedule)
    return due == day or (due < day and (is_first or _asks_daily(before, schedule, day)))


@dataclass(frozen=True)
class LogDue:
    """Since when a log is asked for, and the day of the last one that is known."""

    on: date
    last: date | None
    protocol: Protocol


def log_schedule_of(protocol: Protocol) -> LogSchedule:
    return LogSchedule(
        daily_until_day=protocol.setting("daily_until_day"),
        weekly_log_days=protocol.setting("weekly_log_days"),
        entries_needed=int(protocol.rule("entries_needed")),
    )


def next_log_on(
    episode: Episode, running: Iterable[TierTrial], logged: Iterable[date], protocol: Protocol
) -> date:
    """The first day after the last log on which one is asked for; it may have passed."""
    return asked_on(_course(episode, running, logged), log_schedule_of(protocol))


def asked_in_a_week(
    episode: Episode,
    running: Iterable[TierTrial],
    logged: Iterable[date],
    protocol: Protocol,
    today: date,
) -> int:
    """How many logs of one complaint were asked for in the seven days until today."""
    return asked_lately(_course(episode, running, logged), log_schedule_of(protocol), today)


def _course(episode: Episode, running: Iterable[TierTrial], logged: Iterable[date]) -> LoggedCourse:
    steps = list(running)
    return LoggedCourse(
        since=min((trial.started_on for trial in steps), default=episode.opened_on),
        steps=[trial.started_on for trial in steps],
        is_settled=not any(trial.review.status in UNSETTLED for trial in steps),
        logged=set(logged),
    )


def next_log(episode: Episode, status: CareStatus, logs: Iterable[SymptomLog]) -> date:
    """The same for one complaint whose steps and last logs have been read."""
    logged = [log.local_date for log in logs]
    return next_log_on(episode, status.running, logged, status.protocol)


def last_logs(episode: Episode) -> list[SymptomLog]:
    """The values of the last days that were logged, the newest first. Three weeks of days are enough: the
    schedule looks back two, a sudden rise three."""
    logs = _last_logs(episode.pk)
    for log in logs:
        log.episode = episode
    return logs


@composed(int)
def _last_logs(episode: int) -> QuerySet[SymptomLog]:
    return SymptomLog.objects.filter(episode=episode).last_days(DAYS_READ)


def asks_safety(
    episode: Episode, logs: Iterable[SymptomLog], protocol: Protocol, now: datetime
) -> bool:
    """Whether the last week's pain has jumped over the fortnight before it (docs/rules.md), and
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
    """The full list of questions, not only those under every log."""
    since = now - ASK_AGAIN_AFTER
    answers = episode.safety_answers.filter(answered_at__gte=since, answered_at__lte=now)
    return answers.filter(question__on_every_log=False).exists()


def next_logs(episodes: Collection[Episode], today: date) -> dict[int, LogDue]:
    """The same for many complaints whose steps run, by their key, in two queries."""
    keys = [episode.pk for episode in episodes]
    running, logged = _running(keys), _logged(keys, today - timedelta(days=DAYS_KNOWN))
    return {
        episode.pk: LogDue(
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
    trials = TierTrial.objects.active().filter(episode__in=pk_array(episodes))
    rows = trials.select_related("review", "tier__protocol").defer("tier__protocol__source")
    found: defaultdict[int, list[TierTrial]] = defaultdict(list)
    for trial in rows.order_by("started_on", "pk"):
        found[trial.episode_id].append(trial)
    return found


def _logged(episodes: list[int], since: date) -> defaultdict[int, list[date]]:
    logs = SymptomLog.objects.not_withdrawn().filter(episode__in=pk_array(episodes))
    found: defaultdict[int, list[date]] = defaultdict(list)
    for episode, day in logs.filter(local_date__gte=since).values_list("episode", "local_date"):
        found[episode].append(day)
    return found
