"""Reminders of a log: one a day at most, at the patient's hour, until as many stay unanswered
as the protocol allows (`unanswered_reminders`).

A reminder says that something waits and nothing else; its link turns all of them off in one click.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import cast

from django.core import signing
from django.urls import reverse

from accounts.actions import JobRun
from accounts.models import JobFailure, Notice, User
from accounts.zones import zone_of
from pathway.models import Protocol
from patients.logs.log_schedule import next_logs
from patients.models import Episode, LogReminder, Patient
from patients.queries.records import pk_array

# A reminder that an outage held up comes late, never in the night.
LATE_BY_HOURS = 2
SALT = "patients.reminders"


def remind_of_logs(*, now: datetime) -> int:
    """Post what is due now in every zone; a second run posts nothing. Returns how many."""
    zones = Patient.objects.exclude(reminder_hour=None).values_list("time_zone", flat=True)
    return sum(_remind_in(zone, now) for zone in zones.distinct().order_by("time_zone"))


def _remind_in(zone: str, now: datetime) -> int:
    """A patient whose record raises gets none, and is set apart; so are those whose zone nobody knows."""
    known = zone_of(zone)
    if known is None:
        return _set_zone_apart(zone, now)
    there = now.astimezone(known)
    hours = range(max(there.hour - LATE_BY_HOURS, 0), there.hour + 1)
    waiting = Patient.objects.to_remind(zone, there.date(), hours).values_list("pk", flat=True)
    remind = partial(_remind, today=there.date(), now=now)
    return JobRun(JobFailure.Job.REMINDERS, now).do(waiting, remind)


def _set_zone_apart(zone: str, now: datetime) -> int:
    """At whose hour nobody can tell."""
    run = JobRun(JobFailure.Job.REMINDERS, now)
    lost = Patient.objects.exclude(reminder_hour=None).filter(time_zone=zone)
    for pk in lost.values_list("pk", flat=True):
        run.failed(pk, LookupError(zone))
    return 0


def _remind(waiting: list[int], today: date, now: datetime) -> int:
    episodes = Episode.objects.under_way().filter(patient__in=pk_array(waiting))
    rows = list(episodes.select_related("patient__user", "patient__clinic"))
    patients = {patient.pk: patient for patient in _asked_today(rows, today)}
    LogReminder.objects.bulk_create(
        (LogReminder(patient=one, local_date=today, posted_at=now) for one in patients.values()),
        ignore_conflicts=True,
    )
    Notice.objects.bulk_create(
        (_message(one, today, now) for one in patients.values()), ignore_conflicts=True
    )
    return len(patients)


def _asked_today(episodes: Collection[Episode], today: date) -> Iterator[Patient]:
    """Those of whom a log is asked today, and who answered one of the last reminders."""
    asked = next_logs(episodes, today)
    unanswered = LogReminder.objects.unanswered(episode.patient_id for episode in episodes)
    for episode in episodes:
        due = asked[episode.pk]
        if due.on <= today and unanswered.get(episode.patient_id, 0) < most_unanswered(
            due.protocol
        ):
            yield episode.patient


def most_unanswered(protocol: Protocol) -> int:
    """After so many unanswered reminders no more are sent: staff call instead."""
    return protocol.setting("unanswered_reminders")


def _message(patient: Patient, day: date, now: datetime) -> Notice:
    return Notice(
        kind=Notice.Kind.LOG_REMINDER,
        key=f"log-reminder:{patient.pk}:{day}",
        clinic=patient.clinic,
        email=cast(User, patient.user).email,
        whom=patient.mail_name,
        language=patient.language,
        path=reverse("log"),
        off_path=reverse("reminders_off", args=[off_token(patient)]),
        due_at=now,
    )


def set_reminder_hour(*, patient: Patient, hour: int | None, now: datetime) -> None:
    """Remind at this hour of the patient's day from now on; None: no reminders."""
    patient.reminder_hour = hour
    patient.reminders_off_at = now if hour is None else None
    patient.save(update_fields=["reminder_hour", "reminders_off_at"])


def pause_reminders(*, patient: Patient, days: int, now: datetime) -> None:
    """No reminders for so many days from today on; 0 ends a pause."""
    until = patient.local_date(now) + timedelta(days=days) if days else None
    patient.reminders_snoozed_until = until
    patient.save(update_fields=["reminders_snoozed_until"])


def off_token(patient: Patient) -> str:
    """For the link that turns reminders off without signing in; it does nothing else."""
    return signing.Signer(salt=SALT).sign(str(patient.pk))


def patient_of_off_token(token: str) -> Patient | None:
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Patient.objects.select_related("clinic").filter(pk=key).first()


def turn_reminders_off(*, patient: Patient, now: datetime) -> None:
    """The hour stays, so that they can be turned on as they were; a second time changes nothing."""
    Patient.objects.filter(pk=patient.pk, reminders_off_at=None).update(reminders_off_at=now)
