"""The sweep: claim due trials, assess them as arrays, write what was found. Idempotent."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime, time
from functools import partial

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from accounts.actions import NO_ROWS_FAULT, JobRun
from accounts.models import Clinic, JobFailure
from pathway.models import Protocol
from pathway.rules import Status, assess
from patients.flags.actions import Found, open_or_fold
from patients.models import Flag, Kind, ReviewDue, ShadowMode, TierTrial, TrialReview
from patients.queries.records import pk_array
from patients.review.ceiling import candidates
from patients.review.ceiling_findings import answered, ceilings
from patients.review.function_forms import worse_functions
from patients.review.look import Before, Look, found_in
from patients.review.open_findings import (
    OpenFindings,
    Periods,
    in_relief,
    open_findings_of,
    relief_periods,
)
from patients.review.series import (
    Batch,
    batches,
    numbers_of_all,
    programme_shares,
    running,
)
from patients.review.step_down import step_down_rows

logger = structlog.get_logger(__name__)

CHUNK = 2_000
LOOKS_FROM_HOUR = 5

WRITE = """
UPDATE patients_trialreview AS review
   SET status = new.status, status_since = new.since, assessed_on = new.day, assessed_at = %s,
       rule_version = new.version, inputs_digest = new.digest, numbers = new.numbers
  FROM jsonb_to_recordset(%s::jsonb)
    AS new(trial bigint, status smallint, since date, day date, version text, digest text,
           numbers jsonb)
 WHERE review.trial_id = new.trial
"""


def review_due_trials(*, now: datetime, chunk: int = CHUNK) -> int:
    """Review a chunk of each clinic in its turn until nothing is due; returns the number of trials.

    Each chunk is one transaction: a worker killed in the middle leaves its rows due. A clinic whose
    chunk the database breaks off stops no other; that is raised at the end.
    """
    total, broken, waiting = 0, None, ReviewDue.objects.clinics(now)
    while waiting:
        turn, waiting = waiting, []
        for clinic in turn:
            try:
                reviewed = _review_chunk(clinic, now, chunk)
            except OperationalError as error:
                broken = error
                continue
            if reviewed is not None:
                waiting.append(clinic)
                total += reviewed
    if broken:
        raise broken
    return total


def _review_chunk(clinic: int, now: datetime, most: int) -> int | None:
    """Returns how many trials were reviewed; None when none were due. A trial that raises an error is set
    apart, and reviewed again when its record changes, or in the morning."""
    run = JobRun(JobFailure.Job.REVIEW, now, clinic)
    claimed: list[int] = []
    try:
        with transaction.atomic():
            claimed += sorted(ReviewDue.objects.filter(clinic=clinic).claim(now, most))
            reviewed = _review(claimed, now)
            run.done(claimed)
    except NO_ROWS_FAULT:
        raise
    except Exception as error:
        if not claimed:
            raise
        reviewed = run.do_halves(claimed, partial(_review_again, now=now), error)
        ReviewDue.objects.due(now).filter(trial__in=_set_apart(now)).delete()
    logger.info("trials reviewed", trials=reviewed, clinic_id=clinic)
    return reviewed if claimed else None


def _review_again(trials: list[int], now: datetime) -> int:
    """Review those that no other worker has taken meanwhile."""
    return _review(ReviewDue.objects.filter(trial__in=pk_array(trials)).claim(now), now)


def _review(trials: Collection[int], now: datetime) -> int:
    looks = _look_at(set(trials), now)
    open_or_fold(findings=_worth_a_flag(looks, ShadowMode.objects.clinics(now), now), now=now)
    _withdraw_silence(looks, now)
    _write(looks, now)
    return len(trials)


def _set_apart(since: datetime) -> QuerySet[JobFailure, int]:
    apart = JobFailure.objects.of(JobFailure.Job.REVIEW).tried_since(since)
    return apart.values_list("row", flat=True)


def _look_at(trials: set[int], now: datetime) -> list[Look]:
    before = _before(trials)
    runs = running(trials, now)
    needed = Protocol.objects.defer("source").prefetch_related("threshold_rows")
    protocols = needed.in_bulk({run.protocol for run in runs})
    looks = []
    for batch in batches(runs):
        looks += _assessed(batch, protocols[batch.runs[0].protocol], before)
    return looks


def _before(trials: set[int]) -> dict[int, Before]:
    """Locked in one order, before any other row: two workers may hold the same trial (a log came in
    between), and then one waits for the other holding no lock of its own."""
    rows = TrialReview.objects.filter(pk__in=pk_array(trials)).order_by("pk").select_for_update()
    return {trial: Before(*said) for trial, *said in rows.values_list("pk", *Before._fields)}


def _assessed(batch: Batch, protocol: Protocol, before: dict[int, Before]) -> list[Look]:
    rules = protocol.thresholds
    assessment = assess(batch.series, rules)
    calm = step_down_rows(batch, assessment, rules)
    worse = worse_functions(batch.told)
    status, numbers = assessment.last_status.tolist(), numbers_of_all(assessment)
    return [
        Look(
            run=run,
            protocol=protocol,
            status=status[row],
            numbers=numbers[row],
            digest=batch.digests[row],
            before=before[run.trial],
            series=batch.series,
            row=row,
            steps_down=row in calm,
            forms=batch.forms[row],
            function=worse.get(run.trial),
        )
        for row, run in enumerate(batch.runs)
    ]


def _worth_a_flag(looks: list[Look], in_shadow: set[int], now: datetime) -> list[Found]:
    """What is new and may speak: a safety answer holds the rules, a check date keeps them quiet."""
    said = [(look, kind, severity) for look in looks for kind, severity in look.says]
    hopeful = _may_show_a_ceiling(looks)
    known = open_findings_of({look.run.episode for look, _kind, _severity in said} | hopeful)
    eased = _eased({look.run.episode for look, kind, _severity in said if kind == Kind.PLATEAU})
    new = [
        (look, kind, severity, is_shadow)
        for look, kind, severity in said
        for is_shadow in (look.run.clinic in in_shadow,)
        if _may_speak(look, kind, known)
        and not (kind == Kind.PLATEAU and in_relief(eased, look.run.episode, look.run.today))
        and not known.has(look.run, kind, look.since, is_shadow)
    ]
    done = programme_shares({look.run.trial for look, *_ in new})
    found = [found_in(*each, done.get(each[0].run.trial)) for each in new]
    speaking = [
        look
        for look in looks
        if look.run.episode in hopeful
        and _may_speak(look, Kind.CEILING, known)
        and not known.has_ceiling(look.run.episode, look.run.clinic in in_shadow)
    ]
    return found + _reached(speaking, known, found, in_shadow, now)


def _may_speak(look: Look, kind: Kind, known: OpenFindings) -> bool:
    return look.run.episode not in known.held and not look.is_quiet(kind)


def _may_show_a_ceiling(looks: list[Look]) -> set[int]:
    today = max((look.run.today for look in looks), default=date.min)
    return candidates({look.run.episode for look in looks}, today) if looks else set()


def _eased(episodes: set[int]) -> Periods:
    return relief_periods(episodes) if episodes else {}


def _reached(
    looks: list[Look], known: OpenFindings, found: list[Found], in_shadow: set[int], now: datetime
) -> list[Found]:
    """A sign of the whole pathway: told once an episode, whichever of its trials was looked at."""
    if not looks:
        return []
    spoken = [(look.run, look.protocol) for look in looks]
    reached = ceilings(spoken, known.plateaus, found)
    over = answered((each.run for each in reached), now)
    return [
        each.found(each.run.clinic in in_shadow) for each in reached if each.run.episode not in over
    ]


def _withdraw_silence(looks: list[Look], now: datetime) -> None:
    """A flag that only said "too few logs", and that nobody owns, goes when the logs are back."""
    heard = [look.run.trial for look in looks if look.status != Status.INSUFFICIENT_DATA]
    Flag.objects.open().filter(trial__in=pk_array(heard), kind=Kind.SILENT, owner=None).update(
        closed_at=now,
        closing=Flag.Closing.WITHDRAWN,
        snoozed_until=None,
        snooze_reason="",
        snoozed_by=None,
    )


def _write(looks: list[Look], now: datetime) -> None:
    rows = [
        {
            "trial": look.run.trial,
            "status": look.status,
            "since": look.since.isoformat(),
            "day": look.run.today.isoformat(),
            "version": look.numbers["rules_version"],
            "digest": look.digest,
            "numbers": look.numbers,
        }
        for look in looks
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [now, json.dumps(rows)])


def mark_trials_due(*, now: datetime) -> int:
    """Mark the running trials that were not reviewed today, in clinics whose morning has come.

    Runs each quarter of an hour; a second run of the same morning adds nothing.
    """
    _forget_ended()
    clinics = Clinic.objects.order_by("pk").values_list("pk", flat=True)
    return sum(
        JobRun(JobFailure.Job.MARK_DUE, now, clinic).do([clinic], partial(_mark_clinics, now=now))
        for clinic in clinics
    )


def _mark_clinics(clinics: list[int], now: datetime) -> int:
    marked = 0
    for clinic in Clinic.objects.filter(pk__in=clinics):
        if (morning := morning_of(clinic, now)) <= now:
            marked += _mark_clinic(clinic, morning, now)
    return marked


def morning_of(clinic: Clinic, now: datetime) -> datetime:
    """When the clinic's day begins for the jobs."""
    return datetime.combine(now.astimezone(clinic.zone), time(LOOKS_FROM_HOUR), clinic.zone)


def _mark_clinic(clinic: Clinic, morning: datetime, now: datetime) -> int:
    today = morning.date()
    # A clock that was ahead for a while left days, and rows of the queue, that are not yet.
    ReviewDue.objects.filter(clinic=clinic, due_at__gt=now).update(due_at=now)
    unseen = TierTrial.objects.active().filter(
        Q(review__assessed_on=None) | ~Q(review__assessed_on=today),
        episode__patient__clinic=clinic,
        started_on__lte=today,
    )
    waiting = ReviewDue.objects.values("trial")
    tried = _set_apart(morning).filter(failed_at__lte=now)
    new = unseen.exclude(pk__in=waiting).exclude(pk__in=tried)
    due = [
        ReviewDue(trial_id=pk, clinic=clinic, due_at=now) for pk in new.values_list("pk", flat=True)
    ]
    return len(ReviewDue.objects.bulk_create(due, batch_size=10_000))


def _forget_ended() -> None:
    """A trial that has ended is not reviewed any more, whatever was wrong with it."""
    apart = JobFailure.objects.of(JobFailure.Job.REVIEW)
    apart.exclude(row__in=TierTrial.objects.active().values("pk")).delete()
