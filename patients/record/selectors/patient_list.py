"""What the list of patients shows of each, and its filters; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway.rules import Status
from patients.models import Flag, Patient, SymptomLog, TierTrial
from patients.queries.records import PatientQuerySet

STATUSES: dict[int, str | Promise] = {
    Status.IN_PROGRESS: _("In progress"),
    Status.IMPROVING: _("Improving"),
    Status.RESPONDED: _("Clearly better"),
    Status.PLATEAU: _("Levelled off"),
    Status.WORSENING: _("Getting worse"),
    Status.RELAPSE: _("Pain is back"),
    Status.INSUFFICIENT_DATA: _("Too few logs"),
    Status.WINDOW_COMPLETE: _("Planned end of the step"),
}
SILENT_DAYS = (5, 7, 14, 28)


@dataclass(frozen=True)
class PatientRow:
    """One patient: the current step, how it goes, when they last logged, the open flag."""

    patient: Patient
    age: int
    trial: TierTrial | None
    day: int | None
    status: str | Promise
    last_log: date | None
    silent_days: int | None
    flag: Flag | None


def in_tier(patients: PatientQuerySet, level: int) -> PatientQuerySet:
    """The current tier is the highest active one; 0: no step runs."""
    active = TierTrial.objects.active().filter(episode__patient=OuterRef("pk"))
    higher = patients.filter(~Exists(active.filter(level__gt=level)))
    return higher.filter(Exists(active.filter(level=level))) if level else higher


def with_status(patients: PatientQuerySet, status: int) -> PatientQuerySet:
    active = TierTrial.objects.active().filter(episode__patient=OuterRef("pk"))
    return patients.filter(Exists(active.filter(review__status=status)))


def silent(patients: PatientQuerySet, days: int, today: date) -> PatientQuerySet:
    """On a step, and without a log for so many days."""
    active = TierTrial.objects.active().filter(
        episode__patient=OuterRef("pk"), started_on__lte=today - timedelta(days=days)
    )
    logs = SymptomLog.objects.not_withdrawn().filter(
        episode__patient=OuterRef("pk"), local_date__gt=today - timedelta(days=days)
    )
    return patients.filter(Exists(active), ~Exists(logs))


def patient_rows(
    patients: Sequence[Patient], flags: Iterable[Flag], today: date
) -> list[PatientRow]:
    """Two queries beside the one for `flags`, the open ones that the reader may see."""
    keys = [patient.pk for patient in patients]
    active = TierTrial.objects.active().filter(episode__patient__in=keys)
    trials = active.select_related("review", "episode").order_by("level", "started_on", "pk")
    current = {trial.episode.patient_id: trial for trial in trials}
    logs = SymptomLog.objects.not_withdrawn().filter(episode__patient__in=keys)
    last = dict(logs.values_list("episode__patient").annotate(last=Max("local_date")))
    worst = {flag.episode.patient_id: flag for flag in flags}
    return [
        _row(each, current.get(each.pk), last.get(each.pk), worst.get(each.pk), today)
        for each in patients
    ]


def _row(
    patient: Patient, trial: TierTrial | None, last: date | None, flag: Flag | None, today: date
) -> PatientRow:
    review = getattr(trial, "review", None)
    return PatientRow(
        patient=patient,
        age=patient.age(today),
        trial=trial,
        day=trial.day(today) if trial else None,
        status=STATUSES.get(review.status, "") if review else "",
        last_log=last,
        silent_days=(today - last).days if last else None,
        flag=flag,
    )


def searched(words: str) -> str:
    """What was searched for, as the database can take it."""
    return words.replace("\0", "").strip()[:80]
