"""A clinician's visits of one day, each with what to know before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Membership
from patients.models import Episode, Flag, SymptomLog
from patients.queries.records import pk_array
from scheduling.models import Consultation
from scheduling.slots import day_bounds


@dataclass(frozen=True)
class MyVisit:
    """One visit; `episode` is the complaint that it is about, or the newest that is open, `log` its last
    log. None where there is none, or where the clinician may not see it."""

    visit: Consultation
    episode: Episode | None
    flag: Flag | None
    log: SymptomLog | None


def my_visits(viewer: Membership, day: date, now: datetime) -> list[MyVisit]:
    """Held times too, so that nobody plans over them; four queries, however many visits."""
    visits = _visits(viewer, day, now)
    episodes = _episodes(viewer, visits)
    about = {visit.pk: _about(visit, episodes) for visit in visits}
    keys = [episode.pk for episode in about.values() if episode]
    flags, logs = _flags(viewer, keys), _last_logs(viewer, keys)
    return [_row(visit, about[visit.pk], flags, logs) for visit in visits]


def _row(
    visit: Consultation,
    episode: Episode | None,
    flags: dict[int, Flag],
    logs: dict[int, SymptomLog],
) -> MyVisit:
    if episode is None:
        return MyVisit(visit, None, None, None)
    return MyVisit(visit, episode, flags.get(episode.pk), logs.get(episode.pk))


def _visits(viewer: Membership, day: date, now: datetime) -> list[Consultation]:
    mine = Consultation.objects.visible_to(viewer).filter(clinician=viewer)
    that_day = mine.taking_time(now).overlapping(*day_bounds(viewer.clinic, day, day))
    related = ("patient", "room", "visit_type", "visit_request")
    return list(that_day.select_related(*related).order_by("period", "pk"))


def _episodes(viewer: Membership, visits: list[Consultation]) -> list[Episode]:
    people = pk_array(visit.patient_id for visit in visits)
    mine = Episode.objects.visible_to(viewer).filter(patient__in=people)
    return list(mine.select_related("condition").order_by("-opened_on", "-pk"))


def _about(visit: Consultation, episodes: list[Episode]) -> Episode | None:
    mine = [one for one in episodes if one.patient_id == visit.patient_id]
    asked = visit.visit_request.episode_id if visit.visit_request else None
    found = next((one for one in mine if one.pk == asked), None)
    return found or next((one for one in mine if one.closed_on is None), None)


def _flags(viewer: Membership, episodes: list[int]) -> dict[int, Flag]:
    """The worst that is open, by episode."""
    flags = Flag.objects.visible_to(viewer).open().filter(episode__in=pk_array(episodes))
    ordered = flags.order_by("severity", "-due_at", "-pk")
    return {flag.episode_id: flag for flag in ordered}


def _last_logs(viewer: Membership, episodes: list[int]) -> dict[int, SymptomLog]:
    logs = SymptomLog.objects.visible_to(viewer).filter(episode__in=pk_array(episodes))
    newest = logs.not_withdrawn().order_by("episode", "-local_date", "-logged_at", "-pk")
    return {log.episode_id: log for log in newest.distinct("episode")}
