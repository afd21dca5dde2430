"""What a decision changes: worked out once, said before it is saved, and then carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pathway.models import Protocol, Tier
from pathway.rules import Numbers, Outcome, chronicity, outcome_in
from pathway.rules.rounding import whole
from patients.models import ClinicProtocol, Decision, Flag, Kind, TierTrial, TrialReview
from patients.models import VisitRequest as Request
from patients.record.actions.trials import AlreadyExtended, NotDescribed, TrialRunning

Do = Decision.Kind
NEXT_STEP_WITHIN = timedelta(days=10)
REASSESSMENT_LEVEL = 5


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
    discharge: str = ""


@dataclass(frozen=True)
class Ending:
    """A trial that the decision ends today, and how it went."""

    trial: TierTrial
    outcome: Outcome


@dataclass(frozen=True)
class Starting:
    """A tier that the decision begins today."""

    tier: Tier
    ends_on: date
    usual_pain: int | None


@dataclass(frozen=True)
class Visit:
    """What staff are asked for, and the last day for it."""

    purpose: str
    due_on: date
    within_days: int


@dataclass(frozen=True)
class Effects:
    """All that a decision changes beside closing the flag. Dates are the clinic's."""

    today: date
    ends: list[Ending] = field(default_factory=list)
    starts: Starting | None = None
    extends: TierTrial | None = None
    more_days: int = 0
    exceeds_days: int | None = None
    """The protocol's longest window for the trial, where the extension goes beyond it."""
    visit: Visit | None = None
    quiet_until: date | None = None
    watch_until: date | None = None
    closes: bool = False

    def sentences(self) -> list[str]:
        """In the words of the page that asks for confirmation."""
        return [*self._steps(), *self._afterwards()]

    def _steps(self) -> list[str]:
        said = [
            _("Ends tier %(tier)s today as “%(outcome)s”.")
            % {"tier": each.trial.tier, "outcome": TierTrial.Outcome(each.outcome).label}
            for each in self.ends
        ]
        if self.starts:
            said.append(
                _("Starts tier %(tier)s today; its window ends on %(day)s.")
                % {"tier": self.starts.tier, "day": date_format(self.starts.ends_on)}
            )
        if self.extends:
            until = date_format(self.extends.ends_on + timedelta(days=self.more_days))
            said.append(
                _("Gives this trial %(days)s more days, to %(day)s.")
                % {"days": self.more_days, "day": until}
            )
        if self.exceeds_days:
            said.append(
                _("That is beyond the protocol's longest trial here, %(days)s days.")
                % {"days": self.exceeds_days}
            )
        return said

    def _afterwards(self) -> list[str]:
        said = []
        if self.visit:
            said.append(
                _("Asks staff for a visit within %(days)s days, by %(day)s.")
                % {"days": self.visit.within_days, "day": date_format(self.visit.due_on)}
            )
        if self.watch_until:
            day = date_format(self.watch_until)
            said.append(_("Care is paused; relapse is monitored until %(day)s.") % {"day": day})
        if self.closes:
            said.append(_("Closes the complaint. It can be opened again with its history."))
        if self.quiet_until:
            day = date_format(self.quiet_until)
            said.append(
                _("Keeps this finding quiet until %(day)s; something worse still opens a flag.")
                % {"day": day}
            )
        return said


def effects_of(flag: Flag, choice: Choice, now: datetime) -> Effects:
    """What this choice would change. Raises TrialRunning, AlreadyExtended, NotDescribed."""
    today = flag.episode.patient.clinic_date(now)
    extends = _extended(flag, choice)
    more_days = choice.extension_days or 0 if extends else 0
    discharged, visit = choice.discharge, _visit(flag, choice, now)
    return Effects(
        today=today,
        ends=_endings(flag, choice),
        starts=_starting(flag, choice, now),
        extends=extends,
        more_days=more_days,
        exceeds_days=_exceeds(extends, more_days) if extends else None,
        visit=visit,
        quiet_until=_quiet_until(flag, choice, today, visit),
        watch_until=_watch_until(flag, now) if discharged == Decision.Discharge.WATCH else None,
        closes=discharged == Decision.Discharge.CLOSE,
    )


def _extended(flag: Flag, choice: Choice) -> TierTrial | None:
    if choice.kind != Do.EXTEND or not flag.trial or not choice.extension_days:
        return None
    if flag.trial.extended_at is not None:
        raise AlreadyExtended
    return flag.trial


def _exceeds(trial: TierTrial, more_days: int) -> int | None:
    """The window by how long the complaint had lasted when the trial began, as when it was planned."""
    onset_on = trial.episode.onset_on or trial.started_on
    longest = trial.tier.protocol.window(
        trial.level, chronicity(onset_on, trial.started_on)
    ).max_days
    return longest if trial.window_days + more_days > longest else None


def _endings(flag: Flag, choice: Choice) -> list[Ending]:
    """Out of the steps, every trial ends; a step to another tier ends the flag's own."""
    running = TierTrial.objects.active().filter(episode=flag.episode).select_related("tier")
    if not choice.discharge:
        moves = choice.to_level is not None and not choice.keep_running
        running = running.filter(pk=flag.trial_id or 0) if moves else running.none()
    return [Ending(trial, outcome_of(trial)) for trial in running.order_by("-level")]


def _starting(flag: Flag, choice: Choice, now: datetime) -> Starting | None:
    level = choice.to_level
    if level is None:
        return None
    episode, today = flag.episode, flag.episode.patient.clinic_date(now)
    if episode.onset_on is None:
        raise NotDescribed
    if TierTrial.objects.active().filter(episode=episode, level=level).exists():
        raise TrialRunning
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    days = protocol.window(level, chronicity(episode.onset_on, today)).default_days
    ends_on = today + timedelta(days=days)
    return Starting(protocol.tier(level), ends_on, _present_pain(flag.trial))


def _visit(flag: Flag, choice: Choice, now: datetime) -> Visit | None:
    today = flag.episode.patient.clinic_date(now)
    if choice.kind == Do.REASSESS or choice.to_level == REASSESSMENT_LEVEL:
        within = _reassessment_within(flag, today)
        return Visit(Request.Purpose.REASSESSMENT, today + within, within.days)
    if choice.kind == Do.STEP_UP:
        days = NEXT_STEP_WITHIN.days
        return Visit(Request.Purpose.NEXT_STEP, today + NEXT_STEP_WITHIN, days)
    return None


def _protocol(flag: Flag) -> Protocol:
    return flag.findings.select_related("protocol").latest("found_at").protocol


def _reassessment_within(flag: Flag, today: date) -> timedelta:
    since = chronicity(flag.episode.onset_on or today, today)
    window = _protocol(flag).window(REASSESSMENT_LEVEL, since)
    return timedelta(days=window.default_days)


def _quiet_until(flag: Flag, choice: Choice, today: date, visit: Visit | None) -> date | None:
    """Until the next check the same finding raises no new flag; a worse one does. Where the trial
    runs on to a visit, that is the check. A safety answer and the days of a medicine are no course
    of pain: a decision about them hushes nothing."""
    if flag.kind in (Kind.SAFETY, Kind.OPIOID) or choice.discharge:
        return None
    if choice.next_check_on is None and choice.kind in (Do.NOT_RELEVANT, Do.EXTEND) and flag.trial:
        days = flag.trial.tier.protocol.setting("silent_days_after_dismissal")
        return today + timedelta(days=days)
    runs_on = choice.kind == Do.REASSESS or choice.keep_running
    return choice.next_check_on or (visit.due_on if visit and runs_on else None)


def _watch_until(flag: Flag, now: datetime) -> date:
    clinic, today = flag.episode.patient.clinic, flag.episode.patient.clinic_date(now)
    days = ClinicProtocol.objects.in_use(clinic, now).setting("relapse_watch_days")
    return today + timedelta(days=days)


def _last_numbers(trial: TierTrial | None) -> Numbers | None:
    review = TrialReview.objects.filter(trial=trial).first() if trial else None
    return Numbers.from_json(review.numbers) if review and review.numbers else None


def outcome_of(trial: TierTrial) -> Outcome:
    """How the trial went, from what the rules last said; unknown when they have said nothing."""
    numbers = _last_numbers(trial)
    if numbers is None:
        return Outcome.UNKNOWN
    return outcome_in(numbers)


def _present_pain(trial: TierTrial | None) -> int | None:
    """The last two weeks' mean is the next trial's usual pain: it need not be asked again."""
    numbers = _last_numbers(trial)
    return None if numbers is None or numbers.mean_14 is None else whole(numbers.mean_14)
