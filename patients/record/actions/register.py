"""A person becomes a patient: registered by the clinic, invited, joined to an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions import SAME_FORM, accept_invitation, invite, renew_invitation
from accounts.constraints import refused_as
from accounts.models import Clinic, Invitation, User
from pathway.models import Condition, Protocol
from patients.care_team.actions.care_team import take_on
from patients.models import Carer, ClinicProtocol, Episode, Patient, PriorTreatment, TierTrial
from patients.models.reminder import USUAL_HOUR
from patients.record.actions.trials import TrialStart, start_trial


class NumberTaken(Exception):
    """Another patient of the clinic has this record number."""


class ZoneUnknown(Exception):
    """The time zone, as a rule the clinic's, is none that the database knows."""


class EpisodeOpen(Exception):
    """The patient has an open complaint of this region."""


def use_protocol(*, clinic: Clinic, protocol: Protocol, by: User | None, now: datetime) -> None:
    """From now on new trials of the clinic run under this version; running ones keep theirs."""
    ClinicProtocol.objects.create(clinic=clinic, protocol=protocol, from_at=now, chosen_by=by)


def register_patient(*, clinic: Clinic, by: User, now: datetime, **details: Any) -> Patient:
    """Make the record (the fields of Patient); the time zone is the clinic's unless given.

    Idempotent: the same form sent twice makes one record. Raises NumberTaken, ZoneUnknown.
    """
    details.setdefault("time_zone", clinic.time_zone)
    row = Patient(clinic=clinic, registered_by=by, registered_at=now, **details)
    try:
        with (
            refused_as(ZoneUnknown, "time_zone_known"),
            refused_as(NumberTaken, "one_patient_per_number"),
        ):
            row.save()
    except NumberTaken:
        same = {
            "withdrawn_at": None,
            "number": row.number,
            "name": row.name,
            "birth_date": row.birth_date,
        }
        before = Patient.objects.filter(clinic=clinic, registered_by=by, **same).first()
        if before is None:
            raise
        return before
    return row


@transaction.atomic
def invite_patient(*, patient: Patient, by: User | None, now: datetime) -> Invitation:
    """Send the patient the way to an account of their own; one that waits already is not sent again."""
    held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    waiting = Invitation.objects.open(now).filter(patient=held).first()
    if waiting is not None:
        return waiting
    invitation = invite(
        clinic=patient.clinic,
        email=patient.email,
        name=patient.name,
        language=patient.language,
        role=Invitation.Role.PATIENT,
        by=by,
        now=now,
    )
    Patient.objects.filter(pk=patient.pk).update(invitation=invitation)
    return invitation


@transaction.atomic
def send_new_link(*, patient: Patient, by: User, now: datetime) -> bool:
    """To the address of the record as it is now; the link of before is closed. False when it was sent to
    that address within ten minutes, or the patient has an account already."""
    held = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if held.user_id is not None:
        return False
    unanswered = Invitation.objects.unanswered().filter(patient=held).first()
    if unanswered is None:
        invite_patient(patient=held, by=by, now=now)
        return True
    to = {"email": held.email, "name": held.name}
    return renew_invitation(invitation=unanswered, by=by, now=now, **to) is not None


@transaction.atomic
def join(*, invitation: Invitation, now: datetime) -> User:
    """Accept an invitation; a patient's record is bound to the account of its address, which may speak
    for others already. Raises InvitationGone."""
    user = accept_invitation(invitation=invitation, now=now)
    for patient in Patient.objects.filter(invitation=invitation):
        Patient.objects.filter(pk=patient.pk).update(user=user, reminder_hour=USUAL_HOUR)
        User.objects.filter(pk=user.pk).update(language=patient.language)
        _tell_apart(user)
    for carer in Carer.objects.not_ended().filter(invitation=invitation).select_related("patient"):
        _begin_caring(carer, user, now)
    return user


def _tell_apart(user: User) -> None:
    """Where several share an address their e-mails begin to say for whom they are; each may choose otherwise."""
    own = Patient.objects.filter(user=user)
    if own.count() > 1:
        nobody = own.filter(shown_as=Patient.ShownAs.NOBODY)
        nobody.update(shown_as=Patient.ShownAs.INITIALS)


def _begin_caring(carer: Carer, user: User, now: datetime) -> None:
    """The newest invitation says what they may do; one of before ends."""
    before = Carer.objects.not_ended().filter(patient=carer.patient, user=user)
    before.update(ended_at=now, ended_by=user)
    Carer.objects.filter(pk=carer.pk).update(user=user, accepted_at=now)
    if user.last_login is None and not user.patients.exists():
        User.objects.filter(pk=user.pk).update(language=carer.patient.language)


def open_episode(
    *, patient: Patient, condition: Condition, by: User, today: date, **complaint: Any
) -> Episode:
    """Open one complaint: region, radiating and onset_on as in Episode. Raises EpisodeOpen."""
    with refused_as(EpisodeOpen, "one_open_episode_per_region"):
        return Episode.objects.create(
            patient=patient, condition=condition, opened_by=by, opened_on=today, **complaint
        )


@transaction.atomic
def start_care(
    *, patient: Patient, by: User, now: datetime, level: int, **complaint: Any
) -> TierTrial:
    """Open the complaint, begin its first tier today, join the care team. Raises EpisodeOpen."""
    start = TrialStart(
        level=level,
        started_on=patient.clinic_date(now),
        usual_pain=complaint.pop("usual_pain"),
        reason=complaint.pop("reason"),
    )
    episode = open_episode(patient=patient, by=by, today=start.started_on, **complaint)
    take_on(patient=patient, by=by, now=now)
    return start_trial(episode=episode, start=start, by=by, now=now)


@transaction.atomic
def record_prior_treatment(
    *, episode: Episode, by: User, now: datetime, **treatment: Any
) -> PriorTreatment:
    """What was tried before: level, what, weeks, attended and helped as in PriorTreatment. The same form
    sent twice is kept once."""
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    told = {"episode": episode, "recorded_by": by, **treatment}
    lately = PriorTreatment.objects.filter(recorded_at__gt=now - SAME_FORM)
    return lately.filter(**told).first() or PriorTreatment.objects.create(recorded_at=now, **told)
