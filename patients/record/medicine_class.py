"""A medicine's name beside its class: what holds an opioid, and a class that cannot be right."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway.models import Modality
from pathway.rules import MedicineClass, classes_of

# The protocol's classes, where they are one of those that the product knows names of.
STATED = {
    "opioid": MedicineClass.OPIOID,
    "nsaid": MedicineClass.NSAID,
    "short-course-muscle-relaxant": MedicineClass.MUSCLE_RELAXANT,
    "neuropathic-agent": MedicineClass.GABAPENTINOID,
}
WORDS: dict[MedicineClass, Promise | str] = {
    MedicineClass.OPIOID: _("an opioid"),
    MedicineClass.NSAID: _("an anti-inflammatory medicine"),
    MedicineClass.MUSCLE_RELAXANT: _("a muscle relaxant"),
    MedicineClass.GABAPENTINOID: _("a gabapentinoid"),
    MedicineClass.BENZODIAZEPINE: _("a benzodiazepine"),
}


def names_an_opioid(name: str) -> bool:
    """Whatever its class was said to be: days on it are counted."""
    return MedicineClass.OPIOID in classes_of(name)


def asks_about_class(name: str, modality: Modality | None) -> str:
    """For example "Tramadol is an opioid. Is the class right?"; "" where name and class agree, or one of
    them says nothing."""
    known = classes_of(name)
    stated = STATED.get(modality.key) if modality else None
    if not known or modality is None or stated in known:
        return ""
    if stated is None and MedicineClass.OPIOID not in known:
        return ""
    worst = min(known, key=list(MedicineClass).index)
    return str(_("%(name)s is %(class)s. Is the class right?")) % {
        "name": name,
        "class": WORDS[worst],
    }
