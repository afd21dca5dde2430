"""What was typed into a search box, and which patients it may mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import F, Lookup, Q, QuerySet

from patients.finding.birth_dates import birth_dates
from patients.finding.folded import fold, fold_number

NOBODY = Q(pk__in=[])
# Fewer digits would stand in every phone; so many stand for a number without its country.
LEAST_DIGITS, WHOLE_PHONE = 4, 7
# A short word with one letter wrong is another word; a very long one is none.
LEAST_MISTYPED, MOST_MISTYPED = 4, 24
# "delacruz" is one word to who types it; "ao" would stand across many names.
LEAST_JOINED = 5
# A pattern for each word of a name; a sentence is none.
MOST_WORDS = 5
PHONE = re.compile(r"[0-9\s()+./-]+")


class Like(Lookup):
    """One of these patterns; folded words hold no sign of patterns."""

    lookup_name, prepare_rhs = "like", False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, given = self.process_lhs(compiler, connection)
        right, pattern = self.process_rhs(compiler, connection)
        return f"{left} LIKE ANY({right})", [*given, *pattern]


class AnyOf(Lookup):
    """One of what a query gives, as an array. `IN` inside of an `OR` would let PostgreSQL expect half of all
    rows, and read them in the wrong order."""

    lookup_name, prepare_rhs = "any_of", False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, given = self.process_lhs(compiler, connection)
        right, asked = self.process_rhs(compiler, connection)
        return f"{left} = ANY(ARRAY{right})", [*given, *asked]


@dataclass(frozen=True)
class Asked:
    """`words` of a name, a record `number`, `digits` of a phone, days on which somebody may be `born`."""

    words: tuple[str, ...]
    number: str
    digits: str
    born: frozenset[date]


def meant(typed: str, today: date) -> Asked:
    """Everything that these words may mean."""
    plain = unicodedata.normalize("NFKC", typed)
    born = frozenset(birth_dates(plain, today))
    words = meant_by_name(typed).words
    return Asked(words, fold_number(typed), _digits(plain, born), born)


def meant_by_name(name: str) -> Asked:
    """A name and nothing else."""
    return Asked(tuple(dict.fromkeys(fold(name).split())), "", "", frozenset())


def _digits(plain: str, born: frozenset[date]) -> str:
    """Of a phone; a date that is written with its dots and dashes is none."""
    if not PHONE.fullmatch(plain) or (born and not plain.strip().isdigit()):
        return ""
    digits = re.sub("[^0-9]", "", plain)
    return digits if len(digits) >= LEAST_DIGITS else ""


def exactly(asked: Asked, path: str = "") -> Q:
    """Each word somewhere in the name, or the whole record number, the phone, the day of birth; `path`
    leads to the patient."""
    named = Q() if asked.words else NOBODY
    for word in asked.words:
        named &= _holds(word, path)
    return named | _known_by(asked, path)


def _holds(word: str, path: str) -> Q:
    if len(word) >= LEAST_JOINED:
        return Q(**{f"{path}name_key__contains": word})
    return Q(Like(F(f"{path}name_key"), [f"%{word}%\n%"]))


def _known_by(asked: Asked, path: str) -> Q:
    known = Q(**{f"{path}birth_date__in": list(asked.born)}) if asked.born else NOBODY
    if asked.number:
        known |= Q(**{f"{path}number_key": asked.number})
        known |= Q(AnyOf(F(f"{path}pk"), _went_on_from(asked.number)))
    if asked.digits:
        known |= Q(**{f"{path}phone_key__contains": asked.digits})
        whole = asked.digits.lstrip("0")
        if len(whole) >= WHOLE_PHONE:
            known |= Q(**{f"{path}phone_key__contains": whole})
            known |= Q(**{f"{path}phone_key__in": list(_without_country(whole))})
    return known


def _went_on_from(number: str) -> QuerySet[Any]:
    """Papers keep the number of a record that was merged into another."""
    merged = apps.get_model("patients", "Patient")._base_manager.filter(merged_into__isnull=False)
    return merged.filter(number_key=number).values("merged_into")


def _without_country(digits: str) -> Iterator[str]:
    for start in range(1, len(digits) - WHOLE_PHONE + 1):
        yield digits[start:]


def nearly(asked: Asked, path: str = "") -> Q:
    """The words of a name with one letter wrong, missing, too many or exchanged in each."""
    if not any(map(_may_be_mistyped, asked.words)) or len(asked.words) > MOST_WORDS:
        return NOBODY
    named = Q()
    for word in asked.words:
        named &= _nearly(word, path) if _may_be_mistyped(word) else _holds(word, path)
    return named


def _nearly(word: str, path: str) -> Q:
    """One slip leaves the word's beginning or its end as it is, and to look for those costs little:
    as one condition, for PostgreSQL asks two after the pattern."""
    key, half = f"{path}name_key", len(word) // 2
    one_end = Like(F(key), [f"% {word[:half]}%", f"%{word[half + 1 :]} %"])
    return Q(one_end) & Q(**{f"{key}__regex": f" (?:{_mistyped(word)}) "})


def _may_be_mistyped(word: str) -> bool:
    is_of_a_name = not any(map(str.isdigit, word))
    return is_of_a_name and LEAST_MISTYPED <= len(word) <= MOST_MISTYPED


def _mistyped(word: str) -> str:
    """Every word that is one slip away, as one pattern; folded words hold no sign of patterns."""
    ways = {word}
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        ways |= {f"{before}[^ ]{after}", before + after[1:], f"{before}[^ ]{after[1:]}"}
        ways.add(before + after[1:2] + after[:1] + after[2:])
    return "|".join(sorted(ways))


def alike(words: Collection[str], others: Collection[str]) -> bool:
    """Whether each of these words is one of the others, or nearly so."""
    return all(any(_is_like(word, other) for other in others) for word in words)


def _is_like(word: str, other: str) -> bool:
    if not _may_be_mistyped(word):
        return word == other
    return re.fullmatch(_mistyped(word), other) is not None
