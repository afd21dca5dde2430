"""A clinician decides about a flag: recorded, and carried out, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.actions import post_notice
from accounts.models import Notice, User
from pathway.rules import Numbers, Outcome, chronicity, outcome
from patients.actions.flags import hold_open
from patients.actions.trials import (
    TrialStart,
    end_trial,
    extend_trial,
    mark_review_due,
    start_trial,
)
from patients.models import Decision, Flag, TierTrial, TrialReview, VisitRequest

Kind = Decision.Kind
NEXT_STEP_WITHIN = timedelta(days=10)
REASSESSMENT_LEVEL = 5


class OtherDecision(Exception):
    """Another clinician has decided about this flag; the message says who."""


@dataclass(frozen=True)
class Choice:
    """What the clinician chose. Fields that a kind does not use stay at their defaults."""

    kind: str
    reason: str
    note: str = ""
    patient_sentence: str = ""
    next_check_on: date | None = None
    to_level: int | None = None
    extension_days: int | None = None
    keep_running: bool = False


@transaction.atomic
def decide(*, flag: Flag, choice: Choice, by: User, now: datetime) -> Decision:
    """Record the decision, close the flag and do what it says.

    Raises AlreadyClosed, TrialRunning, AlreadyExtended, NotDescribed; then nothing is kept.
    """
    held = hold_open(flag)
    today = held.episode.patient.clinic_date(now)
    decision = Decision.objects.create(
        flag=held,
        kind=choice.kind,
        reason=choice.reason,
        note=choice.note,
        patient_sentence=choice.patient_sentence,
        next_check_on=choice.next_check_on,
        to_level=choice.to_level,
        extension_days=choice.extension_days,
        decided_at=now,
        decided_by=by,
    )
    _close(held, now)
    _carry_out(held, choice, by, now)
    _stay_quiet(held, decision, today)
    _ask_for_visit(held, decision, by, now)
    _tell_patient(held, decision, now)
    mark_review_due(episode=held.episode, now=now)
    return decision


def _close(flag: Flag, now: datetime) -> None:
    flag.closed_at, flag.closing = now, Flag.Closing.DECIDED
    flag.holds_rules = False
    flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = None, "", None
    flag.save()


def _carry_out(flag: Flag, choice: Choice, by: User, now: datetime) -> None:
    trial = flag.trial
    if choice.kind == Kind.EXTEND and trial and choice.extension_days:
        reason = choice.note or str(Decision.Reason(choice.reason).label)
        extend_trial(trial=trial, days=choice.extension_days, reason=reason, by=by, now=now)
    if choice.to_level is not None:
        _change_tier(flag, choice, by, now)


def _change_tier(flag: Flag, choice: Choice, by: User, now: datetime) -> None:
    today = flag.episode.patient.clinic_date(now)
    if flag.trial and not choice.keep_running:
        end_trial(trial=flag.trial, outcome=outcome_of(flag.trial), by=by, today=today)
    start = TrialStart(
        level=choice.to_level or 0,
        started_on=today,
        usual_pain=_present_pain(flag.trial),
        reason=choice.patient_sentence,
    )
    start_trial(episode=flag.episode, start=start, by=by, now=now)


def _last_numbers(trial: TierTrial | None) -> Numbers | None:
    review = TrialReview.objects.filter(trial=trial).first() if trial else None
    return Numbers.from_json(review.numbers) if review and review.numbers else None


def outcome_of(trial: TierTrial) -> Outcome:
    """How the trial went, from what the rules last said; unknown when they have said nothing."""
    numbers = _last_numbers(trial)
    if numbers is None:
        return Outcome.UNKNOWN
    return outcome(baseline=numbers.baseline, mean_14=numbers.mean_14, count_14=numbers.count_14)


def _present_pain(trial: TierTrial | None) -> int | None:
    """The last two weeks' mean is the next trial's usual pain: it need not be asked again."""
    numbers = _last_numbers(trial)
    return None if numbers is None or numbers.mean_14 is None else round(numbers.mean_14)


def _stay_quiet(flag: Flag, decision: Decision, today: date) -> None:
    """Until the check date the same finding raises no new flag; a weightier one does."""
    until = decision.next_check_on
    if decision.kind == Kind.NOT_RELEVANT and flag.trial:
        protocol = flag.trial.tier.protocol
        until = today + timedelta(days=protocol.setting("silent_days_after_dismissal"))
    # Of every trial that the flag speaks of: tiers overlap, and one diary says the same of each.
    spoken_of = flag.findings.exclude(trial=None).values("trial")
    TrialReview.objects.filter(trial__in=spoken_of).update(
        quiet_until=until, quiet_kind=flag.kind if until else ""
    )


def _ask_for_visit(flag: Flag, decision: Decision, by: User, now: datetime) -> None:
    wanted = visit_wanted(flag, decision.kind, decision.to_level, now)
    if wanted is None:
        return
    purpose, due_on = wanted
    VisitRequest.objects.create(
        episode=flag.episode,
        decision=decision,
        purpose=purpose,
        due_on=due_on,
        requested_by=by,
        requested_at=now,
    )


def visit_wanted(
    flag: Flag, kind: str, to_level: int | None, now: datetime
) -> tuple[str, date] | None:
    """The purpose and the last day of the visit that a decision asks staff for, if any."""
    today = flag.episode.patient.clinic_date(now)
    if kind == Kind.REASSESS or to_level == REASSESSMENT_LEVEL:
        return VisitRequest.Purpose.REASSESSMENT, today + _reassessment_within(flag, today)
    if kind == Kind.STEP_UP:
        return VisitRequest.Purpose.NEXT_STEP, today + NEXT_STEP_WITHIN
    return None


def _reassessment_within(flag: Flag, today: date) -> timedelta:
    protocol = flag.findings.select_related("protocol").latest("found_at").protocol
    # A complaint that is not described yet waits no longer than a new one.
    window = protocol.window(REASSESSMENT_LEVEL, chronicity(flag.episode.onset_on or today, today))
    return timedelta(days=window.default_days)


def _tell_patient(flag: Flag, decision: Decision, now: datetime) -> None:
    patient = flag.episode.patient
    if not decision.patient_sentence or not patient.email:
        return
    post_notice(
        kind=Notice.Kind.MESSAGE_WAITING,
        key=f"decision:{decision.pk}",
        clinic=patient.clinic,
        email=patient.email,
        language=patient.language,
        path=reverse("home"),
        now=now,
    )


@transaction.atomic
def correct(*, decision: Decision, note: str, by: User, now: datetime) -> Decision:
    """Add an entry that corrects an earlier one's reason in words; what was done stays done."""
    return Decision.objects.create(
        flag=decision.flag,
        corrects=decision,
        kind=decision.kind,
        reason=decision.reason,
        note=note,
        next_check_on=decision.next_check_on,
        to_level=decision.to_level,
        extension_days=decision.extension_days,
        decided_at=now,
        decided_by=by,
    )
