"""Two records of one person become one, and for a day two again. Nothing is deleted: rows change whose they
are, in one transaction, and a constraint that they would break refuses the whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from accounts.constraints import constraint_of
from accounts.models import Invitation, User
from patients.models import Patient, PatientMerge, RiskFactAnswer

# Where `kept` has the like already, the row of `other` stays there: by what two rows are alike.
STAY_WHERE_TWICE = {
    "patients.CareTeamMember": ("membership",),
    "patients.Carer": ("user",),
    "patients.AnswerDraft": ("form",),
    "patients.RiskFactAnswer": ("key",),
    "scheduling.TextConsent": ("phone",),
}


class CannotMerge(Exception):
    """One of the two is merged, or of another clinic, or both have what a patient has once; `why` is
    the constraint's name, or a word of PROBLEMS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TooLate(Exception):
    """The day is over, or one of the two records was merged again, or it was undone before."""


def movable() -> Iterator[tuple[type[Model], str]]:
    """Each table whose rows name a patient and may change, with the column. What is append-only (who
    looked, reminders that were sent, emergency access) stays where it happened."""
    for relation in Patient._meta.related_objects:
        model: Any = relation.related_model
        names = {trigger.name for trigger in getattr(model._meta, "triggers", ())}
        is_history = issubclass(model, pghistory.models.Event)
        if model not in {Patient, PatientMerge} and not is_history and "append_only" not in names:
            yield model, relation.field.name


@transaction.atomic
def merge_patients(*, kept: Patient, other: Patient, by: User, now: datetime) -> PatientMerge:
    """All that can move goes from `other` to `kept`, which stays as it was registered. Raises CannotMerge."""
    kept, other = _both(kept, other)
    _must_agree(kept, other)
    merge = PatientMerge(
        kept=kept, other=other, merged_by=by, merged_at=now, moved={}, user=other.user,
        account_moved=kept.user is None and other.user is not None,
    )  # fmt: skip
    merge.invitation = _withdraw_invitation(other, by, now)
    Patient.objects.filter(pk=other.pk).update(user=None, merged_into=kept)
    if merge.account_moved:
        Patient.objects.filter(pk=kept.pk).update(user=other.user)
    for model, column in movable():
        merge.moved |= _move(model, column, kept, other)
    merge.save()
    return merge


def _both(kept: Patient, other: Patient) -> tuple[Patient, Patient]:
    """Locked, in the order of their keys, so that two merges do not wait for each other."""
    rows = Patient.objects.select_for_update(of=["self"]).select_related("user", "invitation")
    held = {row.pk: row for row in rows.filter(pk__in=[kept.pk, other.pk]).order_by("pk")}
    first, second = held[kept.pk], held[other.pk]
    if first.pk == second.pk:
        raise CannotMerge("one")
    if first.clinic_id != second.clinic_id:
        raise CannotMerge("clinic")
    if first.merged_into_id or second.merged_into_id:
        raise CannotMerge("merged")
    return first, second


def _must_agree(kept: Patient, other: Patient) -> None:
    """A risk that only one record knows would be hidden by the other's answer."""
    said = dict(RiskFactAnswer.objects.filter(patient=kept).values_list("key", "is_true"))
    theirs = RiskFactAnswer.objects.filter(patient=other, key__in=said)
    if any(fact.is_true != said[fact.key] for fact in theirs):
        raise CannotMerge("risks")


def _withdraw_invitation(other: Patient, by: User, now: datetime) -> Invitation | None:
    """Else its link would make an account without a record."""
    waiting = Invitation.objects.open(now).filter(patient=other).first()
    if waiting is not None:
        Invitation.objects.filter(pk=waiting.pk).update(withdrawn_at=now, withdrawn_by=by)
    return waiting


def _move(model: type[Model], column: str, kept: Patient, other: Patient) -> dict[str, list[int]]:
    """The keys of the rows that moved, by table. Raises CannotMerge."""
    rows = model._base_manager.filter(**{column: other})
    if alike := STAY_WHERE_TWICE.get(model._meta.label):
        rows = rows.exclude(_has_the_like(model, column, kept, alike))
    keys = list(rows.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{column: kept})
    except IntegrityError as refused:
        raise CannotMerge(constraint_of(refused)) from refused
    return {model._meta.label: keys} if keys else {}


def _has_the_like(model: type[Model], column: str, kept: Patient, alike: tuple[str, ...]) -> Q:
    [by] = alike
    theirs = model._base_manager.filter(**{column: kept})
    if model._meta.label == "patients.CareTeamMember":
        theirs = theirs.filter(until=None)
    if model._meta.label == "patients.Carer":
        theirs = theirs.filter(ended_at=None, user__isnull=False)
    return Q(**{f"{by}__in": theirs.values(by)})


@transaction.atomic
def undo_merge(*, merge: PatientMerge, by: User, now: datetime) -> None:
    """The rows that moved go back; what came since stays with `kept`. Raises TooLate."""
    held = PatientMerge.objects.select_for_update().get(pk=merge.pk)
    pair = Patient.objects.select_for_update(of=["self"]).filter(
        pk__in=[held.kept_id, held.other_id]
    )
    merged = {row.pk: row.merged_into_id for row in pair.order_by("pk")}
    if not held.can_be_undone(now) or merged[held.kept_id] is not None:
        raise TooLate
    # First, or the rows would be led back to the record that went on (patients/models/follow_merge.py).
    Patient.objects.filter(pk=held.other_id).update(merged_into=None)
    for model, column in movable():
        keys = held.moved.get(model._meta.label, [])
        rows = model._base_manager.filter(pk__in=keys, **{column: held.kept_id})
        rows.update(**{column: held.other_id})
    if held.account_moved:
        Patient.objects.filter(pk=held.kept_id, user=held.user).update(user=None)
    if held.user:
        Patient.objects.filter(pk=held.other_id).update(user=held.user)
    if held.invitation is not None:
        withdrawn = Invitation.objects.filter(pk=held.invitation.pk, withdrawn_at=held.merged_at)
        withdrawn.update(withdrawn_at=None, withdrawn_by=None)
    held.undone_at, held.undone_by = now, by
    held.save(update_fields=["undone_at", "undone_by"])
