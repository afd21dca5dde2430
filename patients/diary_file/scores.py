"""Scores of 0 to 10, and the words for the two questions beside them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from patients.diary_file.problems import BadValue, quoted

LOWEST, HIGHEST = 0, 10
NUMBER = re.compile(r"[+-]?\d{1,6}([.,]\d{0,12})?")
NO_NUMBER = {"inf", "+inf", "-inf", "infinity", "-infinity", "+infinity", "∞", "nan", "na", "n/a"}

PROGRAMME = {
    "done": "done", "yes": "done", "some": "some", "none": "none", "no": "none",
    "rest": "rest", "rest day": "rest", "not planned today": "rest",
}  # fmt: skip
MEDICINE = {
    "planned": "planned", "as planned": "planned", "extra": "extra", "more than planned": "extra",
    "none": "none", "no": "none",
}  # fmt: skip


def exact_score(text: str) -> Decimal:
    """The number as it was written, which has to be within 0 to 10 before any rounding."""
    if text.casefold() in NO_NUMBER:
        raise BadValue(f"{quoted(text)} is not a score: give a number from 0 to 10.")
    if not NUMBER.fullmatch(text):
        raise BadValue(f"{quoted(text)} is not a number.")
    score = Decimal(text.replace(",", "."))
    if score < LOWEST:
        raise BadValue(f"{quoted(text)} is less than 0.")
    if score > HIGHEST:
        raise BadValue(_too_high(text, score))
    return score


def _too_high(text: str, score: Decimal) -> str:
    hint = " It may be from a scale of 0 to 100." if 10 * HIGHEST >= score > 2 * HIGHEST else ""
    return f"{quoted(text)} is more than 10.{hint}"


def whole(score: Decimal) -> int:
    """The nearest whole number; a half goes up, away from zero.

    So equal steps stay equal: 2.5 to 3.5 is one point before and after, where rounding halves to
    even would make it two (2 to 4), and the rules read changes.
    """
    return int(score.quantize(Decimal(1), ROUND_HALF_UP))


def choice(text: str, words: dict[str, str], what: str) -> str:
    """The stored value of an answer in words; nothing for nothing."""
    if not text:
        return ""
    if text.casefold() not in words:
        raise BadValue(f"{quoted(text)} is not an answer about the {what}. Use {', '.join(words)}.")
    return words[text.casefold()]
