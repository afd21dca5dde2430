"""What a merge would do, said before it is done: tried in a transaction that is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from patients.merging.actions import CannotMerge, merge_patients, movable
from patients.models import Patient

# In the words of the clinic; a table that is new is counted under its own name.
NAMED: dict[str, str | Promise] = {
    "patients.Episode": _("Complaints, with their steps, logs, questionnaires and flags"),
    "patients.CareTeamMember": _("Places on the care team"),
    "patients.ClosureRequest": _("Requests to close the account"),
    "patients.ImportRun": _("Imported diaries"),
    "patients.Carer": _("Carers"),
    "patients.AnswerDraft": _("Answers that were not sent yet"),
    "patients.RiskFactAnswer": _("Answers about what stands for years"),
    "patients.Transfer": _("Moves to another clinic"),
    "scheduling.Consultation": _("Visits and times that are held"),
    "scheduling.WaitlistEntry": _("Places on the waitlist"),
    "scheduling.Call": _("Calls"),
    "scheduling.Referral": _("VA referrals"),
    "scheduling.TextConsent": _("Numbers at which text messages are wanted"),
    "scheduling.TextMessage": _("Text messages"),
}
PROBLEMS: dict[str, str | Promise] = {
    "one_open_episode_per_region": _(
        "Both have an open complaint of the same region. A clinician closes one of them first."
    ),
    "one_visit_at_a_time_per_patient": _(
        "Both have a visit at the same time. Cancel one of them first."
    ),
    "one_open_referral_per_patient": _("Both have an open VA referral. Close one of them first."),
    "one_text_consent_per_patient": _(
        "Both get text messages, at two numbers. They turn one off, or reply STOP there, first."
    ),
    "one_open_closure_request": _("Both asked to close the account. Settle one of them first."),
    "risks": _(
        "The two give different answers about something that stands for years, such as cancer."
        " A clinician asks again and corrects one of them first."
    ),
    "merged": _("One of the two was merged already."),
}
OTHERWISE = _("Both have something that a patient has only once. Ask support.")


@dataclass(frozen=True)
class Preview:
    """`moves` and `stays`: what, and how many; `problem` is why it cannot be done, or empty."""

    moves: list[tuple[str | Promise, int]]
    stays: list[tuple[str | Promise, int]]
    problem: str | Promise = ""
    account_moves: bool = False


def preview_of(*, kept: Patient, other: Patient, by: User, now: datetime) -> Preview:
    """Nothing is kept of what was tried."""
    there = {
        model._meta.label: model._base_manager.filter(**{column: other}).count()
        for model, column in movable()
    }
    try:
        with transaction.atomic():
            merge = merge_patients(kept=kept, other=other, by=by, now=now)
            transaction.set_rollback(True)
    except CannotMerge as refused:
        return Preview([], [], problem_of(refused))
    moved = {label: len(keys) for label, keys in merge.moved.items()}
    stays = {label: number - moved.get(label, 0) for label, number in there.items()}
    return Preview(_named(moved), _named(stays), "", merge.account_moved)


def problem_of(refused: CannotMerge) -> str | Promise:
    return PROBLEMS.get(refused.why, OTHERWISE)


def _named(counts: Mapping[str, int]) -> list[tuple[str | Promise, int]]:
    return [
        (NAMED.get(label) or apps.get_model(label)._meta.verbose_name_plural or label, number)
        for label, number in counts.items()
        if number
    ]
