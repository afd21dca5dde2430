"""A patient goes on in another clinic: offered, answered there, finished here. Each step under the record's lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.actions import post_notice
from accounts.constraints import refused_as
from accounts.models import Clinic, Notice, User
from patients.care_team.actions.care_team import take_on
from patients.models import ClinicProtocol, Patient, RiskFactAnswer, TierTrial, Transfer
from patients.models.transfer import OPEN_FOR
from patients.record.actions.register import invite_patient, open_episode, register_patient
from patients.record.actions.trials import end_trial
from patients.transfers.copy import copy_of
from patients.transfers.unsettled import unsettled

COPIED = (
    "name",
    "birth_date",
    "sex",
    "email",
    "phone",
    "language",
    "time_zone",
    "address",
    "reach",
    "is_veteran",
)


class UnderWay(Exception):
    """A transfer of this patient is offered or accepted already."""


class NotOpen(Exception):
    """It was answered or withdrawn, or ran out."""


class Unsettled(Exception):
    """Something of the patient's is open here; `args` says what, in words."""


@transaction.atomic
def offer_transfer(
    *, patient: Patient, to_clinic: Clinic, by: User, now: datetime, **details: Any
) -> Transfer:
    """`details`: reason, agreed, parts, as in Transfer. An earlier offer that ran out is closed by this.
    Raises UnderWay."""
    _lock(patient)
    lapsed = Transfer.objects.unanswered().filter(patient=patient, expires_at__lte=now)
    lapsed.update(withdrawn_at=now, withdrawn_by=by)
    with refused_as(UnderWay, "one_transfer_at_a_time"):
        made = Transfer.objects.create(
            patient=patient,
            to_clinic=to_clinic,
            offered_at=now,
            offered_by=by,
            expires_at=now + OPEN_FOR,
            **details,
        )
    _tell_clinic(made, to_clinic.alert_email, "offered", now)
    _tell_patient(made, "offered", now)
    return made


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, by: User, now: datetime) -> None:
    """By the clinic that offered it, or by the patient. Raises NotOpen."""
    held = _open(transfer, now)
    _set(held, withdrawn_at=now, withdrawn_by=by)
    _tell_clinic(held, held.offered_by.email, "withdrawn", now)


@transaction.atomic
def reject_transfer(*, transfer: Transfer, because: str, by: User, now: datetime) -> None:
    """By the other clinic; the first one and the patient are told. Raises NotOpen."""
    held = _open(transfer, now)
    _set(held, rejected_at=now, rejected_by=by, rejected_because=because)
    _tell_clinic(held, held.offered_by.email, "rejected", now)
    _tell_patient(held, "rejected", now)


@transaction.atomic
def accept_transfer(
    *, transfer: Transfer, number: str, known: Patient | None, by: User, now: datetime
) -> Patient:
    """Begin a record here under `number`, or go on with the one of `known`; a copy of what was agreed stays
    with the transfer. Raises NotOpen, NumberTaken, ZoneUnknown."""
    held = _open(transfer, now)
    old = held.patient
    new = known or _begin(old, held.to_clinic, number, by, now)
    _carry(old, new, by, now)
    _set(
        held,
        accepted_at=now,
        accepted_by=by,
        new_patient=new,
        copied=copy_of(old, held.parts),
    )
    _tell_clinic(held, held.offered_by.email, "accepted", now)
    _tell_patient(held, "accepted", now)
    return new


def _begin(old: Patient, clinic: Clinic, number: str, by: User, now: datetime) -> Patient:
    """The account stays the patient's: they join with the link that comes to their address."""
    details = {name: getattr(old, name) for name in COPIED} | {"email": old.mail_address}
    new = register_patient(clinic=clinic, by=by, now=now, number=number, **details)
    if new.email:
        invite_patient(patient=new, by=by, now=now)
    take_on(patient=new, by=by, now=now)
    return new


def _carry(old: Patient, new: Patient, by: User, now: datetime) -> None:
    """Open complaints, so that care goes on without a gap, and what stands for years, so that a danger sign
    is read rightly. What the other clinic knows already stays as it is."""
    known = set(new.episodes.open().values_list("region", flat=True))
    conditions = ClinicProtocol.objects.in_use(new.clinic, now).conditions
    for episode in old.episodes.open().described().select_related("condition"):
        condition = conditions.filter(key=episode.condition.key).first()  # type: ignore[union-attr]
        if condition is not None and episode.region not in known:
            same = {name: getattr(episode, name) for name in ("region", "radiating", "onset_on")}
            today = new.clinic_date(now)
            open_episode(patient=new, condition=condition, by=by, today=today, **same)
    told = set(new.risk_facts.values_list("key", flat=True))
    for fact in old.risk_facts.exclude(key__in=told):
        RiskFactAnswer.objects.create(
            patient=new, key=fact.key, text=fact.text, is_true=fact.is_true,
            told_at=fact.told_at, told_by=fact.told_by,
        )  # fmt: skip


@transaction.atomic
def finish_transfer(
    *, transfer: Transfer, outcomes: Mapping[int, str], by: User, now: datetime
) -> None:
    """The first clinic lets go: trials end with the outcome that a clinician states (by the trial's key),
    complaints are closed. Raises NotOpen, Unsettled; then nothing is changed."""
    held = _lock_transfer(transfer)
    if held.accepted_at is None or held.finished_at is not None:
        raise NotOpen
    patient = held.patient
    if left := unsettled(patient, now):
        raise Unsettled(*left)
    today = patient.clinic_date(now)
    for trial in running_trials(patient):
        if trial.pk not in outcomes:
            raise Unsettled
        end_trial(trial=trial, outcome=outcomes[trial.pk], by=by, today=today)
    patient.episodes.open().update(closed_on=today, closed_by=by, watch_until=None)
    _set(held, finished_at=now, finished_by=by)


def running_trials(patient: Patient) -> list[TierTrial]:
    found = TierTrial.objects.active().filter(episode__patient=patient).select_related("tier")
    return list(found.order_by("started_on", "pk"))


def _lock(patient: Patient) -> None:
    Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=patient.pk)


def _lock_transfer(transfer: Transfer) -> Transfer:
    _lock(transfer.patient)
    rows = Transfer.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("patient__clinic", "to_clinic", "offered_by").get(pk=transfer.pk)


def _open(transfer: Transfer, now: datetime) -> Transfer:
    held = _lock_transfer(transfer)
    if held.state(now) != "offered":
        raise NotOpen
    return held


def _set(held: Transfer, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))


def _tell_clinic(held: Transfer, email: str, step: str, now: datetime) -> None:
    """That something waits; never who, or why."""
    clinic = held.to_clinic if step == "offered" else held.patient.clinic
    post_notice(
        kind=Notice.Kind.TRANSFER,
        key=f"transfer:{held.pk}:{step}",
        clinic=clinic,
        email=email,
        path=reverse("transfer", args=[held.pk]),
        now=now,
    )


def _tell_patient(held: Transfer, step: str, now: datetime) -> None:
    if held.patient.user is None:
        return
    post_notice(
        kind=Notice.Kind.MESSAGE_WAITING,
        key=f"transfer:{held.pk}:{step}:patient",
        clinic=held.patient.clinic,
        email=held.patient.mail_address,
        language=held.patient.language,
        path=reverse("my_moves"),
        now=now,
    )
