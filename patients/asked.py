"""For which complaints a log is asked for, and since when: the cadence on what is in the records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pathway.models import Protocol
from pathway.rules import Status
from patients.cadence import LOOK_BACK_DAYS, Cadence, Course, asked_on
from patients.models import Episode, TierTrial

# Days logged before the last fortnight change nothing about the next log.
LOGS_READ = LOOK_BACK_DAYS
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
