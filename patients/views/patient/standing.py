"""Where a patient stands: the step, the next check, and what there is to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from pathway.models import Protocol
from pathway.rules import Numbers, Status
from patients.models import Decision, Episode, Flag, TierTrial, TreatmentCycle
from patients.progress import next_check


@dataclass(frozen=True)
class Standing:
    """The current trial, if one runs; `looking` is set once a clinician owns the open flag."""

    trial: TierTrial | None
    day: int
    next_check: date | None
    told: Decision | None
    message: str
    looking: bool


def standing_of(user: User, episode: Episode, now: datetime) -> Standing:
    """Days are the clinic's, as the windows are."""
    today = episode.patient.clinic_date(now)
    trial = _current_trial(user, episode)
    told = Decision.objects.told_to(user).filter(flag__episode=episode).first()
    flag = Flag.objects.about(user).open().filter(episode=episode).first()
    return Standing(
        trial=trial,
        day=trial.day(today) + 1 if trial else 0,
        next_check=_next_check(trial, told, today),
        told=told,
        message=_message(trial, flag),
        looking=flag is not None and flag.owner_id is not None,
    )


def _current_trial(user: User, episode: Episode) -> TierTrial | None:
    running = TierTrial.objects.visible_to(user).active().filter(episode=episode)
    return running.current_first().select_related("tier__protocol", "review").first()


def _next_check(trial: TierTrial | None, told: Decision | None, today: date) -> date | None:
    if trial is None:
        return None
    return next_check(
        started_on=trial.started_on,
        ends_on=trial.ends_on,
        check_days=trial.tier.check_days,
        decided=told.next_check_on if told else None,
        today=today,
    )


def _message(trial: TierTrial | None, flag: Flag | None) -> str:
    """What the status says to the patient; nothing before there is something to say."""
    if trial is None:
        return ""
    protocol = trial.tier.protocol
    if flag is not None and flag.holds_rules:
        return protocol.message("red_flag_hold").patient
    if trial.review.numbers is None:
        return ""
    numbers = Numbers.from_json(trial.review.numbers)
    # A plateau is said once somebody has taken it on, so that nobody is left alone with it.
    if numbers.status == Status.PLATEAU and (flag is None or flag.owner_id is None):
        return ""
    return _filled(protocol, trial, numbers)


def _filled(protocol: Protocol, trial: TierTrial, numbers: Numbers) -> str:
    message = protocol.message(numbers.status.name.lower()).patient
    return message.format(
        recent=_average(numbers.mean_14),
        baseline=_average(numbers.baseline),
        cycle=_last_cycle(trial) if "{cycle}" in message else "",
    )


def _average(score: float | None) -> str:
    return "" if score is None else number_format(score, 1)


def _last_cycle(trial: TierTrial) -> str:
    cycles = TreatmentCycle.objects.filter(trial=trial).select_related("modality")
    last = cycles.order_by("-started_on", "-pk").first()
    return last.modality.title.lower() if last else _("your last treatment")
