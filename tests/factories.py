"""Factories that go through actions: no test holds a record that the product could not have made."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import factory
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Clinic, User
from pathway.models import Protocol
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.models import Episode, Patient, SymptomLog, TierTrial
from patients.record.actions.register import invite_patient, join, open_episode, register_patient
from patients.record.actions.trials import TrialStart, start_trial


class ThroughAction(factory.Factory):
    """Calls `_act(**fields)` instead of a model's constructor."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **fields):
        fields.setdefault("now", timezone.now())
        return cls._act(**fields)


class ClinicFactory(ThroughAction):
    class Meta:
        model = Clinic

    name = "Northside Spine Clinic"
    time_zone = "America/New_York"
    phone = "555-0100"
    alert_email = factory.LazyAttribute(lambda o: f"on-call@{o.name.split()[0].lower()}.example")
    administrator_email = factory.Sequence(lambda n: f"owner{n}@clinic.example")
    administrator_name = "Olga Owner"

    _act = accounts.open_clinic


class ClinicAtNoonFactory(ClinicFactory):
    """Where real processes and browsers live by the real clock: here it is between twelve and one,
    so that no test meets a night, and the clinic's day is the day in UTC."""

    @factory.lazy_attribute
    def time_zone(self):
        return f"Etc/GMT{timezone.now().hour - 12:+d}"  # POSIX counts westwards: +5 is New York


class StaffFactory(ThroughAction):
    """Somebody invited to a clinic who accepted and set up a second step for signing in."""

    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Colleague {n}")
    email = factory.Sequence(lambda n: f"staff{n}@clinic.example")
    role = "clinician"
    second_factor = True

    @classmethod
    def _act(cls, *, now, clinic, second_factor, **fields):
        invitation = accounts.invite(clinic=clinic, by=None, now=now, **fields)
        user = accounts.accept_invitation(invitation=invitation, now=now)
        if second_factor:
            set_up_second_factor(user)
        return user


def set_up_second_factor(user):
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


class PatientFactory(ThroughAction):
    """A registered patient who has accepted the invitation."""

    class Meta:
        model = Patient

    name = "Maria Ortiz"
    birth_date = date(1971, 5, 4)
    sex = "F"
    number = factory.Sequence(lambda n: f"N-{4000 + n}")
    email = factory.Sequence(lambda n: f"patient{n}@mail.example")
    phone = "555-0142"
    joined = True

    @classmethod
    def _act(cls, *, now, joined, **fields):
        patient = register_patient(now=now, **fields)
        if joined:
            invitation = invite_patient(patient=patient, by=fields["by"], now=now)
            join(invitation=invitation, now=now)
            patient.refresh_from_db()
        return patient


class EpisodeFactory(ThroughAction):
    class Meta:
        model = Episode

    condition_key = "mechanical-pain"
    region = "back"
    radiating = False
    onset_on = date(2025, 12, 1)

    @classmethod
    def _act(cls, *, now, condition_key, **fields):
        condition = Protocol.objects.current().conditions.get(key=condition_key)
        return open_episode(condition=condition, today=now.date(), **fields)


class TrialFactory(ThroughAction):
    class Meta:
        model = TierTrial

    level = 2
    days_ago = 56
    window_days = 84
    usual_pain = 6

    @classmethod
    def _act(cls, *, now, episode, by, days_ago, **fields):
        start = TrialStart(started_on=now.date() - timedelta(days=days_ago), **fields)
        return start_trial(episode=episode, start=start, by=by, now=now)


class LogFactory(ThroughAction):
    """One log, made by the patient early on `local_date`."""

    class Meta:
        model = SymptomLog

    average_pain = 6

    @classmethod
    def _act(cls, *, now, episode, local_date=None, **answers):
        if local_date is not None:
            now = datetime.combine(local_date, time(7), episode.patient.zone)
        entry = LogEntry(local_date=episode.patient.local_date(now), **answers)
        return log_symptoms(
            episode=episode,
            entry=entry,
            submission_id=uuid4(),
            by=episode.patient.user,
            now=now,
        ).log


def keep_diary(episode, scores, last_day):
    """A log a day that ends on `last_day`; None leaves the day out."""
    first = last_day - timedelta(days=len(scores) - 1)
    return [
        LogFactory(episode=episode, local_date=first + timedelta(days=day), average_pain=score)
        for day, score in enumerate(scores)
        if score is not None
    ]
