"""The care status of a patient: the step, the next check, and what there is to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.composed import composed
from accounts.models import Clinic
from pathway.models import Protocol, published_tier
from pathway.rules import Numbers, Status
from pathway.rules.rounding import rounded
from patients.models import (
    ClinicProtocol,
    Decision,
    Episode,
    Flag,
    Kind,
    Patient,
    ShadowMode,
    TierTrial,
    TreatmentCycle,
)
from patients.queries.visibility import must_be_patient
from patients.record.selectors.steps import next_check, step_name

PROCEDURES = 4
# Of two weeks: as many as four of seven, below which no page of a patient's says an average.
DAYS_FOR_AVERAGE = 8
SPEAKS_OF_THE_TEAM = {Status.WORSENING, Status.RELAPSE, Status.WINDOW_COMPLETE}


@dataclass(frozen=True)
class CareStatus:
    """The record in short: the steps so far and the decisions in force, the newest first."""

    trials: list[TierTrial]
    decisions: list[Decision]
    flag: Flag | None
    protocol: Protocol
    clinic: Clinic
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.clinic.zone).date()

    @property
    def running(self) -> list[TierTrial]:
        return [trial for trial in self.trials if trial.ended_on is None]

    @cached_property
    def trial(self) -> TierTrial | None:
        """The current step is the highest that runs."""
        return max(self.running, key=lambda trial: trial.level, default=None)

    @property
    def had_injections(self) -> bool:
        """An injection is part of a trial of tier 4; without one there was none to ask about."""
        return any(trial.level == PROCEDURES for trial in self.trials)

    @property
    def step(self) -> str:
        return step_name(self.trial.tier) if self.trial else ""

    @property
    def day(self) -> int:
        """Day of the step; its first day is 1."""
        return self.trial.day(self.today) + 1 if self.trial else 0

    @cached_property
    def next_check(self) -> date | None:
        if self.trial is None:
            return None
        return next_check(
            started_on=self.trial.started_on,
            ends_on=self.trial.ends_on,
            check_days=self.trial.tier.check_days,
            decided=self.decisions[0].next_check_on if self.decisions else None,
            today=self.today,
        )

    @property
    def messages(self) -> list[Decision]:
        """Decisions with a sentence for the patient."""
        return [decision for decision in self.decisions if decision.patient_sentence]

    @property
    def told(self) -> Decision | None:
        return next(iter(self.messages), None)

    @property
    def out_of_steps(self) -> bool:
        """The last decision led out of the steps, and nothing has begun since."""
        return self.trial is None and bool(self.decisions) and bool(self.decisions[0].discharge)

    @property
    def looking(self) -> bool:
        """Whether a clinician has taken the open flag on."""
        return self.flag is not None and self.flag.owner_id is not None

    @property
    def held(self) -> bool:
        """Whether a safety answer waits for a clinician."""
        return self.flag is not None and self.flag.holds_rules

    @property
    def asks_safety(self) -> bool:
        """Whether what was found calls for the safety questions (docs/rules.md)."""
        found = (Kind.WORSENING, Kind.CEILING, Kind.RELAPSE, Kind.FUNCTION_WORSE, Kind.PLATEAU)
        return self.flag is not None and self.flag.kind in found

    @cached_property
    def message(self) -> str:
        """What the status says to the patient; nothing before there is something to say."""
        if self.held:
            return self.protocol.message("red_flag_hold").patient
        if self._looks_at_the_whole and (said := self.protocol.message("ceiling").patient):
            return said
        if self.trial is None or self.trial.review.numbers is None:
            return ""
        numbers = Numbers.from_json(self.trial.review.numbers)
        return "" if self._unsaid(numbers) else _filled(self.protocol, self.trial, numbers)

    @property
    def _looks_at_the_whole(self) -> bool:
        """The patient is told of the ceiling, like a plateau, once somebody has taken it on."""
        return self.looking and self.flag is not None and self.flag.kind == Kind.CEILING

    def _unsaid(self, numbers: Numbers) -> bool:
        """A plateau is told once somebody has taken it on, so that nobody is left alone with it; in
        shadow mode nothing says that a team knows; “it is early” is said early in a step only."""
        if numbers.status == Status.PLATEAU:
            return not self.looking
        if numbers.status == Status.IN_PROGRESS and not _early(self.protocol, numbers):
            return True
        promised = self.flag is None and numbers.status in SPEAKS_OF_THE_TEAM
        return promised and ShadowMode.objects.is_on(self.clinic, self.now)


def care_status_of(patient: Patient, episode: Episode, now: datetime) -> CareStatus:
    """Days are the clinic's, as the windows are; the protocol is the one that the last step began under."""
    must_be_patient(patient)
    found, flags = _trials(patient.pk, episode.pk), _flags(patient.pk, episode.pk)
    for trial in found:
        trial.tier = published_tier(trial.tier_id)
    return CareStatus(
        trials=found,
        decisions=_in_force([one for flag in flags if (one := getattr(flag, "decided", None))]),
        flag=next((flag for flag in flags if flag.closed_at is None), None),
        protocol=found[-1].tier.protocol
        if found
        else ClinicProtocol.objects.in_use(episode.patient.clinic, now),
        clinic=episode.patient.clinic,
        now=now,
    )


@composed(int, int)
def _trials(patient: int, episode: int) -> QuerySet[TierTrial]:
    mine = TierTrial.objects.visible_to(Patient(pk=patient)).counted().filter(episode=episode)
    return mine.order_by("started_on", "pk").select_related("review", "started_by")


@composed(int, int)
def _flags(patient: int, episode: int) -> QuerySet[Flag]:
    return Flag.objects.about(Patient(pk=patient)).filter(episode=episode).with_decisions()


def _in_force(decisions: list[Decision]) -> list[Decision]:
    """Of a chain of corrections its end, unless it was undone: what was said by mistake is not told on."""
    followed = {each.corrects_id for each in decisions}
    kept = (each for each in decisions if each.pk not in followed)
    return [each for each in kept if each.kind != Decision.Kind.UNDONE]


def _early(protocol: Protocol, numbers: Numbers) -> bool:
    return numbers.day < protocol.thresholds.signal_from_day


def _filled(protocol: Protocol, trial: TierTrial, numbers: Numbers) -> str:
    message = protocol.message(numbers.status.name.lower()).patient
    if "{recent}" in message and numbers.count_14 < DAYS_FOR_AVERAGE:
        message = protocol.message(Status.IMPROVING.name.lower()).patient
    return message.format(
        recent=_average(numbers.mean_14),
        baseline=_average(numbers.baseline),
        cycle=_last_cycle(trial) if "{cycle}" in message else "",
    )


def _average(score: float | None) -> str:
    return "" if score is None else number_format(rounded(score), 1)


def _last_cycle(trial: TierTrial) -> str:
    cycles = TreatmentCycle.objects.not_withdrawn().filter(trial=trial)
    last = cycles.select_related("modality").order_by("-started_on", "-pk").first()
    return last.modality.title.lower() if last else _("your last treatment")
