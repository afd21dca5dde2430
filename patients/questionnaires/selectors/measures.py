"""What the patient reported, measure by measure: pain with its regions, and how daily life goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.composed import composed
from accounts.models import Membership
from pathway.models import Instrument
from patients.models import Episode, FunctionScore, Patient, SymptomLog
from patients.questionnaires.selectors.due import ACTIVITIES, PEG, ROLAND_MORRIS
from patients.record.charts import Days
from patients.record.small_charts import Period, SmallChart, daily, falls_in, now_and_then

QUESTIONNAIRES = (PEG, ACTIVITIES, ROLAND_MORRIS)
USUAL_EVERY = 7
# Of a log, in the order in which the measures read them.
DAY = ("local_date", "average_pain", "neck_pain", "back_pain", "arm_pain", "leg_pain")


@dataclass(frozen=True)
class Measures:
    """By day: the pain of the day, the region's pain where it was given, scores by questionnaire."""

    pain: Days
    regions: dict[str, Days]
    function: list[tuple[Instrument, Days]]

    def panels(self, period: Period) -> list[SmallChart]:
        """The small charts of a period, regions first; what was never answered has none."""
        return [
            *(
                daily(name, days, period=period)
                for name, days in self.regions.items()
                if falls_in(days, period)
            ),
            *(_panel(each, days, period) for each, days in self.function if falls_in(days, period)),
        ]


def _panel(instrument: Instrument, days: Days, period: Period) -> SmallChart:
    return now_and_then(
        questionnaire_name(instrument.key),
        days,
        period=period,
        top=instrument.maximum,
        every=instrument.every_days or USUAL_EVERY,
    )


def questionnaire_name(key: str) -> str:
    """What patients call it."""
    names = {ACTIVITIES: _("My three activities"), ROLAND_MORRIS: _("Low back questions")}
    return names.get(key, _("Daily life questions"))


def measures_of(viewer: Membership | Patient, episode: Episode) -> Measures:
    """All of one complaint, in two queries however long the diary is."""
    pain, regions = _logged(viewer, episode)
    return Measures(pain, regions, _answered(viewer, episode))


def _logged(viewer: Membership | Patient, episode: Episode) -> tuple[Days, dict[str, Days]]:
    named = {
        "neck_pain": _("Neck"),
        "back_pain": pgettext("part of the body", "Back"),
        "arm_pain": _("Arm"),
        "leg_pain": _("Leg"),
    }
    pain: dict[date, float] = {}
    regions: dict[str, dict[date, float]] = {name: {} for name in named.values()}
    for day, average, *parts in _of_the_days(viewer, episode):
        pain[day] = average
        for name, score in zip(named.values(), parts, strict=True):
            if score is not None:
                regions[name][day] = score
    return pain, dict(regions)


def _of_the_days(viewer: Membership | Patient, episode: Episode) -> Iterable[tuple[Any, ...]]:
    if isinstance(viewer, Patient):
        return _own_days.rows(viewer.pk, episode.pk)
    logs = SymptomLog.objects.visible_to(viewer).filter(episode=episode).of_the_day()
    return logs.values_list(*DAY)


@composed(int, int)
def _own_days(patient: int, episode: int) -> QuerySet[Any]:
    mine = SymptomLog.objects.visible_to(Patient(pk=patient)).filter(episode=episode)
    return mine.of_the_day().values_list(*DAY)


def _answered(viewer: Membership | Patient, episode: Episode) -> list[tuple[Instrument, Days]]:
    """By questionnaire, whatever protocol version asked it; the last answer of a day counts."""
    rows = (
        _own_scores(viewer.pk, episode.pk)
        if isinstance(viewer, Patient)
        else _scores(FunctionScore.objects.visible_to(viewer), episode.pk)
    )
    days: defaultdict[str, dict[date, float]] = defaultdict(dict)
    instruments: dict[str, Instrument] = {}
    for score in rows:
        instruments[score.instrument.key] = score.instrument
        days[score.instrument.key][score.local_date] = float(score.total)
    return [(instruments[key], days[key]) for key in QUESTIONNAIRES if key in instruments]


@composed(int, int)
def _own_scores(patient: int, episode: int) -> QuerySet[FunctionScore]:
    return _scores(FunctionScore.objects.visible_to(Patient(pk=patient)), episode)


def _scores(seen: QuerySet[FunctionScore], episode: int) -> QuerySet[FunctionScore]:
    rows = seen.filter(episode=episode, instrument__key__in=QUESTIONNAIRES)
    return rows.select_related("instrument").order_by("local_date", "pk")
