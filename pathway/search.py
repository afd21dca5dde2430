"""Finds cards by the words in them, in the language in force. There are some forty: all are searched.

Not PostgreSQL's full text: it knows no half-typed words, and a translation is not in columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from pathway.models import Protocol

MOST = 20
# Shorter words ("the", "de", "for") say little; they count only where all words are found.
TELLING = 4


@dataclass(frozen=True)
class Card:
    """One thing to read: where it is, its title, and its first words."""

    url: str
    title: str
    summary: str
    more: str = ""


def search(protocol: Protocol, query: str) -> list[Card]:
    """Cards with every word of the query, half-typed words too; if none has all, cards with any."""
    asked = [_stem(word) for word in _words(query)]
    cards = [
        (card, _words(card.title), _words(f"{card.summary} {card.more}"))
        for card in _cards(protocol)
    ]
    telling = [word for word in asked if len(word) >= TELLING]
    for wanted, least in ((asked, len(asked)), (telling, 1)):
        hits = [(_weight(wanted, *words), card) for card, *words in cards]
        found = [hit for hit in hits if wanted and hit[0][0] >= least]
        if found:
            break
    return [card for _weight, card in sorted(found, key=lambda hit: hit[0], reverse=True)][:MOST]


def _weight(wanted: Sequence[str], title: Sequence[str], text: Sequence[str]) -> tuple[int, int]:
    """How many of the words are there, and how many of them in the title."""
    in_title = [word for word in wanted if _begins(word, title)]
    in_text = [word for word in wanted if _begins(word, text)]
    return len({*in_title, *in_text}), len(in_title)


def _begins(beginning: str, words: Sequence[str]) -> bool:
    return any(word.startswith(beginning) for word in words)


def _words(text: str) -> list[str]:
    """Without accents and capitals: "Estenosis", "ESTENÓSIS" and "estenosis" are one word."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each)))


def _stem(word: str) -> str:
    """Plurals find the singular, in both languages: injections, inyecciones."""
    return re.sub(r"(?<=\w{4})e?s$", "", word)


def _cards(protocol: Protocol) -> Iterator[Card]:
    for tier in protocol.tiers.order_by("level"):
        more = f"{tier.short_title} {tier.enter_when} {tier.leave_when}"
        yield Card(reverse("learn_tier", args=[tier.level]), tier.title, tier.summary, more)
    for each in protocol.conditions.in_order():
        url = reverse("learn_condition", args=[each.key])
        yield Card(url, each.title, each.summary, each.usual_care)
    for question in protocol.questions.in_order():
        yield Card(reverse("learn_question", args=[question.key]), question.title, question.answer)
    for modality in protocol.modalities.select_related("tier").order_by("tier__level", "position"):
        url = reverse("learn_modality", args=[modality.key])
        yield Card(url, modality.title, modality.summary, modality.mark)
    last = reverse("learn_tier", args=[5])
    for option in protocol.options.in_order():
        yield Card(
            f"{last}#option-{option.key}", option.title, option.summary, option.evidence_note
        )
