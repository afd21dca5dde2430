"""What stands for years, as the patient or a clinician told it last: it only counts beside a new symptom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import User
from pathway.models import RiskFact
from patients.models import Patient, RiskFactAnswer


@transaction.atomic
def keep_risk_facts(
    *,
    patient: Patient,
    asked: Collection[RiskFact],
    true: Collection[str],
    by: User,
    now: datetime,
) -> int:
    """Keep each fact that was asked as true or not, worded in the clinic's language; returns how many
    changed. What says the same as before is not written again, so that history holds changes alone."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    known = {each.key: each for each in RiskFactAnswer.objects.filter(patient=patient)}
    changed = 0
    for fact in asked:
        answer = known.get(fact.key) or RiskFactAnswer(patient=patient, key=fact.key)
        is_true = fact.key in true
        if answer.pk and answer.is_true == is_true:
            continue
        with translation.override(settings.LANGUAGE_CODE):
            answer.text = fact.text
        answer.is_true = is_true
        answer.told_at, answer.told_by = now, by
        answer.save()
        changed += 1
    return changed
