"""Scores of 0 to 10."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from patients.diary_file.problems import BadValue, quoted

LOWEST, HIGHEST = 0, 10
LONGEST_SCORE = 40
NUMBER = re.compile(r"[+-]?\d{1,6}([.,]\d{0,12})?")
NO_NUMBER = {"inf", "+inf", "-inf", "infinity", "-infinity", "+infinity", "∞", "nan", "na", "n/a"}

OF_TEN = re.compile(r"(.+?)\s*(?:/|out of|de)\s*10", re.IGNORECASE)


def exact_score(text: str) -> Decimal:
    """The number as it was written, also as 7/10; it has to be within 0 to 10 before any rounding."""
    if text.casefold() in NO_NUMBER:
        raise BadValue(f"{quoted(text)} is not a score: give a number from 0 to 10.")
    of_ten = OF_TEN.fullmatch(text) if len(text) < LONGEST_SCORE else None
    number = of_ten[1] if of_ten else text
    if not NUMBER.fullmatch(number):
        raise BadValue(f"{quoted(text)} is not a number.")
    score = Decimal(number.replace(",", "."))
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
