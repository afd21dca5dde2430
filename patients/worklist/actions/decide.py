"""A clinician's decision about a flag is recorded and carried out in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.actions import post_notice
from accounts.constraints import refused_as
from accounts.models import Notice, User
from patients.flags.actions import hold_open
from patients.models import (
    Decision,
    Episode,
    Finding,
    Flag,
    Kind,
    Severity,
    TierTrial,
    TreatmentCycle,
    TrialReview,
    VisitRequest,
)
from patients.record.actions.trials import TrialStart, end_trial, extend_trial, start_trial
from patients.review.queue import hold_reviews, mark_review_due
from patients.worklist.actions.effects import Choice, Effects, effects_of

SAYS_NOTHING_OF_SCORES = {Kind.SAFETY, Kind.OPIOID}


class NewlyFound(Exception):
    """Something came up after the clinician had read the flag."""


class SafetyWaits(Exception):
    """A safety answer of this flag has no outcome yet: the safety desk comes first."""


class OtherDecision(Exception):
    """Another clinician was first; the message says who."""


@transaction.atomic
def decide(
    *, flag: Flag, choice: Choice, by: User, now: datetime, seen: int | None = None
) -> Decision:
    """Record the decision, close the flag and do what it says. `seen` is the newest finding that the
    clinician has read; findings fold into a locked flag, so none slips in between.

    Raises AlreadyClosed, NewlyFound, SafetyWaits, TrialRunning, AlreadyExtended, NotDescribed; then
    nothing is kept.
    """
    hold_reviews(flag.episode)
    held = hold_open(flag)
    if seen is not None and unread(held, seen):
        raise NewlyFound
    if held.holds_rules:
        raise SafetyWaits
    effects = effects_of(held, choice, now)
    done = _quiet_before(held)
    _close(held, now)
    done |= _change_steps(held, choice, effects, by, now)
    done |= _leave_the_steps(held.episode, effects, by)
    decision = Decision.objects.create(
        flag=held,
        kind=choice.kind,
        reason=choice.reason,
        note=choice.note,
        patient_sentence=choice.patient_sentence,
        next_check_on=choice.next_check_on,
        to_level=choice.to_level,
        extension_days=choice.extension_days,
        discharge=choice.discharge,
        round=1 + held.decisions.filter(kind=Decision.Kind.UNDONE).count(),
        effects=done,
        decided_at=now,
        decided_by=by,
    )
    _stay_quiet(held, effects)
    _ask_for_visit(held, decision, effects, by, now)
    _tell_patient(held, decision, now)
    mark_review_due(episode=held.episode, now=now)
    return decision


def unread(flag: Flag, seen: int) -> list[Finding]:
    """What came after the finding that was read last, and is urgent or worse than what was read.
    Something lighter, a day without a log, sends nobody back."""
    findings = list(flag.findings.all())
    read = max((each.severity for each in findings if each.pk <= seen), default=0)
    return [
        each
        for each in findings
        if each.pk > seen and (each.severity == Severity.URGENT or each.severity > read)
    ]


def _close(flag: Flag, now: datetime) -> None:
    flag.closed_at, flag.closing = now, Flag.Closing.DECIDED
    flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = None, "", None
    flag.save()


def _spoken_of(flag: Flag) -> QuerySet[TrialReview]:
    """Of every trial that the flag speaks of: tiers overlap, and one diary says the same of each."""
    return TrialReview.objects.filter(trial__in=flag.findings.exclude(trial=None).values("trial"))


def _quiet_before(flag: Flag) -> dict[str, Any]:
    rows = _spoken_of(flag).values_list("pk", "quiet_from", "quiet_until", "quiet_kinds")
    return {
        "quiet": [[trial, _iso(begun), _iso(until), about] for trial, begun, until, about in rows]
    }


def _change_steps(
    flag: Flag, choice: Choice, effects: Effects, by: User, now: datetime
) -> dict[str, Any]:
    """End, start, extend; returns the rows that were changed, for `undo_decision`."""
    ended = [each.trial.pk for each in effects.ends]
    cycles = TreatmentCycle.objects.filter(trial__in=ended, ended_on=None)
    done: dict[str, Any] = {"ended": ended, "cycles": list(cycles.values_list("pk", flat=True))}
    for each in effects.ends:
        end_trial(trial=each.trial, outcome=each.outcome, by=by, today=effects.today)
    if effects.starts:
        start = TrialStart(
            level=effects.starts.tier.level,
            started_on=effects.today,
            usual_pain=effects.starts.usual_pain,
            reason=choice.patient_sentence,
        )
        done["watch"] = _iso(flag.episode.watch_until)
        done["started"] = start_trial(episode=flag.episode, start=start, by=by, now=now).pk
    if effects.extends:
        reason = choice.note or str(Decision.Reason(choice.reason).label)
        extend_trial(trial=effects.extends, days=effects.more_days, reason=reason, by=by, now=now)
        done["extended"] = effects.extends.pk
    return done


def _leave_the_steps(episode: Episode, effects: Effects, by: User) -> dict[str, Any]:
    if not (effects.watch_until or effects.closes):
        return {}
    before = {"watch": _iso(episode.watch_until), "closed": effects.closes}
    episode.watch_until = effects.watch_until
    if effects.closes:
        episode.closed_on, episode.closed_by = effects.today, by
    episode.save(update_fields=["watch_until", "closed_on", "closed_by"])
    return before


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _stay_quiet(flag: Flag, effects: Effects) -> None:
    """What was decided about waits for the check date. A safety answer and a medicine's days are no
    course of pain: a decision about them changes nothing of what is quiet."""
    if flag.kind in SAYS_NOTHING_OF_SCORES:
        return
    until = effects.quiet_until
    about = sorted(set(flag.findings.values_list("kind", flat=True)) - SAYS_NOTHING_OF_SCORES)
    _spoken_of(flag).update(
        quiet_from=effects.today if until else None,
        quiet_until=until,
        quiet_kinds=about if until else [],
    )


def _ask_for_visit(
    flag: Flag, decision: Decision, effects: Effects, by: User, now: datetime
) -> None:
    if effects.visit:
        VisitRequest.objects.create(
            episode=flag.episode,
            decision=decision,
            purpose=effects.visit.purpose,
            due_on=effects.visit.due_on,
            requested_by=by,
            requested_at=now,
        )


def _tell_patient(flag: Flag, decision: Decision, now: datetime) -> None:
    patient = flag.episode.patient
    if not decision.patient_sentence or not patient.mail_address:
        return
    post_notice(
        kind=Notice.Kind.MESSAGE_WAITING,
        key=f"decision:{decision.pk}",
        clinic=patient.clinic,
        email=patient.mail_address,
        whom=patient.mail_name,
        language=patient.language,
        path=reverse("home"),
        now=now,
    )


@transaction.atomic
@transaction.atomic
def correct(
    *,
    decision: Decision,
    note: str,
    by: User,
    now: datetime,
    reason: str | None = None,
    patient_sentence: str | None = None,
) -> Decision:
    """Add an entry that corrects an earlier one in words; what was done stays done. The step that it
    began gives the new words as its reason: the patient reads them there too.

    Raises OtherDecision when somebody corrected or undid it in the meantime.
    """
    sentence = decision.patient_sentence if patient_sentence is None else patient_sentence
    begun = TierTrial.objects.filter(pk=first_entry(decision).effects.get("started", 0))
    begun.filter(reason=decision.patient_sentence).update(reason=sentence)
    return follow(
        decision,
        kind=decision.kind,
        reason=reason or decision.reason,
        note=note,
        patient_sentence=sentence,
        next_check_on=decision.next_check_on,
        to_level=decision.to_level,
        extension_days=decision.extension_days,
        discharge=decision.discharge,
        decided_at=now,
        decided_by=by,
    )


def first_entry(decision: Decision) -> Decision:
    """The decision that a chain of corrections began with."""
    while decision.corrects:
        decision = decision.corrects
    return decision


def follow(decision: Decision, **entry: Any) -> Decision:
    """A further entry about the same decision: one only. Raises OtherDecision."""
    with refused_as(OtherDecision, "patients_decision_corrects_id_key"):
        return Decision.objects.create(
            flag=decision.flag, corrects=decision, round=decision.round, **entry
        )
