"""A new patient's intake: answered page by page, sent, and confirmed by a clinician."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import User
from pathway import rules
from pathway.models import Condition, Modality, RiskFact, SafetyLevel, SafetyQuestion
from pathway.rules import TierSuggestion
from patients.care_team.actions.care_team import take_on
from patients.flags.risk_facts import keep_risk_facts
from patients.flags.safety_answers import answer_safety, levels
from patients.models import (
    ClinicProtocol,
    Episode,
    Flag,
    ImagingStudy,
    Intake,
    MedicationCourse,
    Patient,
    PriorTreatment,
    TierTrial,
)
from patients.questionnaires.actions.scores import FilledForm, record_peg
from patients.record.actions.records import keep_record
from patients.record.actions.register import EpisodeOpen
from patients.record.actions.trials import TrialStart, start_trial

Helped = PriorTreatment.Helped
NOT_ENOUGH = {Helped.SOME, Helped.NO}


class IntakeClosed(Exception):
    """It was sent, or a clinician has confirmed a tier: nothing more can be answered."""


class IntakeStopped(Exception):
    """A safety answer waits for a clinician; nothing goes on before its outcome is recorded."""


@dataclass(frozen=True)
class Screen:
    """The safety questions of one rendered page, and which of them are true."""

    submission_id: UUID
    yes_to: list[SafetyQuestion]
    no_to: list[SafetyQuestion]

    def stops(self, intake: Intake) -> bool:
        """A yes that cannot wait, alone or beside a risk fact."""
        counted = levels(intake.episode, self.yes_to)
        return any(level != SafetyLevel.ROUTINE for _question, level in counted)


@dataclass(frozen=True)
class Risks:
    """The risk facts of one rendered page, and the keys of those that are true."""

    asked: list[RiskFact]
    true: list[str]


@dataclass(frozen=True)
class TriedTreatment:
    """One kind of care before this clinic, as in PriorTreatment."""

    level: int
    what: str
    weeks: int
    attended: bool
    helped: str

    @property
    def for_rules(self) -> rules.PriorCare:
        """Only too little help counts against a kind of care, not what nobody remembers."""
        return rules.PriorCare(
            self.level, self.weeks, self.attended, helped=self.helped not in NOT_ENOUGH
        )


@dataclass(frozen=True)
class MedicineTaken:
    """One medicine of the patient's; None is what nobody has said."""

    name: str
    use: str
    modality: Modality | None = None
    is_opioid: bool | None = None
    started_on: date | None = None


@dataclass(frozen=True)
class ImageTaken:
    """One image; `month` as in 2025-11, "" where nobody has said a part or a finding."""

    method: str
    month: str
    part: str = ""
    findings: str = ""


@dataclass(frozen=True)
class IntakeAnswers:
    """What the answers say; the defaults stand for pages that are not answered yet."""

    region: str = ""
    radiating: bool = False
    weakness: bool = False
    onset_on: date | None = None
    prior: tuple[TriedTreatment, ...] = ()
    usual_pain: int | None = None
    peg: dict[str, int | None] = field(default_factory=dict)
    medicines: tuple[MedicineTaken, ...] = ()
    images: tuple[ImageTaken, ...] = ()
    about_patient: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Confirmed:
    """What a clinician makes of an intake: the complaint, the first tier, what was tried, taken and
    pictured; `about_patient` is what the patient told and has not sent."""

    condition: Condition
    region: str
    radiating: bool
    onset_on: date
    level: int
    prior: tuple[TriedTreatment, ...] = ()
    medicines: tuple[MedicineTaken, ...] = ()
    images: tuple[ImageTaken, ...] = ()
    about_patient: dict[str, Any] = field(default_factory=dict)
    usual_pain: int | None = None
    reason: str = ""
    note: str = ""


@transaction.atomic
def answer_intake(
    *,
    patient: Patient,
    page: str,
    answers: dict[str, Any],
    by: User,
    now: datetime,
    told: Screen | Risks | None = None,
) -> Intake:
    """Keep one page, the first one with the intake itself; a yes to a safety question stops it.

    Raises IntakeClosed, IntakeStopped.
    """
    intake = _running(patient, by, now)
    intake.answers[page] = answers
    if isinstance(told, Risks):
        keep_risk_facts(patient=patient, asked=told.asked, true=told.true, by=by, now=now)
    if isinstance(told, Screen):
        answer_safety(
            episode=intake.episode,
            yes_to=told.yes_to,
            no_to=told.no_to,
            submission_id=told.submission_id,
            by=by,
            now=now,
        )
        if told.stops(intake) and intake.stopped_at is None:
            intake.stopped_at = now
    intake.save(update_fields=["answers", "stopped_at"])
    return intake


def _running(patient: Patient, by: User, now: datetime) -> Intake:
    """The patient's unsent intake, locked; begun when there is none. One at a time."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    found = Intake.objects.unreviewed().filter(episode__patient=patient)
    rows = found.select_related("episode__patient__clinic")
    intake = rows.select_for_update(of=("self",)).first()
    if intake is None:
        if patient.episodes.open().exists():
            raise IntakeClosed
        return _begin(patient, by, now)
    if intake.sent_at is not None:
        raise IntakeClosed
    _refuse_while_stopped(intake)
    return intake


def _begin(patient: Patient, by: User, now: datetime) -> Intake:
    episode = Episode.objects.create(
        patient=patient, opened_by=by, opened_on=patient.clinic_date(now)
    )
    return Intake.objects.create(episode=episode, started_at=now)


def _refuse_while_stopped(intake: Intake) -> None:
    if Flag.objects.holding().filter(episode=intake.episode).exists():
        raise IntakeStopped


@transaction.atomic
def send_intake(*, intake: Intake, told: IntakeAnswers, by: User, now: datetime) -> Intake:
    """Close the answers, work out the suggestion, keep the function score and the contact details.

    Idempotent. Raises IntakeClosed, IntakeStopped.
    """
    held = _held(intake)
    _refuse_while_stopped(held)
    if held.sent_at is not None:
        return held
    suggestion = suggest(told, held.episode.patient.clinic_date(now))
    held.sent_at = now
    held.suggested_level = suggestion.tier
    held.suggested_reasons = [reason.value for reason in suggestion.reasons]
    held.look_closely = suggestion.clinician_review
    held.save()
    _keep_about_patient(held, told.about_patient)
    _keep_function(held, told, by, now)
    return held


def suggest(told: IntakeAnswers, today: date) -> TierSuggestion:
    """Where to start, by pathway/rules/intake.py; a safety answer has been cleared by then."""
    score = rules.score_peg(list(told.peg.values()))
    return rules.suggest_tier(
        rules.Intake(
            chronicity=rules.chronicity(told.onset_on or today, today),
            pain=told.usual_pain or 0,
            weakness=told.weakness,
            high_disability=score is not None and rules.is_high_disability(score.worse),
            prior=tuple(tried.for_rules for tried in told.prior),
        )
    )


def _keep_about_patient(intake: Intake, about: dict[str, Any]) -> None:
    """Contact, language, veteran: on the patient's record, where staff look for it."""
    if about:
        Patient.objects.filter(pk=intake.episode.patient_id).update(**about)


def _keep_function(intake: Intake, told: IntakeAnswers, by: User, now: datetime) -> None:
    protocol = ClinicProtocol.objects.in_use(intake.episode.patient.clinic, now)
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), told.peg)
    record_peg(episode=intake.episode, form=form, by=by, now=now)


@transaction.atomic
def confirm_intake(*, intake: Intake, confirmed: Confirmed, by: User, now: datetime) -> TierTrial:
    """Describe the complaint, keep what was tried, taken and pictured, and begin the tier that the
    clinician chose; who confirms is on the care team.

    Raises IntakeClosed, IntakeStopped, EpisodeOpen; then nothing is kept.
    """
    held = _held(intake)
    _refuse_while_stopped(held)
    episode = _described(held.episode, confirmed)
    for tried in confirmed.prior:
        PriorTreatment.objects.create(
            episode=episode, recorded_by=by, recorded_at=now, **vars(tried)
        )
    _keep_reported(held, confirmed, by, now)
    _keep_about_patient(held, confirmed.about_patient)
    held.reviewed_at, held.reviewed_by = now, by
    held.chosen_level, held.review_note = confirmed.level, confirmed.note
    held.save()
    start = TrialStart(
        level=confirmed.level,
        started_on=episode.patient.clinic_date(now),
        usual_pain=confirmed.usual_pain,
        reason=confirmed.reason,
    )
    take_on(patient=episode.patient, by=by, now=now)
    return start_trial(episode=episode, start=start, by=by, now=now)


def _keep_reported(intake: Intake, confirmed: Confirmed, by: User, now: datetime) -> None:
    """Medicines and images, as told: what is missing stays missing."""
    told_on = intake.episode.patient.clinic_date(intake.sent_at or now)
    kept: dict[str, Any] = {"episode": intake.episode, "reported_on": told_on}
    for medicine in confirmed.medicines:
        keep_record(record=MedicationCourse(**kept, **vars(medicine)), by=by, now=now)
    for image in confirmed.images:
        study = ImagingStudy(
            **kept,
            method=image.method,
            done_on=date.fromisoformat(f"{image.month}-01"),
            day_known=False,
            part=image.part,
            findings=image.findings,
        )
        keep_record(record=study, by=by, now=now)


def _held(intake: Intake) -> Intake:
    """The intake's row, locked. Raises IntakeClosed once a clinician has confirmed it."""
    rows = Intake.objects.select_related("episode__patient__clinic")
    held = rows.select_for_update(of=("self",)).get(pk=intake.pk)
    if held.reviewed_at is not None:
        raise IntakeClosed
    return held


def _described(episode: Episode, confirmed: Confirmed) -> Episode:
    episode.condition, episode.region = confirmed.condition, confirmed.region
    episode.radiating, episode.onset_on = confirmed.radiating, confirmed.onset_on
    with refused_as(EpisodeOpen, "one_open_episode_per_region"):
        episode.save(update_fields=["condition", "region", "radiating", "onset_on"])
    return episode
