"""The letter to the patient, as a first draft: plain words, in the patient's language.

What a clinician wrote in English is not put into another language by the product: the draft holds a gap
that has to be filled in by hand, and is not final before.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.languages import spoken
from pathway.rules.rounding import rounded
from patients.models.records.letter import GAP
from patients.reassessment.selectors.beside import NamedScores
from patients.reassessment.selectors.facts import Facts
from patients.record.selectors.steps import step_name
from patients.record.selectors.tables import TrialRow

# Four days of seven, as on the patient's own pages: of fewer no average is said.
ENOUGH_DAYS = 8


def patient_letter(facts: Facts) -> str:
    with translation.override(spoken(facts.reassessment.episode.patient.language)):
        parts = ("\n".join(filter(None, lines)) for lines in _parts(facts))
        return "\n\n".join(filter(None, parts))


def _parts(facts: Facts) -> Iterator[list[str]]:
    own = facts.reassessment
    patient = own.episode.patient
    yield [patient.clinic.name, patient.clinic.address, date_format(facts.today)]
    yield [
        patient.name,
        _("Born %(day)s") % {"day": date_format(patient.birth_date)},
        _("Record number %(number)s") % {"number": patient.number},
    ]
    yield [_("Dear %(name)s,") % {"name": patient.name}]
    yield [
        _("On %(day)s we looked at all of your care with you.") % {"day": date_format(own.held_on)}
    ]
    yield [_("What you want:"), _from_english(own.goals)]
    yield _tried(facts)
    yield _answers(facts)
    yield _options(facts)
    yield [
        _("What the clinic gains from a choice, as we told you:"),
        _from_english(own.interest_disclosed),
    ]
    yield [_("What we decided with you:"), *_decided(facts)]
    yield [_visit(facts)]
    yield _call(facts)
    yield [str(own.finished_by or own.recorded_by)]


def _tried(facts: Facts) -> list[str]:
    rows = [_trial(row) for row in reversed(facts.beside.tables.trials)]
    return [_("What you have tried so far:"), *rows] if rows else []


def _trial(row: TrialRow) -> str:
    first = date_format(row.trial.started_on)
    if row.trial.ended_on is None:
        said = _("since %(first)s") % {"first": first}
        return f"- {step_name(row.trial.tier)}: {said}"
    last = date_format(row.trial.ended_on)
    said = _("%(first)s to %(last)s. How it went: %(outcome)s") % {
        "first": first,
        "last": last,
        "outcome": row.trial.get_outcome_display(),
    }
    return f"- {step_name(row.trial.tier)}: {said}"


def _answers(facts: Facts) -> list[str]:
    return [
        _("What your answers say:"),
        f"- {_pain(facts)}",
        *map(_function, facts.beside.function),
    ]


def _pain(facts: Facts) -> str:
    pain = facts.beside.pain
    days = {"first": date_format(pain.first), "last": date_format(pain.last)}
    if pain.mean is None:
        return _("Pain: no day was logged from %(first)s to %(last)s.") % days
    if pain.days < ENOUGH_DAYS:
        few = _("Pain: you logged %(days)s of 14 days. That is too few for an average.")
        return few % {"days": pain.days}
    said = {"mean": _number(pain.mean), "days": pain.days}
    words = _(
        "Pain: %(mean)s of 10 on average from %(first)s to %(last)s. You logged %(days)s of 14 days."
    )
    return words % (days | said)


def _function(scores: NamedScores) -> str:
    (first, first_on), (latest, latest_on) = scores.first, scores.latest
    better = _("Lower is better.") if scores.instrument.higher_is_worse else _("Higher is better.")
    said = f"{_number(first)} ({date_format(first_on)})"
    if scores.times > 1:
        said = f"{said}, {_number(latest)} ({date_format(latest_on)})"
    return f"- {scores.instrument.short_name}: {said}. {better}"


def _number(score: float | Decimal) -> str:
    """Half up, as on every page, with the language's own decimal sign."""
    return number_format(rounded(float(score)), 1)


def _options(facts: Facts) -> list[str]:
    rows = [f"- {each.option.title}" for each in facts.weighed]
    return [_("What we talked about:"), *rows] if rows else []


def _decided(facts: Facts) -> list[str]:
    own = facts.reassessment
    return [_from_english(own.shared_decision), own.outcome.title if own.outcome else ""]


def _visit(facts: Facts) -> str:
    if facts.visit is None:
        return ""
    day = date_format(facts.visit.due_on)
    return _("We will find a time for your next visit, by %(day)s.") % {"day": day}


def _call(facts: Facts) -> list[str]:
    clinic = facts.reassessment.episode.patient.clinic
    words = _("Is something new or worse? Do not wait. Call us: %(phone)s, %(hours)s.")
    now = _("If it cannot wait, call %(number)s.")
    return [
        words % {"phone": clinic.phone, "hours": clinic.phone_hours},
        now % {"number": clinic.emergency_number},
    ]


def _from_english(text: str) -> str:
    """As it was written; in another language than English, a gap with it."""
    if not text or translation.get_language() == settings.LANGUAGE_CODE:
        return text
    return f"{GAP} {text} ]]"
