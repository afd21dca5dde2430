"""A clinic's own sentence in reminders: what may stand in it. Anybody may read a mail's preview, so it says nothing
of health, and leads nowhere but to our own link."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import Clinic

KINDS = ("visit_reminder", "log_reminder")
PLACES = ("clinic", "phone")
LONGEST = 200
PLACE = re.compile(r"\{(.*?)\}")
ADDRESS = re.compile(
    r"https?:|www\.|@|\b[\w-]+\.(?:com|org|net|info|health|example)\b", re.IGNORECASE
)
# Beginnings of words, folded, of every language that patients read.
HEALTH = {
    "pain", "ache", "back", "neck", "spine", "spinal", "disc", "sciatic", "surg", "inject", "medic", "drug", "opioid",
    "treat", "therap", "diagnos", "symptom", "disease", "illness", "cancer", "exercis", "imaging", "mri", "x-ray",
    "score", "flag", "numb", "bladder", "bowel", "fever", "depress", "pregnan", "dolor", "espald", "cuello", "column",
    "lumb", "cirug", "operac", "inyec", "droga", "tratam", "terap", "sintom", "enferm", "ejerc", "resonan", "puntaj",
    "adormec", "vejiga", "intestin", "fiebre", "embaraz",
}  # fmt: skip


def problem_with(text: str) -> str:
    """Why it may not stand in a reminder; empty when it may. The clinic's own name may hold any word: it comes
    in by its place."""
    unknown = [name for name in PLACE.findall(text) if name not in PLACES]
    if unknown or {*"{}"} & set(PLACE.sub("", text)):
        return _("Only {clinic} and {phone} may stand in braces.")
    if ADDRESS.search(text):
        return _("No address and no link: the reminder has its own.")
    if word := _of_health(PLACE.sub(" ", text)):
        return _("“%(word)s” speaks of health. Anybody may see a reminder.") % {"word": word}
    return ""


def _of_health(text: str) -> str:
    words: list[str] = re.findall(r"[\w-]+", text)
    for word in words:
        plain = unicodedata.normalize("NFKD", word.lower())
        folded = "".join(sign for sign in plain if not unicodedata.combining(sign))
        if any(folded.startswith(beginning) for beginning in HEALTH):
            return word
    return ""


def own_words(clinic: Clinic, kind: str, language: str) -> str:
    """For a reminder of this kind; empty where the clinic has none in this language."""
    text: str = clinic.reminder_texts.get(kind, {}).get(language, "")
    return text.replace("{clinic}", clinic.name).replace("{phone}", clinic.phone)
