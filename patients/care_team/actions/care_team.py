"""Care teams, cover for colleagues, and records that are opened in an emergency."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Clinic, Membership, User
from patients.care_team.actions.access import note_access
from patients.models import BreakGlass, CareTeamMember, Cover, Patient, TierTrial

OPEN_FOR = timedelta(hours=4)


class OtherClinic(Exception):
    """The two do not belong to the same clinic, or one of them no longer works there."""


class LastOnTeam(Exception):
    """With nobody on the team, nobody would see this patient's flags."""


class OwnRecord(Exception):
    """One's own record is read on the patient's pages, never at work."""


class NotNeeded(Exception):
    """The clinician sees this record anyway."""


@transaction.atomic
def set_care_team_only(*, clinic: Clinic, on: bool) -> None:
    """Whether clinicians see their own patients only; the clinic's history keeps who and when."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    held.care_team_only = on
    held.save(update_fields=["care_team_only"])


@transaction.atomic
def set_next_contact(*, clinic: Clinic, email: str) -> None:
    """Who is told of a safety answer that nobody took on; empty: the first contact again."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    held.next_alert_email = email
    held.save(update_fields=["next_alert_email"])


@transaction.atomic
def join_care_team(
    *, patient: Patient, membership: Membership, by: User, now: datetime
) -> CareTeamMember:
    """Put a clinician on the patient's team; being on it already changes nothing."""
    _same_clinic(membership, clinic=patient.clinic_id)
    member, _made = CareTeamMember.objects.get_or_create(
        patient=patient,
        membership=membership,
        until=None,
        defaults={"since": now, "added_by": by},
    )
    return member


def take_on(*, patient: Patient, by: User, now: datetime) -> None:
    """Whoever begins a patient's care joins the team, if a clinician; staff begin it for others."""
    if membership := _clinician_of(by, patient.clinic_id):
        join_care_team(patient=patient, membership=membership, by=by, now=now)


@transaction.atomic
def start_care_teams(*, clinic: Clinic, by: User, now: datetime) -> int:
    """Whoever began the running trial of a patient without a team becomes their team; returns how many
    patients have one now."""
    role = Membership.Role.CLINICIAN
    clinicians = Membership.objects.current().filter(clinic=clinic, role=role)
    membership_of = {member.user_id: member for member in clinicians}
    have_one = CareTeamMember.objects.current(now).values("patient")
    running = TierTrial.objects.active().filter(
        episode__patient__clinic=clinic, started_by__in=membership_of
    )
    alone = running.exclude(episode__patient__in=have_one)
    pairs = set(alone.values_list("episode__patient", "started_by"))
    CareTeamMember.objects.bulk_create(
        CareTeamMember(patient_id=patient, membership=membership_of[user], since=now, added_by=by)
        for patient, user in pairs
    )
    return len({patient for patient, _user in pairs})


@transaction.atomic
def leave_care_team(*, member: CareTeamMember, by: User, now: datetime) -> None:
    standing = CareTeamMember.objects.select_for_update().filter(pk=member.pk, until=None)
    standing.update(until=now, ended_by=by)


@transaction.atomic
def take_off_team(*, member: CareTeamMember, by: User, now: datetime) -> None:
    """By a clinician. Where clinicians see their own patients only, the last one stays; raises
    LastOnTeam. The patient is locked, so that two do not take each other off."""
    patient = Patient.objects.select_for_update(of=["self"]).get(pk=member.patient_id)
    others = CareTeamMember.objects.current(now).filter(patient=patient).exclude(pk=member.pk)
    if patient.clinic.care_team_only and not others.exists():
        raise LastOnTeam
    leave_care_team(member=member, by=by, now=now)


@transaction.atomic
def set_cover(
    *, absent: Membership, membership: Membership, period: tuple[datetime, datetime], by: User,
    now: datetime,
) -> Cover:  # fmt: skip
    """`membership` sees the patients of `absent` in the period; set twice it is one. Raises OtherClinic."""
    _same_clinic(absent, membership, clinic=absent.clinic_id)
    Membership.objects.select_for_update(no_key=True).get(pk=absent.pk)
    cover, _made = Cover.objects.get_or_create(
        absent=absent,
        membership=membership,
        from_at=period[0],
        until=period[1],
        defaults={"set_at": now, "set_by": by},
    )
    return cover


@transaction.atomic
def end_cover(*, cover: Cover, now: datetime) -> None:
    """End it now; one that has not begun ends before it starts, one that is over stays as it is."""
    held = Cover.objects.select_for_update().get(pk=cover.pk)
    if held.until > now:
        held.until = max(now, held.from_at)
        held.save(update_fields=["until"])


@transaction.atomic
def break_glass(
    *, patient: Patient, membership: Membership, reason: str, now: datetime
) -> BreakGlass:
    """Open a record for some hours, with a reason. Raises NotNeeded, OtherClinic, OwnRecord."""
    _same_clinic(membership, clinic=patient.clinic_id)
    if patient.user_id == membership.user_id:
        raise OwnRecord
    if Patient.objects.visible_to(membership).filter(pk=patient.pk).exists():
        raise NotNeeded
    note_access(patient=patient, user=membership.user, page="emergency", now=now)
    return BreakGlass.objects.create(
        patient=patient, membership=membership, reason=reason, at=now, until=now + OPEN_FOR
    )


def _clinician_of(user: User, clinic: int) -> Membership | None:
    """The membership by which somebody treats people in this clinic."""
    role = Membership.Role.CLINICIAN
    return user.memberships.current().filter(clinic=clinic, role=role).first()


def _same_clinic(*members: Membership, clinic: int) -> None:
    for member in members:
        is_clinician = member.role == Membership.Role.CLINICIAN
        if member.clinic_id != clinic or member.ended_at is not None or not is_clinician:
            raise OtherClinic
