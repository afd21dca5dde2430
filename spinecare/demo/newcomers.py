"""New patients of the demo: an intake in every state, from invited to confirmed this morning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.http import QueryDict

from patients.intake.actions import (
    Confirmed,
    Risks,
    Screen,
    answer_intake,
    confirm_intake,
    send_intake,
)
from patients.intake.forms.intake import PageForm, RiskPage, ScreenPage, Setting
from patients.intake.forms.pages import PAGES, read, told_by
from patients.models import ClinicProtocol, Intake, Patient
from patients.record.actions.register import invite_patient, join, register_patient
from spinecare.demo.staff import Staff

Pages = dict[str, dict[str, Any]]

ALL = "all"
NONE_OF_THESE = {"alarms": ["none"]}
NEVER = {"tried": ["none"]}
ACUTE: Pages = {
    "safety": NONE_OF_THESE,
    "risks": {"facts": ["none"]},
    "health": NONE_OF_THESE,
    "where": {"region": "back"},
    "spread": {"spread": "no"},
    "words": {"words": "I lifted a box and have been stiff since. I hope to be back at work soon."},
    "onset": {"onset_on": "", "about": "3", "unit": "weeks"},
    "self-care": {
        "tried": ["heat"], "other": "", "weeks": "2", "done": "most", "helped": "some",
    },
    "therapy": NEVER,
    "medication": NEVER,
    "procedures": NEVER,
    "pain": {"usual_pain": "5"},
    "daily-life": {},
    "medicines": {"name_0": "Ibuprofen", "use_0": "needed"},
    "pictures": {"mri": "", "ct": "", "xray": ""},
    "veteran": {"veteran": "no"},
    "contact": {"phone": "555-0171", "reach": "email", "language": "en", "reminder_hour": "18"},
}  # fmt: skip
YEARS: Pages = {
    "spread": {"spread": "yes"},
    "words": {"words": "I want to sit through a whole concert again."},
    "onset": {"onset_on": "", "about": "4", "unit": "years"},
    "self-care": {
        "tried": ["heat", "other"], "other": "Swimming", "weeks": "100", "done": "most",
        "helped": "some",
    },
    "therapy": {
        "tried": ["core-and-hip-strengthening"], "weeks": "12", "done": "most", "helped": "no",
    },
    "pain": {"usual_pain": "7"},
    "medicines": {
        "name_0": "Duloxetine", "use_0": "planned", "name_1": "Tramadol", "use_1": "needed",
    },
    "pictures": {"mri": "2024-11", "xray": "2022-05"},
    "veteran": {"veteran": "yes"},
    "contact": {"phone": "555-0172", "reach": "phone", "language": "en", "reminder_hour": "8"},
}  # fmt: skip
NECK: Pages = {
    "where": {"region": "neck"},
    "spread": {"spread": "yes"},
    "words": {"words": "Turning my head in the car is hard."},
    "onset": {"onset_on": "", "about": "5", "unit": "months"},
    "medicines": {"name_0": "Naproxen", "use_0": "planned"},
    "pictures": {"xray": "2025-06"},
}


@dataclass(frozen=True)
class Newcomer:
    """`up_to` is the first page that is not answered, ALL when it was sent, "" before the first."""

    name: str
    days_ago: int
    up_to: str = ""
    joined: bool = True
    changes: Pages = field(default_factory=dict)
    daily_life: int = 5
    language: str = "en"


ALARMED: Pages = {"safety": {"alarms": ["bladder"]}}
NEWCOMERS = (
    Newcomer("Iris Wong", days_ago=1, joined=False),
    Newcomer("Sven Lund", days_ago=9, joined=False),
    Newcomer("Noor Haddad", days_ago=2),
    Newcomer("Walt Jensen", days_ago=1, up_to="onset", changes=YEARS),
    Newcomer("Rosa Lima", days_ago=4, up_to="pictures", changes=NECK, language="es"),
    Newcomer("Carl Beck", days_ago=0, up_to="risks", changes=ALARMED),
    Newcomer("Tom Novak", days_ago=6, up_to=ALL),
    Newcomer("Grace Moore", days_ago=1, up_to=ALL, changes=YEARS, daily_life=7),
    Newcomer("Elena Petrova", days_ago=2, up_to=ALL, changes=NECK),
)
CONFIRMED = "Elena Petrova"
# Whom the demo's visitor may be, to see the questions: the next one is “When did this pain start?”
HALF_DONE = NEWCOMERS[3]


def email_of(newcomer: Newcomer) -> str:
    return f"{newcomer.name.lower().replace(' ', '.')}@mail.example"


def receive(staff: Staff, *, now: datetime) -> None:
    """Each of them, as far as they have come."""
    for place, newcomer in enumerate(NEWCOMERS):
        then = now - timedelta(days=newcomer.days_ago, minutes=40 + place)
        patient = _invited(newcomer, place, staff, then)
        if newcomer.up_to:
            _answer(newcomer, patient, then)
        if newcomer.up_to == ALL:
            _send(patient, then)
        if newcomer.name == CONFIRMED:
            _confirm(patient, staff, now)


def _invited(newcomer: Newcomer, place: int, staff: Staff, then: datetime) -> Patient:
    patient = register_patient(
        clinic=staff.clinic,
        by=staff.administrator,
        now=then,
        name=newcomer.name,
        email=email_of(newcomer),
        number=f"D-{2001 + place}",
        birth_date=date(1951 + 5 * place, 1 + place, 3 + 2 * place),
        language=newcomer.language,
    )
    invitation = invite_patient(patient=patient, by=staff.administrator, now=then)
    if newcomer.joined:
        join(invitation=invitation, now=then)
        patient.refresh_from_db()
    return patient


def _setting(patient: Patient, then: datetime) -> Setting:
    protocol = ClinicProtocol.objects.in_use(patient.clinic, then)
    return Setting(patient, protocol, patient.clinic_date(then))


def _answer(newcomer: Newcomer, patient: Patient, then: datetime) -> None:
    """Page by page, as the patient's own pages do it."""
    setting, given = _setting(patient, then), {**ACUTE, **newcomer.changes}
    items = setting.protocol.instruments.get(key="peg").items_to_show()
    given["daily-life"] = {item.key: str(newcomer.daily_life) for item in items}
    for page in takewhile(lambda each: each.key != newcomer.up_to, PAGES):
        form = page.form(_sent(given[page.key]), setting=setting)
        form.full_clean()
        if patient.user is not None:
            answer_intake(
                patient=patient,
                page=page.key,
                answers=form.answers,
                by=patient.user,
                now=then,
                told=_told(form),
            )


def _told(form: PageForm) -> Screen | Risks | None:
    if isinstance(form, ScreenPage):
        return form.screen
    return form.risks if isinstance(form, RiskPage) else None


def _sent(answers: dict[str, Any]) -> QueryDict:
    """As a browser sends them."""
    data = QueryDict(mutable=True)
    for name, value in answers.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def _send(patient: Patient, then: datetime) -> None:
    intake = Intake.objects.get(episode__patient=patient)
    told = told_by(read(intake.answers, _setting(patient, then)))
    if patient.user is not None:
        send_intake(intake=intake, told=told, by=patient.user, now=then)


def _confirm(patient: Patient, staff: Staff, now: datetime) -> None:
    """Dr. Kim agrees with what is suggested, and confirms what was told."""
    intake = Intake.objects.get(episode__patient=patient)
    setting = _setting(patient, intake.sent_at or now)
    told = told_by(read(intake.answers, setting))
    confirmed = Confirmed(
        condition=setting.protocol.conditions.get(key="mechanical-pain"),
        region=told.region,
        radiating=told.radiating,
        onset_on=min(told.onset_on or setting.today, intake.episode.opened_on),
        level=intake.suggested_level or 1,
        prior=told.prior,
        medicines=told.medicines,
        images=told.images,
        usual_pain=told.usual_pain,
        reason="You told us that self-care helped some. We build on it together.",
        note="" if intake.suggested_level else "Seen this morning.",
    )
    confirm_intake(
        intake=intake, confirmed=confirmed, by=staff.clinician, now=now - timedelta(minutes=20)
    )
