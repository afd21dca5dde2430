"""Everything that a packet says, as JSON: its page is drawn from this alone, on every later day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from pathway.models import CriteriaSet
from pathway.rules.criteria import Care, Proof, Record, Score
from patients.models import Episode
from patients.packets.selectors.evidence import record_of
from patients.packets.selectors.proof import Line, guideline_positions, proof_page

Content = dict[str, Any]


def snapshot(episode: Episode, asked: CriteriaSet, now: datetime) -> Content:
    today = episode.patient.clinic_date(now)
    record = record_of(episode, asked, today).until_today()
    return {
        "as_of": today.isoformat(),
        **_about(episode),
        "set": _set(asked),
        "lines": [_line(line) for line in proof_page(episode, asked, today).lines],
        "trials": [_care(one) for one in record.care],
        "medicines": [_care(one) for one in record.medicines],
        "told": [{"what": one.what, "weeks": one.weeks} for one in record.told],
        "sessions": [day.isoformat() for day in record.sessions],
        "procedures": [{"day": one.day.isoformat(), "what": one.what} for one in record.procedures],
        "images": [
            {"day": one.day.isoformat(), "what": one.what, "told": one.told}
            for one in record.images
        ],
        "pain": _weeks(record),
        "forms": [_score(one) for one in record.scores if one.scale != "nrs"],
        "positions": [
            f"{one.guideline}, {one.stated}: {one.get_stance_display()}"
            f" ({one.get_strength_display()}), {one.get_population_display()}"
            for one, _due in guideline_positions(episode, asked, now)
        ],
    }


def _about(episode: Episode) -> Content:
    patient = episode.patient
    return {
        "patient": {
            "name": patient.name,
            "birth_date": patient.birth_date.isoformat(),
            "number": patient.number,
        },
        "clinic": patient.clinic.name,
        "complaint": f"{episode.condition}, {episode.get_region_display()}",
        "onset": episode.onset_on and episode.onset_on.isoformat(),
    }


def _set(asked: CriteriaSet) -> Content:
    texts = ("key", "version", "title", "service", "payer", "source_id", "source_url", "note")
    days = ("source_date", "checked_on", "expires_on")
    return {
        **{name: getattr(asked, name) for name in texts},
        **{name: getattr(asked, name).isoformat() for name in days},
        "checked_by": asked.checked_by,
    }


def _line(line: Line) -> Content:
    return {
        "title": line.criterion.title,
        "state": line.answer.state.value,
        "words": str(line.words),
        "why": line.answer.why,
        "proof": [_proof(row) for row in line.answer.proof],
    }


def _proof(row: Proof) -> Content:
    return {"when": when(row.first, row.last), "what": row.what, "told": row.told}


def when(first: date | None, last: date | None) -> str:
    """2026-01-05, 2026-01-05 to 2026-02-01, since 2026-01-05; nothing where no day is known."""
    if first is None:
        return ""
    if last is None:
        return f"since {first}"
    return f"{first}" if first == last else f"{first} to {last}"


def _care(one: Care) -> Content:
    ended = one.ended_for.replace("_", " ")
    helped = one.helped.replace("_", " ")
    return {
        "what": one.what,
        "when": when(one.first, one.last),
        "ended_for": ended or helped,
        "told": one.told,
    }


def _score(one: Score) -> Content:
    return {"day": one.day.isoformat(), "scale": one.scale.upper(), "value": one.value}


def _weeks(record: Record) -> list[list[Any]]:
    """Each week with logs: its Monday, days with a log, their mean with one decimal."""
    weeks: defaultdict[date, list[float]] = defaultdict(list)
    for one in record.scores:
        if one.scale == "nrs":
            weeks[one.day - timedelta(days=one.day.weekday())].append(one.value)
    return [
        [monday.isoformat(), len(values), round(sum(values) / len(values), 1)]
        for monday, values in sorted(weeks.items())
    ]
