from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathway.models import Instrument, Protocol
from patients.models import Episode
from spinecare.demo.people import DemoPatient


@dataclass(frozen=True)
class Questionnaire:
    instrument: Instrument
    items: list[str]  # their keys, in order


def questionnaires(protocol: Protocol) -> dict[str, Questionnaire]:
    """By key, those whose items may be shown; read once for all demo people."""
    return {
        each.key: Questionnaire(each, [item.key for item in each.items_to_show()])
        for each in protocol.instruments.all()
        if each.may_ship_items
    }


@dataclass(frozen=True)
class Diary:
    """One demo patient's record, what they will log, by day, and what they may be asked."""

    person: DemoPatient
    episode: Episode
    pain: dict[date, int]
    function: dict[date, float]
    asked: dict[str, Questionnaire]
