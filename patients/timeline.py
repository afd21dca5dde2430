"""Everything that happened to a patient, day by day; one query for each kind of thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from patients.models import (
    Decision,
    Flag,
    FunctionScore,
    Patient,
    SafetyAnswer,
    SymptomLog,
    TierTrial,
    TreatmentCycle,
)

Dated = tuple[date, "Entry"]


@dataclass(frozen=True)
class Entry:
    """One thing of a day: what kind, what, in which words, and the page that says more."""

    kind: str
    what: str | Promise
    words: str = ""
    address: str = ""


@dataclass(frozen=True)
class Day:
    date: date
    entries: list[Entry]


class Timeline:
    """A patient's days between two, both included, as this person may see them."""

    def __init__(self, patient: Patient, user: User, period: tuple[date, date]) -> None:
        self.patient, self.user, self.period = patient, user, period

    def days(self) -> list[Day]:
        """The newest first; a day without anything is left out."""
        kinds = (
            self._safety(), self._flags(), self._decisions(), self._trials(), self._cycles(),
            self._scores(), self._logs(),
        )  # fmt: skip
        return merged([], [dated for kind in kinds for dated in kind if self._within(dated[0])])

    def _within(self, day: date) -> bool:
        return self.period[0] <= day <= self.period[1]

    def _day(self, instant: datetime) -> date:
        return self.patient.clinic_date(instant)

    def _logs(self) -> Iterator[Dated]:
        logs = SymptomLog.objects.visible_to(self.user).standing().between(*self.period)
        days: defaultdict[date, list[SymptomLog]] = defaultdict(list)
        for log in logs.filter(episode__patient=self.patient).order_by("logged_at", "pk"):
            days[log.local_date].append(log)
        for day, of_the_day in days.items():
            yield day, _log_entry(of_the_day)

    def _scores(self) -> Iterator[Dated]:
        scores = FunctionScore.objects.visible_to(self.user).filter(
            episode__patient=self.patient, local_date__range=self.period
        )
        for score in scores.select_related("instrument").order_by("completed_at", "pk"):
            yield (
                score.local_date,
                Entry("score", score.instrument.short_name, f"{float(score.total):g}"),
            )

    def _flags(self) -> Iterator[Dated]:
        flags = Flag.objects.visible_to(self.user).filter(episode__patient=self.patient)
        for flag in flags.order_by("opened_at", "pk"):
            address = reverse("flag", args=[flag.pk])
            what = flag.get_kind_display()
            yield self._day(flag.opened_at), Entry("flag", what, flag.sentence, address)
            if flag.closed_at and flag.closing != Flag.Closing.DECIDED:
                closing = flag.get_closing_display()
                yield (
                    self._day(flag.closed_at),
                    Entry("flag", _("Flag withdrawn"), closing, address),
                )

    def _decisions(self) -> Iterator[Dated]:
        decisions = Decision.objects.visible_to(self.user).filter(
            flag__episode__patient=self.patient
        )
        for each in decisions.select_related("decided_by").order_by("decided_at", "pk"):
            words = f"{each.get_reason_display()}, {each.decided_by}"
            said = f"{words}: {each.note}" if each.note else words
            address = reverse("flag", args=[each.flag_id])
            yield (
                self._day(each.decided_at),
                Entry("decision", each.get_kind_display(), said, address),
            )

    def _trials(self) -> Iterator[Dated]:
        trials = TierTrial.objects.visible_to(self.user).filter(episode__patient=self.patient)
        for trial in trials.select_related("tier").order_by("started_on", "pk"):
            yield trial.started_on, Entry("trial", _("Step started"), str(trial.tier))
            if trial.ended_on:
                words = f"{trial.tier}: {trial.get_outcome_display()}"
                yield trial.ended_on, Entry("trial", _("Step ended"), words)

    def _cycles(self) -> Iterator[Dated]:
        cycles = TreatmentCycle.objects.visible_to(self.user).filter(
            trial__episode__patient=self.patient
        )
        for cycle in cycles.select_related("modality").order_by("started_on", "pk"):
            yield cycle.started_on, Entry("cycle", cycle.modality.title)

    def _safety(self) -> Iterator[Dated]:
        answers = SafetyAnswer.objects.visible_to(self.user).filter(
            episode__patient=self.patient, answer=True
        )
        for each in answers.select_related("question").order_by("answered_at", "pk"):
            yield self._day(each.answered_at), Entry("safety", _("Yes to"), each.question.text)


def _log_entry(logs: list[SymptomLog]) -> Entry:
    """The day's value is its last log; what the patient wrote is all there."""
    last = logs[-1]
    said = [f"{_('Pain')} {last.average_pain}"]
    if last.interference is not None:
        said.append(f"{_('got in the way')} {last.interference}")
    if last.programme:
        said.append(f"{_('exercises')}: {last.get_programme_display()}")
    if len(logs) > 1:
        said.append(_("%(number)s logs") % {"number": len(logs)})
    notes = " ".join(f"“{log.note}”" for log in logs if log.note)
    return Entry("log", ", ".join(map(str, said)), notes)


def merged(days: Iterable[Day], more: Iterable[Dated]) -> list[Day]:
    """Those days with further entries before theirs, the newest first."""
    of_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for day, entry in more:
        of_day[day].append(entry)
    for each in days:
        of_day[each.date] += each.entries
    return [Day(day, of_day[day]) for day in sorted(of_day, reverse=True)]
