"""Patients whose record could not be reviewed: the clinic is told until it can be."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import JobFailure
from patients.models import TierTrial
from patients.queries.records import PatientQuerySet

Job = JobFailure.Job


def not_reviewed(patients: PatientQuerySet) -> PatientQuerySet:
    """Those of these patients of whom the review or the daily checks had to set something apart."""
    trials = JobFailure.objects.of(Job.REVIEW).values("row")
    running = TierTrial.objects.active().filter(pk__in=trials).values("episode__patient")
    checked = JobFailure.objects.of(Job.DAILY_CHECKS).values("row")
    return patients.filter(Q(pk__in=running) | Q(pk__in=checked))
