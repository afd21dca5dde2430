"""A decision is undone by a further entry: what it did is reversed, what it said stays on the record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import withhold_notice
from accounts.constraints import refused_as
from accounts.models import User
from patients.models import (
    Decision,
    Episode,
    Flag,
    TierTrial,
    TreatmentCycle,
    TrialReview,
    VisitRequest,
)
from patients.record.actions.trials import end_trial
from patients.review.queue import hold_reviews, mark_review_due
from patients.worklist.actions.decide import OtherDecision, first_entry, follow

# What refuses a step, a complaint or a flag that comes back beside another one.
STEPS = (
    "trials_of_a_tier_never_overlap", "one_open_episode_per_region", "one_open_flag_per_trial",
    "one_open_flag_per_episode_without_trial",
)  # fmt: skip


class BuiltOn(Exception):
    """Something rests on the decision by now; the message says what, for the clinician."""


@transaction.atomic
def undo_decision(*, decision: Decision, by: User, now: datetime) -> Decision:
    """Undo what a decision did and open its flag again. Raises BuiltOn, OtherDecision."""
    last = latest_entry(decision)
    if last.kind == Decision.Kind.UNDONE:
        raise OtherDecision
    first = first_entry(decision)
    hold_reviews(first.flag.episode)
    episode = Episode.objects.get(pk=first.flag.episode_id)
    if reason := built_on(first, episode):
        raise BuiltOn(reason)
    entry = follow(
        last, kind=Decision.Kind.UNDONE, reason=last.reason, decided_at=now, decided_by=by
    )
    with refused_as(_changed_since, *STEPS):
        _undo(first, episode, by, now)
    mark_review_due(episode=episode, now=now)
    return entry


def _changed_since() -> BuiltOn:
    return BuiltOn(_("The trials have changed since. Decide again instead."))


def latest_entry(decision: Decision) -> Decision:
    """The end of the chain: what holds today."""
    while after := Decision.objects.filter(corrects=decision).first():
        decision = after
    return decision


def built_on(decision: Decision, episode: Episode) -> str:
    """What rests on the decision already, as a sentence; "" when it may be undone."""
    checks = (
        (_later_decision, _("There is a later decision. Undo that one first.")),
        (_open_flag, _("Another flag is open now. Decide about that one instead.")),
        (_visit_taken, _("A time is held or booked for its visit. Ask staff to let it go first.")),
        (_step_used, _("The trial that it started is in use already. Decide again instead.")),
        (_moved_on, _("The complaint has been opened or closed since. Decide again instead.")),
    )
    return next((str(words) for check, words in checks if check(decision, episode)), "")


def _later_decision(decision: Decision, episode: Episode) -> bool:
    later = Decision.objects.in_force().filter(flag__episode=episode)
    return later.filter(decided_at__gt=decision.decided_at).exclude(flag=decision.flag).exists()


def _open_flag(decision: Decision, episode: Episode) -> bool:
    return Flag.objects.open().filter(episode=episode, shadow=False).exists()


def _visit_taken(decision: Decision, episode: Episode) -> bool:
    asked = VisitRequest.objects.filter(decision=decision)
    return asked.exists() and not asked.filter(pk__in=VisitRequest.objects.untouched()).exists()


def _step_used(decision: Decision, episode: Episode) -> bool:
    started = decision.effects.get("started")
    if started is None:
        return False
    fresh = TierTrial.objects.active().filter(pk=started, extended_at=None, cycles=None)
    return not fresh.exists() or Flag.objects.filter(trial=started).exists()


def _moved_on(decision: Decision, episode: Episode) -> bool:
    if "closed" not in decision.effects:
        return False
    return bool(decision.effects["closed"]) != (episode.closed_on is not None)


def _undo(decision: Decision, episode: Episode, by: User, now: datetime) -> None:
    done = decision.effects
    _undo_steps(done, by)
    _undo_leaving(done, episode)
    VisitRequest.objects.filter(decision=decision).update(closed_at=now, closed_by=by)
    withhold_notice(key=f"decision:{decision.pk}", now=now)
    for trial, begun, until, about in done.get("quiet", []):
        TrialReview.objects.filter(pk=trial).update(
            quiet_from=_day(begun), quiet_until=_day(until), quiet_kinds=about
        )
    Flag.objects.filter(pk=decision.flag_id).update(
        closed_at=None, closing="", holds_rules=done.get("held_rules", False)
    )


def _undo_steps(done: dict[str, Any], by: User) -> None:
    """The new step never counted: it ends on the day it began."""
    for trial in TierTrial.objects.filter(pk=done.get("started", 0)):
        end_trial(trial=trial, outcome="unknown", by=by, today=trial.started_on)
    TierTrial.objects.filter(pk__in=done.get("ended", [])).update(
        ended_on=None, outcome="", ended_by=None
    )
    TreatmentCycle.objects.filter(pk__in=done.get("cycles", [])).update(ended_on=None)
    TierTrial.objects.filter(pk=done.get("extended", 0)).update(
        extension_days=None, extension_reason="", extended_at=None, extended_by=None
    )


def _undo_leaving(done: dict[str, Any], episode: Episode) -> None:
    if "watch" in done:
        episode.watch_until = _day(done["watch"])
        episode.closed_on = episode.closed_by = None
        episode.save(update_fields=["watch_until", "closed_on", "closed_by"])


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
