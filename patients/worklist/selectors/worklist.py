"""What a row of the worklist shows, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from patients.flags.leading import in_order, since_then, waits_since
from patients.models import Episode, Finding, Flag
from patients.queries.flags import FlagQuerySet
from patients.record.charts import Sparkline, sparkline
from patients.worklist.selectors.live import LastLog, Live, live_of

WEEKS = 12
WEEK = 7

WEEKLY = """
SELECT episode_id, (local_date - %(first)s) / 7, avg(average_pain)::float,
       max(local_date), (array_agg(average_pain ORDER BY local_date DESC))[1]
  FROM (SELECT DISTINCT ON (episode_id, local_date) episode_id, local_date, average_pain
          FROM patients_symptomlog
         WHERE withdrawn_at IS NULL AND episode_id = ANY(%(episodes)s)
           AND local_date BETWEEN %(first)s AND %(today)s
         ORDER BY episode_id, local_date, logged_at DESC, id DESC) AS days
 GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class WorklistRow:
    """One flag: who, why, since when, by when, and twelve weeks of pain at a glance."""

    flag: Flag
    age: int
    day: int | None
    findings: Sequence[Finding]
    since_then: Sequence[Finding]
    waits_since: datetime
    live: Live
    spark: Sparkline
    is_overdue: bool
    is_snoozed: bool

    @property
    def complaint(self) -> str:
        episode = self.flag.episode
        if episode.condition is None:
            return str(_("Not described yet"))
        return f"{episode.condition.title}, {Episode.Region(episode.region).label}"

    @property
    def more_reasons(self) -> int:
        """Of before: what is newer than the finding that leads is told in words."""
        return len(self.findings) - 1 - len(self.since_then)

    @property
    def since_snoozed(self) -> Sequence[Finding]:
        """What came after somebody snoozed it, once it is awake."""
        last_snoozed_at = self.flag.last_snoozed_at
        if last_snoozed_at is None or self.is_snoozed:
            return []
        return [finding for finding in self.findings if finding.found_at > last_snoozed_at]

    @property
    def returned_at(self) -> datetime | None:
        """When its last owner's time ran out."""
        return self.flag.owned_until if self.flag.owner_id is None else None

    @property
    def can_snooze(self) -> bool:
        return self.flag.severity < 3 and not self.flag.holds_rules


def with_what_rows_need(flags: FlagQuerySet) -> FlagQuerySet:
    """The flags with what `rows` reads of them, in two queries. No table more than these: to plan
    twelve joined ones takes PostgreSQL ten times as long as to read them."""
    with_them = ("episode__patient", "episode__condition", "trial__review", "owner")
    needed = flags.select_related(*with_them)
    return needed.prefetch_related("findings")


def rows(flags: Iterable[Flag], clinic: Clinic, now: datetime) -> list[WorklistRow]:
    """Of flags that were read by `with_what_rows_need`, all of this clinic; three queries, and a few more
    where one is led by another trial's finding, or its scores may have moved again."""
    listed = list(flags)
    today = now.astimezone(clinic.zone).date()
    for flag in listed:
        flag.episode.patient.clinic = clinic
    weekly, last_logs = read_weeks({flag.episode_id for flag in listed}, today)
    live = live_of(listed, last_logs, now, today)
    _name_people(listed)
    return [_row(flag, weekly[flag.episode_id], live[flag.pk], now) for flag in listed]


def _name_people(flags: Sequence[Flag]) -> None:
    """Who assigned, snoozed or keeps for the meeting: few people on few rows."""
    roles = ("assigned_by", "snoozed_by", "discuss_by")
    keys = {getattr(flag, f"{role}_id") for flag in flags for role in roles} - {None}
    people = User.objects.in_bulk(keys) if keys else {}
    for flag in flags:
        for role in roles:
            setattr(flag, role, people.get(getattr(flag, f"{role}_id")))


def _row(flag: Flag, weeks: Sequence[float | None], live: Live, now: datetime) -> WorklistRow:
    today = flag.episode.patient.clinic_date(now)
    return WorklistRow(
        flag=flag,
        age=flag.episode.patient.age(today),
        day=flag.trial.day(today) if flag.trial else None,
        findings=in_order(flag),
        since_then=since_then(flag),
        waits_since=waits_since(flag),
        live=live,
        spark=sparkline(weeks, target=live.target),
        is_overdue=flag.due_at < now,
        is_snoozed=flag.snoozed_until is not None and flag.snoozed_until > now,
    )


def read_weeks(
    episodes: set[int], today: date
) -> tuple[dict[int, list[float | None]], dict[int, LastLog]]:
    """Per episode twelve weekly averages of the days' values, oldest first, None where none; and the
    day and pain of the last log in them."""
    weeks: dict[int, list[float | None]] = {episode: [None] * WEEKS for episode in episodes}
    last: dict[int, LastLog] = {}
    first = today - timedelta(days=WEEKS * WEEK - 1)
    asked: dict[str, Any] = {"episodes": list(episodes), "first": first, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(WEEKLY, asked)
        for episode, week, mean, day, pain in cursor:
            weeks[episode][week] = mean
            last[episode] = day, pain
    return weeks, last
