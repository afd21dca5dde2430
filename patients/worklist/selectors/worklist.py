"""What a row of the worklist shows, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from pathway.models import Protocol
from pathway.rules import Status
from patients.models import Episode, Finding, Flag, FunctionScore, Kind
from patients.queries.flags import FlagQuerySet
from patients.record.charts import Sparkline, sparkline

WEEKS = 12
WEEK = 7
# What the scores alone brought up, and may move away from again (docs/rules.md, clinical sources).
OF_SCORES = {Kind.PLATEAU, Kind.WORSENING, Kind.RELAPSE}
MOVED = {Status.IN_PROGRESS, Status.IMPROVING, Status.RESPONDED}

WEEKLY = """
SELECT episode_id, (local_date - %(first)s) / 7, avg(average_pain)::float
  FROM (SELECT DISTINCT ON (episode_id, local_date) episode_id, local_date, average_pain
          FROM patients_symptomlog
         WHERE withdrawn_at IS NULL AND episode_id = ANY(%(episodes)s)
           AND local_date BETWEEN %(first)s AND %(today)s
         ORDER BY episode_id, local_date, logged_at DESC, id DESC) AS days
 GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Function:
    """The last total of a questionnaire and its change since the trial's first of the same one."""

    instrument: str
    total: float
    on: date
    change: float | None = None
    since: date | None = None

    @property
    def total_words(self) -> str:
        return f"{round(self.total, 1):g}"

    @property
    def change_words(self) -> str:
        """With its sign; the reader knows in which direction the questionnaire points."""
        return f"{self.change or 0:+.1f}"


@dataclass(frozen=True)
class WorklistRow:
    """One flag: who, why, since when, by when, and twelve weeks of pain at a glance."""

    flag: Flag
    age: int
    day: int | None
    findings: Sequence[Finding]
    spark: Sparkline
    function: Function | None
    is_overdue: bool
    is_asleep: bool
    moved_again: date | None

    @property
    def complaint(self) -> str:
        episode = self.flag.episode
        if episode.condition is None:
            return str(_("Not described yet"))
        return f"{episode.condition.title}, {Episode.Region(episode.region).label}"

    @property
    def more_reasons(self) -> int:
        return len(self.findings) - 1

    @property
    def since_it_slept(self) -> Sequence[Finding]:
        """What came after somebody put it to sleep, once it is awake."""
        slept_at = self.flag.slept_at
        if slept_at is None or self.is_asleep:
            return []
        return [finding for finding in self.findings if finding.found_at > slept_at]

    @property
    def returned_at(self) -> datetime | None:
        """When its last owner's time ran out."""
        return self.flag.owned_until if self.flag.owner_id is None else None

    @property
    def can_sleep(self) -> bool:
        return self.flag.severity < 3 and not self.flag.holds_rules


def with_what_rows_need(flags: FlagQuerySet) -> FlagQuerySet:
    """The flags with what `rows` reads of them, in two queries. No table more than these: to plan
    twelve joined ones takes PostgreSQL ten times as long as to read them."""
    needed = flags.select_related("episode__patient", "episode__condition", "trial__review")
    return needed.prefetch_related("findings")


def rows(flags: Iterable[Flag], clinic: Clinic, now: datetime) -> list[WorklistRow]:
    """Of flags that were read by `with_what_rows_need`, all of this clinic; three queries."""
    listed = list(flags)
    today = now.astimezone(clinic.zone).date()
    weekly = weekly_means({flag.episode_id for flag in listed}, today)
    function = functions(listed)
    _name_people(listed)
    for flag in listed:
        flag.episode.patient.clinic = clinic
    return [_row(flag, weekly[flag.episode_id], function.get(flag.pk), now) for flag in listed]


def _name_people(flags: Sequence[Flag]) -> None:
    """Owners and the like, few people on many rows."""
    roles = ("owner", "assigned_by", "snoozed_by", "discuss_by")
    keys = {getattr(flag, f"{role}_id") for flag in flags for role in roles} - {None}
    people = User.objects.in_bulk(keys)
    for flag in flags:
        for role in roles:
            setattr(flag, role, people.get(getattr(flag, f"{role}_id")))


def _row(
    flag: Flag, weeks: Sequence[float | None], function: Function | None, now: datetime
) -> WorklistRow:
    today = flag.episode.patient.clinic_date(now)
    return WorklistRow(
        flag=flag,
        age=flag.episode.patient.age(today),
        day=flag.trial.day(today) if flag.trial else None,
        findings=sorted(flag.findings.all(), key=lambda found: (found.found_at, found.pk)),
        spark=sparkline(weeks, target=target_of(flag)),
        function=function,
        is_overdue=flag.due_at < now,
        is_asleep=flag.snoozed_until is not None and flag.snoozed_until > now,
        moved_again=moved_again(flag, today),
    )


def target_of(flag: Flag) -> float | None:
    """The score at which the trial would have responded, as the rules last said."""
    review = getattr(flag.trial, "review", None)
    target = (review.numbers or {}).get("target") if review else None
    return None if target is None else float(target)


def moved_again(flag: Flag, today: date) -> date | None:
    """Since when the scores no longer say what raised the flag, once that has held long enough.

    It is noted and closes nothing: a flag of the rules stays until somebody decides.
    """
    review = getattr(flag.trial, "review", None)
    if flag.kind not in OF_SCORES or review is None or review.status not in MOVED:
        return None
    since: date | None = review.status_since
    days = moved_again_days(flag.findings.all()[0].protocol_id)
    return since if since and today - since >= timedelta(days=days) else None


@cache
def moved_again_days(protocol: int) -> int:
    """Asked once of each version: a published protocol never changes."""
    return Protocol.objects.get(pk=protocol).setting("moved_again_days")


def weekly_means(episodes: set[int], today: date) -> dict[int, list[float | None]]:
    """Per episode twelve weekly averages of the days' values, oldest first; None where none."""
    weeks: dict[int, list[float | None]] = {episode: [None] * WEEKS for episode in episodes}
    first = today - timedelta(days=WEEKS * WEEK - 1)
    asked: dict[str, Any] = {"episodes": list(episodes), "first": first, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(WEEKLY, asked)
        for episode, week, mean in cursor:
            weeks[episode][week] = mean
    return weeks


def functions(flags: Sequence[Flag]) -> dict[int, Function]:
    """Per flag how function stands, in one query; single questions say nothing of it."""
    scores = (
        FunctionScore.objects.filter(episode__in={flag.episode_id for flag in flags})
        .exclude(instrument__scoring="single")
        .order_by("local_date", "completed_at", "pk")
        .values_list("episode", "instrument__short_name", "total", "local_date")
    )
    of_episode: defaultdict[int, list[tuple[str, float, date]]] = defaultdict(list)
    for episode, instrument, total, day in scores:
        of_episode[episode].append((instrument, float(total), day))
    return {
        flag.pk: _function(flag, of_episode[flag.episode_id])
        for flag in flags
        if of_episode[flag.episode_id]
    }


def _function(flag: Flag, scores: Sequence[tuple[str, float, date]]) -> Function:
    instrument, total, day = scores[-1]
    begun = flag.trial.started_on if flag.trial else date.min
    first = next(
        score for score in scores if score[0] == instrument and score[2] >= min(begun, day)
    )
    if first[2] == day:
        return Function(instrument, total, day)
    return Function(instrument, total, day, total - first[1], first[2])
