"""The letter to the GP and the referral letter, as first drafts: what is recorded, each fact with its day.

What is not recorded is said to be so, or left out; nothing is worked out that no page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format

from pathway.rules.rounding import one_decimal
from patients.models import MedicationCourse, SignSeen
from patients.reassessment.selectors.beside import NamedScores
from patients.reassessment.selectors.facts import Facts
from patients.record.selectors.tables import ImagingRow, ProcedureRow, TrialRow


def gp_letter(facts: Facts) -> str:
    return _joined(
        [
            _head(facts),
            _patient(facts),
            [f"Reassessment on {_day(facts.reassessment.held_on)}"],
            *_body(facts),
            _foot(facts),
        ]
    )


def referral_letter(facts: Facts) -> str:
    """The same facts, with what is asked for first."""
    own = facts.reassessment
    asked = own.outcome.title if own.outcome else ""
    asks = [
        f"Referral after a reassessment on {_day(own.held_on)}",
        f"What was decided together: {asked}",
        own.shared_decision,
    ]
    return _joined([_head(facts), _patient(facts), asks, *_body(facts), _foot(facts)])


def _joined(parts: Iterable[Iterable[str]]) -> str:
    """Parts apart by an empty line; a part without a line is none."""
    written = ("\n".join(filter(None, lines)) for lines in parts)
    return "\n\n".join(filter(None, written))


def _head(facts: Facts) -> list[str]:
    patient = facts.reassessment.episode.patient
    return [
        patient.clinic.name,
        patient.clinic.address,
        f"Phone {patient.clinic.phone}",
        _day(facts.today),
    ]


def _patient(facts: Facts) -> list[str]:
    patient = facts.reassessment.episode.patient
    return [
        f"Patient: {patient.name}",
        f"Born {_day(patient.birth_date)}, record number {patient.number}",
    ]


def _body(facts: Facts) -> Iterator[list[str]]:
    own, tables = facts.reassessment, facts.beside.tables
    yield [_complaint(facts)]
    yield ["Tried so far:", *_listed(map(_trial, reversed(tables.trials)))]
    medicines = (_medicine(row.course) for row in reversed(tables.medicines))
    yield ["Medicines on record:", *_listed(medicines)]
    yield ["Procedures on record:", *_listed(map(_procedure, reversed(tables.procedures)))]
    yield [_pain(facts), *map(_function, facts.beside.function)]
    yield ["Images on record:", *_listed(map(_image, reversed(tables.imaging))), own.imaging_note]
    yield ["Signs looked for:", *map(_sign, facts.signs)]
    yield ["Function:", own.function_note] if own.function_note else []
    yield ["Goals, in the patient's words:", own.goals]
    yield ["Options talked about:", *_options(facts)]
    yield ["What the clinic gains, as the patient was told:", own.interest_disclosed]
    yield ["Decision made together:", own.shared_decision]
    yield [f"Outcome: {own.outcome.title}" if own.outcome else "", _visit(facts)]


def _listed(lines: Iterable[str]) -> list[str]:
    return list(lines) or ["None."]


def _complaint(facts: Facts) -> str:
    episode = facts.reassessment.episode
    if episode.condition is None or episode.onset_on is None:
        return "The complaint has not been described."
    spread = ", with symptoms in an arm or a leg" if episode.radiating else ""
    what = f"{episode.condition.title}, {str(episode.get_region_display()).lower()}{spread}"
    return f"Complaint: {what}. Since {_day(episode.onset_on)}."


def _trial(row: TrialRow) -> str:
    trial = row.trial
    if trial.ended_on is None:
        return f"- {trial.tier}: since {_day(trial.started_on)}, goes on"
    days = f"{_day(trial.started_on)} to {_day(trial.ended_on)}"
    return f"- {trial.tier}: {days}. {trial.get_outcome_display()}"


def _medicine(course: MedicationCourse) -> str:
    since = f"since {_day(course.started_on)}" if course.started_on else "start not known"
    until = f"ended {_day(course.ended_on)}" if course.ended_on else "goes on"
    told = f" (told by the patient on {_day(course.reported_on)})" if course.reported_on else ""
    why = f". {course.get_why_ended_display()}" if course.why_ended else ""
    return f"- {course.name}, {str(course.get_use_display()).lower()}: {since}, {until}{why}{told}"


def _procedure(row: ProcedureRow) -> str:
    done = row.procedure
    where = f"{done.level}, {str(done.get_side_display()).lower()}"
    unit = "hours" if done.counts_hours else "weeks"
    pains = "; ".join(
        f"pain {each.pain_before} before, {each.pain_now} after {each.after} {unit}"
        for each in row.relief
    )
    said = pains or "relief not recorded"
    return f"- {done.modality.title}, {where}, {_day(done.done_on)}: {said}"


def _pain(facts: Facts) -> str:
    pain = facts.beside.pain
    days = f"{_day(pain.first)} to {_day(pain.last)}"
    if pain.mean is None:
        return f"Pain, {days}: nothing was logged."
    return (
        f"Average pain, {days}: {one_decimal(pain.mean)} of 10, on {pain.days} of 14 days logged."
    )


def _function(scores: NamedScores) -> str:
    name = scores.instrument.short_name
    better = "lower" if scores.instrument.higher_is_worse else "higher"
    first, latest = _score(*scores.first), _score(*scores.latest)
    if scores.times == 1:
        return f"{name}: {first} (one form so far; {better} is better)."
    course = f"{first}, {latest}"
    return f"{name}: {course} ({scores.times} forms; {better} is better)."


def _score(total: Decimal, day: date) -> str:
    return f"{one_decimal(float(total))} on {_day(day)}"


def _image(row: ImagingRow) -> str:
    study = row.study
    what = f"{study.get_method_display()} {study.get_part_display()}".strip()
    found = study.findings.rstrip(".") or "findings not on record"
    against = f" against {row.compared_with.when}" if row.compared_with else ""
    progressed = "; progressive disc change" if study.disc_progressed else ""
    compared = f"{study.get_comparison_display()}{against}{progressed}"
    return f"- {what}, {study.when}: {found}. {compared}."


def _sign(answered: tuple[SignSeen, date]) -> str:
    sign, day = answered
    data = "the data show it" if sign.found else "the data do not show it"
    said = "confirmed" if sign.confirmed else "not confirmed"
    return f"- {sign.sign.title}: {data} ({sign.basis}); {said} by the clinician on {_day(day)}"


def _options(facts: Facts) -> list[str]:
    return [
        f"- {each.option.title}{f': {each.note}' if each.note else ''}" for each in facts.weighed
    ] or ["None was noted."]


def _visit(facts: Facts) -> str:
    if facts.visit is None:
        return ""
    purpose = str(facts.visit.get_purpose_display()).lower()
    return f"A visit was asked for ({purpose}), by {_day(facts.visit.due_on)}."


def _foot(facts: Facts) -> list[str]:
    own = facts.reassessment
    finished = (
        f", {_day(own.episode.patient.clinic_date(own.finished_at))}" if own.finished_at else ""
    )
    return [f"{own.finished_by or own.recorded_by}{finished}"]


def _day(day: date) -> str:
    return date_format(day, "M j, Y")
