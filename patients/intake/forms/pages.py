"""The table of an intake's pages, in their order, and what all of them say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from patients.fields import Words
from patients.intake.actions import IntakeAnswers
from patients.intake.forms.care import (
    CarePage,
    ContactPage,
    ImagingPage,
    MedicationPage,
    MedicinesPage,
    ProcedurePage,
    TherapyPage,
    VeteranPage,
)
from patients.intake.forms.intake import (
    FunctionPage,
    HealthPage,
    OnsetPage,
    PageForm,
    PainPage,
    RegionPage,
    RiskPage,
    ScreenPage,
    Setting,
    SpreadPage,
    WordsPage,
)


@dataclass(frozen=True)
class Page:
    """`title` is what the page is called where its question is not its heading."""

    key: str
    title: Words
    form: type[PageForm]


# Safety comes first: a yes stops everything after it.
PAGES = (
    Page("safety", _("First, your safety"), ScreenPage),
    Page("risks", _("About your health"), RiskPage),
    Page("health", _("Your health now"), HealthPage),
    Page("where", _("Where it hurts"), RegionPage),
    Page("spread", _("Arm or leg"), SpreadPage),
    Page("words", _("In your own words"), WordsPage),
    Page("onset", _("When did this pain start?"), OnsetPage),
    Page("self-care", _("What you did by yourself"), CarePage),
    Page("therapy", _("Therapy"), TherapyPage),
    Page("medication", _("Medicine that you tried"), MedicationPage),
    Page("procedures", _("Injections and procedures"), ProcedurePage),
    Page("pain", _("Your pain"), PainPage),
    Page("daily-life", _("Your daily life"), FunctionPage),
    Page("medicines", _("Medicine that you take now"), MedicinesPage),
    Page("pictures", _("Pictures of your spine"), ImagingPage),
    Page("veteran", _("Veteran"), VeteranPage),
    Page("contact", _("How we reach you"), ContactPage),
)
KEYS = [page.key for page in PAGES]


def first_open(answers: Mapping[str, Any]) -> Page | None:
    """The first page that is not answered yet; none when all are."""
    return next((page for page in PAGES if page.key not in answers), None)


def after(page: Page) -> Page | None:
    place = KEYS.index(page.key) + 1
    return PAGES[place] if place < len(PAGES) else None


def before(page: Page) -> Page | None:
    place = KEYS.index(page.key)
    return PAGES[place - 1] if place else None


def read(answers: Mapping[str, Any], setting: Setting) -> dict[str, PageForm]:
    """The answered pages, bound to their answers. What the present protocol does not know is left out."""
    forms = {
        page.key: page.form(answers[page.key], setting=setting)
        for page in PAGES
        if page.key in answers
    }
    return {key: form for key, form in forms.items() if form.is_valid()}


def told_by(forms: Mapping[str, PageForm]) -> IntakeAnswers:
    """All that the pages tell; several tell of earlier care and of the patient."""
    parts = [form.tell() for form in forms.values()]
    single = {key: value for part in parts for key, value in part.items()}
    prior = tuple(tried for part in parts for tried in part.get("prior", ()))
    about = {key: value for part in parts for key, value in part.get("about_patient", {}).items()}
    return IntakeAnswers(**{**single, "prior": prior, "about_patient": about})
