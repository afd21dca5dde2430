"""On the birthday on which the clinic takes a patient for grown up a parent's access ends, and they come in
themselves. Worked out each day from the birth date and the clinic's setting, both of which may be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from accounts.actions import JobRun, post_notice
from accounts.models import Clinic, JobFailure, Membership, Notice, User
from patients.carers.actions import end_carer
from patients.models import Carer, Patient
from patients.record.actions.register import invite_patient

WARN_BEFORE = timedelta(days=30)
LOOKS_FROM_HOUR = 5


def look_at_ages(*, now: datetime) -> int:
    """In each clinic from five in the morning on; returns how many patients were looked at. Idempotent."""
    clinics = Clinic.objects.order_by("pk")
    return sum(_look_in(clinic, now) for clinic in clinics if _is_morning(clinic, now))


def _is_morning(clinic: Clinic, now: datetime) -> bool:
    return now.astimezone(clinic.zone).hour >= LOOKS_FROM_HOUR


def _look_in(clinic: Clinic, now: datetime) -> int:
    rows = {patient.pk for patient in _concerned(clinic, now.astimezone(clinic.zone).date())}
    return JobRun(JobFailure.Job.LEGAL_AGE, now, clinic.pk).do(rows, partial(_look_at, now=now))


def _concerned(clinic: Clinic, today: date) -> Iterator[Patient]:
    """Who is of age within thirty days, or by now, and has a parent here, or an account that is shared."""
    parents = Carer.objects.not_ended().filter(relation=Carer.Relation.PARENT)
    own = Patient.objects.select_related("clinic", "invitation").filter(clinic=clinic)
    shared = User.objects.annotate(many=Count("patients")).filter(many__gt=1)
    by_parents = own.filter(pk__in=parents.values("patient"))
    for patient in by_parents | own.filter(user__in=shared.values("pk")):
        is_concerned = _parents(patient) or _is_shared(patient)
        if patient.of_age_on - WARN_BEFORE <= today and is_concerned:
            yield patient


def _was_a_minor(patient: Patient) -> bool:
    """When the account came about; a couple that shares an address is not meant."""
    accepted = patient.invitation.accepted_at if patient.invitation and patient.user_id else None
    return accepted is None or patient.clinic_date(accepted) < patient.of_age_on


@transaction.atomic
def _look_at(patients: list[int], now: datetime) -> int:
    rows = Patient.objects.select_related("clinic", "user").filter(pk__in=patients)
    for patient in rows.select_for_update(of=("self",)).order_by("pk"):
        act = _come_of_age if patient.is_of_age(now) else _warn
        act(patient, now)
    return len(patients)


def _parents(patient: Patient) -> list[Carer]:
    rows = Carer.objects.not_ended().filter(patient=patient, relation=Carer.Relation.PARENT)
    found = rows.select_related("user", "patient__clinic").order_by("pk")
    return [each for each in found if each.is_parent_of_a_minor]


def _warn(patient: Patient, now: datetime) -> None:
    """Once for each day on which it would be: another birth date or legal age is told anew."""
    people = [each.user for each in _parents(patient)]
    if _is_shared(patient):
        people.append(patient.user)
    for user in people:
        if user is not None:
            _post(patient, Notice.Kind.OF_AGE_SOON, user, reverse("home"), now)
    _tell_clinic(patient, now, "soon")


def _come_of_age(patient: Patient, now: datetime) -> None:
    parents, theirs = _parents(patient), set()
    for carer in parents:
        theirs.add(carer.user.email.lower() if carer.user else "")
        end_carer(carer=carer, by=None, now=now)
    if _is_shared(patient) and patient.user is not None:
        theirs.add(patient.user.email.lower())
        Patient.objects.filter(pk=patient.pk).update(user=None, reminder_hour=None)
        patient.user = None
    if patient.user is None and patient.email and patient.email.lower() not in theirs:
        invite_patient(patient=patient, by=None, now=now)
    _tell_clinic(patient, now, "now")


def _is_shared(patient: Patient) -> bool:
    """Somebody who spoke for others too signed in as this patient, when they were a child. Who has a child
    of their own later keeps their account."""
    of_age_at = datetime.combine(patient.of_age_on, time(0), patient.clinic.zone)
    others = Patient.objects.filter(user__isnull=False, user=patient.user).exclude(pk=patient.pk)
    before = others.filter(invitation__accepted_at__lt=of_age_at)
    return _was_a_minor(patient) and before.exists()


def _tell_clinic(patient: Patient, now: datetime, when: str) -> None:
    here = Membership.objects.current().filter(clinic=patient.clinic)
    page = reverse("carers", args=[patient.pk])
    for member in here.filter(role=Membership.Role.ADMINISTRATOR).select_related("user"):
        _post(patient, Notice.Kind.OF_AGE_CLINIC, member.user, page, now, when)


def _post(
    patient: Patient, kind: Notice.Kind, user: User, path: str, now: datetime, when: str = ""
) -> None:  # fmt: skip
    post_notice(
        kind=kind,
        key=f"{kind}:{patient.pk}:{user.pk}:{patient.of_age_on}:{when}",
        clinic=patient.clinic,
        email=user.email,
        language=user.language,
        path=path,
        now=now,
    )
