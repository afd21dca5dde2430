from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts import actions
from accounts.models import Clinic, Membership, User
from spinecare.demo import people


@dataclass(frozen=True)
class Staff:
    clinic: Clinic
    clinician: User
    second_clinician: User
    scheduler: User
    administrator: User


def hire(*, now: datetime) -> Staff:
    """The clinic and its people, each with a second factor that nobody holds: the demo signs in."""
    name, _, email = people.STAFF["administrator"]
    clinic = actions.open_clinic(
        name=people.CLINIC,
        time_zone="America/New_York",
        phone="555-0100",
        alert_email="on-call@northside.example",
        administrator_email=email,
        administrator_name=name,
        now=now,
    )
    second = _join(clinic, "clinician", people.SECOND_CLINICIAN, now)
    staff = {role: _join(clinic, role, person, now) for role, person in people.STAFF.items()}
    return Staff(clinic=clinic, second_clinician=second, **staff)


def _join(clinic: Clinic, role: str, person: tuple[str, str, str], now: datetime) -> User:
    name, credentials, email = person
    waiting = clinic.invitations.open(now).filter(email=email).first()
    invitation = waiting or actions.invite(
        clinic=clinic, email=email, name=name, role=role, by=None, now=now
    )
    user = actions.accept_invitation(invitation=invitation, now=now)
    Membership.objects.filter(user=user, clinic=clinic).update(credentials=credentials)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user
