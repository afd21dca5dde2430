"""Checks of a record: each is answered yes or no, or says that nobody asked. Nothing is taken for a no."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Asked(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_ASKED = "not_asked", _("Not asked")


BEFORE_INJECTION: dict[str, str | Promise] = {
    "anticoagulants": _("Takes a blood thinner"),
    "pregnancy": _("Pregnant, or may be"),
    "infection": _("Signs of infection"),
    "diabetes": _("Has diabetes"),
    "contrast_allergy": _("Allergic to contrast"),
}
BESIDE_OPIOID: dict[str, str | Promise] = {
    "benzodiazepine": _("Takes a benzodiazepine"),
    "gabapentinoid": _("Takes gabapentin or pregabalin"),
    "sleep_apnoea": _("Sleep apnea"),
    "naloxone_offered": _("Naloxone offered"),
}


def check_field() -> models.CharField[str, str]:
    return models.CharField(max_length=9, choices=Asked, default=Asked.NOT_ASKED)


def checks_known(table: str, names: dict[str, str | Promise]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}__in": Asked.values for name in names}), name=f"{table}_checks_known"
    )


def said(row: models.Model, names: dict[str, str | Promise]) -> list[tuple[str | Promise, str]]:
    """Each check with its answer, in words."""
    return [(words, str(Asked(getattr(row, name)).label)) for name, words in names.items()]
