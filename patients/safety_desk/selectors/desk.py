"""What the desk shows: whose answers wait, and everything about one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import OuterRef, Subquery
from django.utils.functional import cached_property

from accounts.models import Membership
from patients.models import Flag, SafetyAdvice, SafetyAnswer, SafetyCall, SafetyOutcome
from patients.queries.flags import FlagQuerySet
from patients.queries.safety import AdviceQuerySet


def waiting_flags(at: Membership) -> FlagQuerySet:
    """Flags whose safety answer has no outcome, the shortest clock first."""
    held = Flag.objects.visible_to(at).holding()
    return held.select_related("episode__patient__clinic", "owner").order_by("due_at", "pk")


@dataclass(frozen=True)
class Attempt:
    """A call as it stands, and what stood there before it was corrected."""

    call: SafetyCall
    earlier: list[SafetyCall]


def _attempt(call: SafetyCall) -> Attempt:
    states = sorted(call.events.all(), key=attrgetter("pgh_id"))  # type: ignore[attr-defined]
    now = (call.result, call.note)
    return Attempt(call, [each for each in states if (each.result, each.note) != now])


@dataclass(frozen=True)
class Case:
    """One patient's safety answers, the calls and the outcomes."""

    flag: Flag
    advice: list[SafetyAdvice]
    calls: list[SafetyCall]
    outcomes: list[SafetyOutcome]
    waits: set[int]
    now: datetime

    @property
    def waiting(self) -> list[SafetyAdvice]:
        """An emergency first, the newest first."""
        return [each for each in self.advice if each.pk in self.waits]

    @property
    def earlier(self) -> list[SafetyAdvice]:
        return [each for each in self.advice if each.pk not in self.waits]

    @property
    def newest(self) -> int:
        return max((each.pk for each in self.waiting), default=0)

    @property
    def is_emergency(self) -> bool:
        return any(each.is_emergency for each in self.waiting)

    @property
    def since(self) -> datetime:
        """When the oldest answer that waits was given."""
        return min((each.given_at for each in self.waiting), default=self.flag.opened_at)

    @property
    def is_overdue(self) -> bool:
        return self.flag.due_at < self.now

    @property
    def tries(self) -> list[SafetyCall]:
        """Calls about what waits, without those withdrawn."""
        oldest = min(self.waits, default=0)
        return [each for each in self.calls if not each.withdrawn_at and each.about_id >= oldest]

    @property
    def attempts(self) -> list[Attempt]:
        """All that was noted, for the page of one patient."""
        return [_attempt(call) for call in self.calls]

    @property
    def last_call(self) -> SafetyCall | None:
        return self.tries[-1] if self.tries else None

    @property
    def handed_over(self) -> SafetyOutcome | None:
        """All that waits is somebody else's to go on with: the patient could not be reached."""
        last = self.latest_outcome
        if last is None or last.kind != SafetyOutcome.Kind.NOT_REACHED:
            return None
        return last if last.about_id == self.newest else None

    @cached_property
    def latest_outcome(self) -> SafetyOutcome | None:
        """The one that can be undone."""
        undone = {each.corrects_id for each in self.outcomes}
        in_force = [
            each
            for each in self.outcomes
            if each.kind != SafetyOutcome.Kind.UNDONE and each.pk not in undone
        ]
        return in_force[-1] if in_force else None


def cases(flags: FlagQuerySet, now: datetime) -> list[Case]:
    """For each flag its complaint's rows, in six queries however many flags there are; emergencies
    before those who are to be contacted today, each in the order of the flags."""
    found = list(flags)
    if not found:
        return []
    own = {"episode__in": {flag.episode_id for flag in found}}
    advice = _with_carers(SafetyAdvice.objects.filter(**own).order_by("level", "-pk"))
    waits = set(advice.waiting().values_list("pk", flat=True))
    people = ("called_by", "changed_by", "withdrawn_by")
    calls = SafetyCall.objects.filter(**own).select_related(*people).prefetch_related("events")
    outcomes = SafetyOutcome.objects.filter(**own).select_related("recorded_by", "handed_to")
    rows = list(advice), list(calls.order_by("pk")), list(outcomes.order_by("pk"))
    known = [_case(flag, rows, waits, now) for flag in found]
    return sorted(known, key=lambda case: not case.is_emergency)


def _with_carers(advice: AdviceQuerySet) -> AdviceQuerySet:
    """Where a carer answered, who it was (`carer`)."""
    answers = SafetyAnswer.objects.filter(
        submission_id=OuterRef("submission_id"),
        episode=OuterRef("episode"),
        answered_by__caring__patient=OuterRef("episode__patient"),
    )
    return advice.annotate(carer=Subquery(answers.values("answered_by__name")[:1]))


def _case(
    flag: Flag,
    rows: tuple[list[SafetyAdvice], list[SafetyCall], list[SafetyOutcome]],
    waits: set[int],
    now: datetime,
) -> Case:
    advice, calls, outcomes = rows
    own = [each for each in advice if each.episode_id == flag.episode_id]
    return Case(
        flag=flag,
        advice=own,
        calls=[each for each in calls if each.episode_id == flag.episode_id],
        outcomes=[each for each in outcomes if each.episode_id == flag.episode_id],
        waits=waits & {each.pk for each in own},
        now=now,
    )
