"""What happened to a visit, from its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Case, Exists, OuterRef, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Carer
from scheduling.models import Consultation

State = Consultation.State
STEPS = ("booked", "confirmed", "arrived", "done", "cancelled", "no_show")
WORDS: dict[str, str | Promise] = {
    State.HELD: gettext_lazy("Held"),
    State.BOOKED: gettext_lazy("Booked"),
    State.CONFIRMED: gettext_lazy("Confirmed by the patient"),
    State.ARRIVED: gettext_lazy("Arrived"),
    State.DONE: gettext_lazy("Done"),
    State.CANCELLED: gettext_lazy("Cancelled"),
    State.NO_SHOW: gettext_lazy("Missed"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, what, by whom, and why where a reason was given."""

    at: datetime
    what: str | Promise
    who: str
    why: str | Promise = ""


def steps_of(visit: Consultation) -> list[Step]:
    """The whole story, the newest first; one query however long it is."""
    events = list(_events(visit))
    happened = [_first(events[0])] if events else []
    for before, after in pairwise(events):
        happened += _between(visit, before, after)
    return happened[::-1]


def _events(visit: Consultation) -> Any:
    people = (*(f"{step}_by" for step in STEPS), "held_by", "undone_by")
    names = {f"{who}_name": _named(who, visit.patient_id) for who in people}
    return visit.events.annotate(**names).order_by("pgh_id")  # type: ignore[attr-defined]


def _named(who: str, patient: int) -> Concat:
    """ "Lucia Delgado, carer" where they acted for this patient as one."""
    caring = Carer.objects.filter(patient=patient, user=OuterRef(who))
    role = Case(When(Exists(caring), then=Value(_(", carer"))), default=Value(""))
    return Concat(Coalesce(f"{who}__name", Value("")), role)


def _first(event: Any) -> Step:
    return Step(
        event.pgh_created_at, WORDS[event.state], event.held_by_name or event.booked_by_name
    )


def _between(visit: Consultation, before: Any, after: Any) -> Iterator[Step]:
    if after.undone_at != before.undone_at:
        what = _("Undone: %(step)s") % {"step": str(WORDS[before.state]).lower()}
        yield Step(after.undone_at, what, after.undone_by_name)
    elif after.state != before.state:
        at = getattr(after, f"{after.state}_at", None) or after.pgh_created_at
        who = getattr(after, f"{after.state}_by_name", "")
        yield Step(at, WORDS[after.state], who, _why(after))
    elif after.offered_at and after.offered_at != before.offered_at:
        yield Step(after.offered_at, _("Offered to the patient"), after.held_by_name)
    elif after.period != before.period:
        yield Step(
            after.pgh_created_at, _moved(visit, after), after.booked_by_name or after.held_by_name
        )
    elif before.rebook_by and not after.rebook_by:
        yield Step(after.pgh_created_at, _("No other time is needed"), "")


def _moved(visit: Consultation, event: Any) -> str:
    starts = event.period.lower.astimezone(visit.patient.clinic.zone)
    return _("Moved to %(when)s") % {"when": date_format(starts, "D, M j, g:i a")}


def _why(event: Any) -> str | Promise:
    reasons = dict(Consultation.Reason.choices) | dict(Consultation.Missing.choices)
    return reasons.get(event.cancel_reason or event.no_show_reason, "")
