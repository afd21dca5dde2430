"""A patient's record as entries of a timeline: what was sent in, noticed, decided and begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from patients.carers.selectors import names_with_role
from patients.models import Flag, Patient, SymptomLog
from patients.record.timeline.days import Dated, Timeline, TimelineEntry, What
from patients.record.timeline.records import record_entries
from patients.record.timeline.rows import Rows, read, titles_of

# A decision and a safety outcome have entries of their own.
TOLD_OTHERWISE = {Flag.Closing.DECIDED, Flag.Closing.SAFETY}


def timeline_of(asked: Timeline) -> Timeline:
    """That timeline with what the record holds, in three queries."""
    rows = read(asked)
    told = [
        *_sent(asked.patient, rows),
        *_flags(asked.patient, rows),
        *_safety(asked.patient, rows),
        *_decisions(asked.patient, rows),
        *_steps(rows),
        *record_entries(asked.patient, rows, titles_of(rows)),
    ]
    return asked.with_more(dated for dated in told if dated[0] <= asked.period[1])


def _sent(patient: Patient, rows: Rows) -> Iterator[Dated]:
    """What the patient said, on the patient's own days."""
    helped = _by_carers(patient, rows)
    for each in rows.get("answers", ()):
        day, who = patient.local_date(each.answered_at), helped.get(each.answered_by_id)
        said = f"{each.question.text} ({who})" if who else each.question.text
        yield day, TimelineEntry(What.SAFETY, _("Yes to"), said)
    for score in rows.get("scores", ()):
        words, who = f"{float(score.total):g}", helped.get(score.entered_by_id)
        if who:
            words = f"{words} ({who})"
        yield score.local_date, TimelineEntry(What.SCORE, score.instrument.short_name, words)
    days: defaultdict[tuple[date, int], list[SymptomLog]] = defaultdict(list)
    for log in rows.get("logs", ()):
        days[log.local_date, log.episode_id].append(log)
    for (day, _complaint), of_the_day in days.items():
        yield day, _log_entry(of_the_day, helped)


def _by_carers(patient: Patient, rows: Rows) -> dict[int, str]:
    """The names of carers who answered or entered something here; a query only where there may be one."""
    logs = (each for each in rows.get("logs", ()) if each.source == SymptomLog.Source.CARER)
    answers = {each.answered_by_id for each in rows.get("answers", ())}
    scores = {each.entered_by_id for each in rows.get("scores", ())}
    users = {each.entered_by_id for each in logs} | (answers | scores) - {patient.user_id}
    return names_with_role(patient, users) if users else {}


def _log_entry(logs: list[SymptomLog], helped: dict[int, str]) -> TimelineEntry:
    """The day's value is its last log; what the patient wrote is all there."""
    last = logs[-1]
    said = [f"{_('Pain')} {last.average_pain}"]
    if last.interference is not None:
        said.append(f"{_('got in the way')} {last.interference}")
    if last.programme:
        said.append(f"{_('exercises')}: {last.get_programme_display()}")
    if len(logs) > 1:
        said.append(_("%(number)s logs") % {"number": len(logs)})
    if who := helped.get(last.entered_by_id):
        said.append(_("entered by %(who)s") % {"who": who})
    elif last.source != SymptomLog.Source.PATIENT:
        said.append(_source(last))
    notes = " ".join(f"“{log.note}”" for log in logs if log.note)
    return TimelineEntry(What.LOG, ", ".join(map(str, said)), notes)


def _source(log: SymptomLog) -> str:
    """Who wrote it down, where that was not the patient."""
    by = f" ({log.entered_by})" if log.source == SymptomLog.Source.STAFF else ""
    return f"{log.get_source_display()}{by}"


def _flags(patient: Patient, rows: Rows) -> Iterator[Dated]:
    """A reason on the day it was found: the flag's own row only knows the worst one."""
    for each in rows.get("findings", ()):
        address = reverse("flag", args=[each.flag_id])
        found = TimelineEntry(What.FLAG, each.get_kind_display(), each.sentence, address)
        yield patient.clinic_date(each.found_at), found
    for flag in rows.get("flags", ()):
        if flag.closed_at and flag.closing not in TOLD_OTHERWISE:
            address = reverse("flag", args=[flag.pk])
            closed = TimelineEntry(
                What.FLAG, _("Flag withdrawn"), flag.get_closing_display(), address
            )
            yield patient.clinic_date(flag.closed_at), closed


def _safety(patient: Patient, rows: Rows) -> Iterator[Dated]:
    """What was done about the patient's safety answers."""
    for call in rows.get("safety_calls", ()):
        said = f"{call.get_result_display()}, {call.called_by}"
        words = f"{said}: {call.note}" if call.note else said
        yield patient.clinic_date(call.called_at), TimelineEntry(What.SAFETY, _("Called"), words)
    for each in rows.get("outcomes", ()):
        said = f"{each.recorded_by}: {each.note}" if each.note else str(each.recorded_by)
        address = reverse("safety_case", args=[each.flag_id])
        entry = TimelineEntry(What.SAFETY, each.get_kind_display(), said, address)
        yield patient.clinic_date(each.recorded_at), entry


def _decisions(patient: Patient, rows: Rows) -> Iterator[Dated]:
    for each in rows.get("decisions", ()):
        words = f"{each.get_reason_display()}, {each.decided_by}"
        said = f"{words}: {each.note}" if each.note else words
        address = reverse("flag", args=[each.flag_id])
        entry = TimelineEntry(What.DECISION, each.get_kind_display(), said, address)
        yield patient.clinic_date(each.decided_at), entry


def _steps(rows: Rows) -> Iterator[Dated]:
    for trial in rows.get("trials", ()):
        yield trial.started_on, TimelineEntry(What.STEP, _("Step started"), str(trial.tier))
        if trial.ended_on:
            words = f"{trial.tier}: {trial.get_outcome_display()}"
            yield trial.ended_on, TimelineEntry(What.STEP, _("Step ended"), words)
    for cycle in rows.get("cycles", ()):
        yield cycle.started_on, TimelineEntry(What.STEP, _("Cycle started"), cycle.modality.title)
        if cycle.ended_on:
            yield cycle.ended_on, TimelineEntry(What.STEP, _("Cycle ended"), cycle.modality.title)
