"""The daily checks of what no running trial covers: long opioid courses, pain that came back.

Idempotent: a check that has led to its finding is not repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from accounts.actions import JobRun
from accounts.models import Clinic, JobFailure
from pathway.models import Protocol
from pathway.rules import Numbers, OpioidCourse, OpioidSettings, came_back, opioid_course
from pathway.rules.rounding import one_decimal
from patients.flags.actions import Found, current_trial, open_or_fold
from patients.models import (
    ClinicProtocol,
    Episode,
    Finding,
    Kind,
    MedicationCourse,
    Severity,
    ShadowMode,
    SymptomLog,
    TierTrial,
)
from patients.queries.records import pk_array
from patients.review.sweep import morning_of

LOOK_BACK = timedelta(days=20)
RELAPSE_WATCH = "relapse-watch"


def run_daily_checks(*, now: datetime) -> int:
    """Check the clinics whose morning has come; returns how many flags were opened or folded into.

    Each clinic by itself; a patient whose record raises is set apart until the next morning.
    """
    job = JobFailure.Job.DAILY_CHECKS_OF_CLINIC
    clinics = Clinic.objects.order_by("pk").values_list("pk", flat=True)
    return sum(
        JobRun(job, now, clinic).do([clinic], partial(_check_clinics, now=now))
        for clinic in clinics
    )


def _check_clinics(clinics: list[int], now: datetime) -> int:
    found = 0
    for clinic in Clinic.objects.filter(pk__in=clinics):
        if (morning := morning_of(clinic, now)) <= now:
            run = JobRun(JobFailure.Job.DAILY_CHECKS, now, clinic.pk)
            check = partial(_check_patients, clinic=clinic, now=now)
            found += run.do(_to_check(clinic, morning), check)
    return found


def _to_check(clinic: Clinic, morning: datetime) -> set[int]:
    """Who takes or took an opioid, or is watched; but whoever was set apart waits for a morning."""
    taken = MedicationCourse.objects.not_withdrawn().filter(is_opioid=True)
    watched = Episode.objects.open().filter(watch_until__gte=morning.date())
    asked = {
        *taken.filter(episode__patient__clinic=clinic).values_list("episode__patient", flat=True),
        *watched.filter(patient__clinic=clinic).values_list("patient", flat=True),
    }
    apart = JobFailure.objects.of(JobFailure.Job.DAILY_CHECKS).tried_since(morning)
    return asked - set(apart.values_list("row", flat=True))


def _check_patients(patients: list[int], clinic: Clinic, now: datetime) -> int:
    today = now.astimezone(clinic.zone).date()
    protocol = ClinicProtocol.objects.in_use(clinic, now)
    is_shadow = clinic.pk in ShadowMode.objects.clinics(now)
    found = [
        *_long_opioid_courses(patients, protocol, today),
        *_pain_came_back(patients, protocol, today, is_shadow),
    ]
    return len(open_or_fold(findings=found, now=now))


def opioid_settings(protocol: Protocol) -> OpioidSettings:
    return OpioidSettings(
        note_day=protocol.setting("opioid_note_day"),
        review_day=protocol.setting("opioid_review_day"),
        review_every_days=protocol.setting("opioid_review_every_days"),
    )


def _long_opioid_courses(patients: list[int], protocol: Protocol, today: date) -> Iterator[Found]:
    taken: defaultdict[int, list[MedicationCourse]] = defaultdict(list)
    courses = MedicationCourse.objects.not_withdrawn().filter(
        is_opioid=True, episode__patient__in=pk_array(patients)
    )
    for course in courses.select_related("episode").order_by("started_on", "pk"):
        taken[course.episode.patient_id].append(course)
    if not taken:
        return
    settings, known = opioid_settings(protocol), _looks_had(patients)
    for patient, own in taken.items():
        running = opioid_course([course.known_days for course in own], today, settings)
        if running and running.review_since and not _was_had(known[patient], running):
            yield _too_long(own, running, protocol, today)


def _looks_had(patients: list[int]) -> defaultdict[int, list[tuple[date, date]]]:
    """Per patient, for which course and on which day a finding was made."""
    looks: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    whose = pk_array(patients)
    found = Finding.objects.filter(kind=Kind.OPIOID, flag__episode__patient__in=whose)
    for patient, since, as_of in found.values_list("flag__episode__patient", "since", "as_of"):
        looks[patient].append((since, as_of))
    return looks


def _was_had(looks: list[tuple[date, date]], course: OpioidCourse) -> bool:
    due = course.review_since or date.max
    return any(since == course.started_on and as_of >= due for since, as_of in looks)


def _too_long(
    taken: list[MedicationCourse], running: OpioidCourse, protocol: Protocol, today: date
) -> Found:
    episode = taken[-1].episode
    trial = current_trial(episode)
    at_least = any(course.may_have_begun_before(running.started_on) for course in taken)
    return Found(
        episode=episode.pk,
        trial=trial.pk if trial else None,
        kind=Kind.OPIOID,
        severity=Severity.REVIEW,
        sentence=f"Opioids for {'at least ' if at_least else ''}{running.days} days without a break; "
        f"review {running.reviews}; {taken[-1].beside_in_words}",
        rule="opioid-course",
        protocol=protocol,
        since=running.started_on,
        as_of=today,
        inputs={"days": running.days, "review": running.reviews},
    )


def _pain_came_back(
    patients: list[int], protocol: Protocol, today: date, is_shadow: bool
) -> Iterator[Found]:
    """Out of the steps and watched: the diary is compared with the discharge. What only the shadow
    heard is new to the people who are to see it."""
    watched = Episode.objects.open().filter(patient__in=pk_array(patients), watch_until__gte=today)
    if not watched:
        return
    silent = timedelta(days=protocol.setting("silent_days_after_dismissal"))
    heard = Finding.objects.filter(rule=RELAPSE_WATCH, as_of__gt=today - silent)
    if not is_shadow:
        heard = heard.filter(flag__shadow=False)
    for episode in watched.exclude(pk__in=heard.values("flag__episode")):
        yield from _relapse(episode, protocol, today, is_shadow)


def _relapse(episode: Episode, protocol: Protocol, today: date, is_shadow: bool) -> Iterator[Found]:
    numbers = _as_it_was(episode)
    if numbers is None:
        return
    logs = SymptomLog.objects.of_the_day().filter(episode=episode).between(today - LOOK_BACK, today)
    back = came_back(
        dict(logs.values_list("local_date", "average_pain")),
        today,
        at_discharge=numbers.mean_14,
        weekly=numbers.weekly,
        rules=protocol.thresholds,
    )
    if back is None:
        return
    yield Found(
        episode=episode.pk,
        trial=None,
        kind=Kind.RELAPSE,
        severity=Severity.REVIEW,
        sentence=f"Out of the steps; now {one_decimal(back.mean_14)} in the last 14 days "
        f"({back.count_14} entries); {one_decimal(back.limit)} counts as back",
        rule=RELAPSE_WATCH,
        protocol=protocol,
        since=today - timedelta(days=13),
        as_of=today,
        inputs={"mean_14": back.mean_14, "count_14": back.count_14, "limit": back.limit},
        shadow=is_shadow,
    )


def _as_it_was(episode: Episode) -> Numbers | None:
    """What the rules last said of the last trial."""
    trials = TierTrial.objects.counted().filter(episode=episode).select_related("review")
    last = trials.order_by("ended_on", "pk").last()
    if last is None or not last.review.numbers:
        return None
    return Numbers.from_json(last.review.numbers)
