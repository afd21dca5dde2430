"""The records by tier as entries of a timeline. What is missing is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import ImagingStudy, Patient, Procedure, ReliefEntry
from patients.record.exercise_library import ShownExercise
from patients.record.timeline.days import Dated, TimelineEntry, What
from patients.record.timeline.rows import Rows

Titles = Mapping[tuple[int, str], str]


def record_entries(patient: Patient, rows: Rows, titles: Titles) -> Iterator[Dated]:
    yield from _plans(rows, titles)
    yield from _programmes(rows, titles)
    yield from _exercises(rows)
    yield from _sessions(rows)
    yield from _medicines(rows)
    yield from _procedures(rows)
    yield from _relief(patient, rows)
    yield from _images(rows)
    yield from _reassessments(rows)
    yield from _letters(patient, rows)


def _plans(rows: Rows, titles: Titles) -> Iterator[Dated]:
    for plan in rows.get("plans", ()):
        said = [_named(plan, titles), plan.to_do]
        if plan.to_avoid:
            said.append(_("To avoid for now: %(what)s") % {"what": plan.to_avoid})
        at = _sheet("plan", plan)
        yield (
            plan.given_on,
            TimelineEntry(What.PLAN, _("Self-care plan given"), _sentences(said), at),
        )


def _programmes(rows: Rows, titles: Titles) -> Iterator[Dated]:
    for each in rows.get("programmes", ()):
        what, at = _named(each, titles), _sheet("programme", each)
        planned = _("%(sessions)s sessions and %(days)s days a week at home planned") % {
            "sessions": each.sessions_planned,
            "days": each.home_days_a_week,
        }
        said = _sentences([what, each.aim, planned])
        yield each.started_on, TimelineEntry(What.THERAPY, _("Therapy programme started"), said, at)
        if each.ended_on:
            yield each.ended_on, TimelineEntry(What.THERAPY, _("Therapy programme ended"), what, at)


def _sessions(rows: Rows) -> Iterator[Dated]:
    for each in rows.get("sessions", ()):
        what = _("Therapy session attended") if each.attended else _("Therapy session missed")
        yield each.held_on, TimelineEntry(What.THERAPY, what, each.note, _sheet("session", each))


def _exercises(rows: Rows) -> Iterator[Dated]:
    for each in rows.get("exercises", ()):
        name, at = ShownExercise(each).name, _sheet("exercise", each)
        yield each.started_on, TimelineEntry(What.THERAPY, _("Exercise given"), name, at)
        if each.ended_on:
            yield each.ended_on, TimelineEntry(What.THERAPY, _("Exercise ended"), name, at)


def _medicines(rows: Rows) -> Iterator[Dated]:
    for course in rows.get("medicines", ()):
        at = _sheet("medicine", course)
        name = f"{course.name}, {course.modality.title}" if course.modality_id else course.name
        said = _sentences([f"{name}, {course.get_use_display()}", _told_by_patient(course)])
        if course.started_on:
            yield course.started_on, TimelineEntry(What.MEDICINE, _("Medicine started"), said, at)
        else:
            what = _("Medicine taken, start not known")
            yield course.known_days[0], TimelineEntry(What.MEDICINE, what, said, at)
        if course.ended_on:
            ended = [f"{name}: {course.get_why_ended_display()}", _side_effect(course)]
            entry = TimelineEntry(What.MEDICINE, _("Medicine ended"), _sentences(ended), at)
            yield course.ended_on, entry


def _told_by_patient(record: Any) -> str:
    return _("Told by the patient") if record.reported_on else ""


def _side_effect(course: Any) -> str:
    if not course.side_effect:
        return ""
    return _("Side effect: %(words)s") % {"words": course.side_effect}


def _procedures(rows: Rows) -> Iterator[Dated]:
    looked_at = {entry.procedure_id for entry in rows.get("relief", ())}
    for each in rows.get("procedures", ()):
        said = [
            f"{each.modality.title}, {each.level}, {each.get_side_display()}",
            each.how,
            each.note,
        ]
        if each.pk not in looked_at:
            said.append(_("Relief not recorded"))
        what, at = each.get_purpose_display(), _sheet("procedure", each)
        yield each.done_on, TimelineEntry(What.PROCEDURE, what, _sentences(said), at)


def _relief(patient: Patient, rows: Rows) -> Iterator[Dated]:
    """On the day that it speaks of, or on that of its entry where this was sooner."""
    done = {each.pk: each for each in rows.get("procedures", ())}
    for entry in rows.get("relief", ()):
        procedure = done[entry.procedure_id]
        day = min(_felt_on(procedure, entry), patient.clinic_date(entry.recorded_at))
        words = f"{_after(procedure, entry)}: {entry}, {_percent(entry)}"
        about = f"{procedure.modality.title}, {procedure.level}. {words}"
        yield day, TimelineEntry(What.PROCEDURE, _("Relief"), about, _sheet("relief", entry))


def _felt_on(procedure: Procedure, entry: ReliefEntry) -> date:
    if procedure.counts_hours:
        return procedure.done_on + timedelta(days=entry.after // 24)
    return procedure.done_on + timedelta(weeks=entry.after)


def _after(procedure: Procedure, entry: ReliefEntry) -> str:
    if procedure.counts_hours:
        return ngettext("After %(n)s hour", "After %(n)s hours", entry.after) % {"n": entry.after}
    return ngettext("After %(n)s week", "After %(n)s weeks", entry.after) % {"n": entry.after}


def _percent(entry: ReliefEntry) -> str:
    if entry.percent is None:
        return _("no pain before, so no relief to work out")
    if entry.percent < 0:
        return _("%(percent)s %% (more pain)") % {"percent": entry.percent}
    return _("%(percent)s %% relief") % {"percent": entry.percent}


def _images(rows: Rows) -> Iterator[Dated]:
    """An image of which the month alone is known stands on its first day, and says so."""
    known = {study.pk: study for study in rows.get("images", ())}
    for study in rows.get("images", ()):
        said = [
            "" if study.day_known else _("In %(month)s, day not known") % {"month": study.when},
            study.findings.rstrip(".") or _("Findings not on record"),
            _comparison(study, known.get(study.compared_with_id)),
            _told_by_patient(study),
        ]
        what = f"{study.get_method_display()} {study.get_part_display()}".strip()
        yield (
            study.done_on,
            TimelineEntry(What.IMAGING, what, _sentences(said), _sheet("imaging", study)),
        )


def _comparison(study: ImagingStudy, compared: ImagingStudy | None) -> str:
    said = str(study.get_comparison_display())
    if compared:
        said = _("%(how)s, compared with %(day)s") % {"how": said, "day": compared.when}
    return f"{said}; {_('progressive disc change')}" if study.disc_progressed else said


def _reassessments(rows: Rows) -> Iterator[Dated]:
    for each in rows.get("reassessments", ()):
        said = each.outcome.title if each.finished_at else _("not finished")
        at = reverse("reassessment", args=[each.pk])
        yield each.held_on, TimelineEntry(What.REASSESSMENT, _("Reassessment"), said, at)


def _letters(patient: Patient, rows: Rows) -> Iterator[Dated]:
    """When each became final, and when one was withdrawn; drafts are no part of the course."""
    for each in rows.get("letters", ()):
        said = _sentences([each.get_state_display(), each.reason])
        at = reverse("print_letter", args=[each.reassessment_id, each.kind, each.version])
        what = TimelineEntry(What.REASSESSMENT, each.get_kind_display(), said, at)
        yield patient.clinic_date(each.entered_at), what


def _sheet(kind: str, record: Any) -> str:
    return reverse("record_change", args=[kind, record.pk])


def _named(sheet: Any, titles: Titles) -> str:
    """A key that no version names any more is shown as it is."""
    return ", ".join(titles.get((sheet.protocol_id, key), key) for key in sheet.modality_keys)


def _sentences(said: list[str]) -> str:
    return ". ".join(part for part in said if part)
