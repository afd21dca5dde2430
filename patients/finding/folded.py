"""Names, numbers and phones without what people leave out or type differently.

The database keeps them in generated columns, by functions that every PostgreSQL has (no extension, no
collation of its own), so that no way of writing a row can forget one. `fold` and `fold_number` say the same
in Python, of what was typed: a test compares the two over every letter. Whoever changes this file writes a
migration that makes the columns anew.
"""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Func, GeneratedField, TextField

# Apostrophes and accents that stand alone, and joiners: O'Brien is OBrien.
LEFT_OUT = "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\uff07\uff40\u200c\u200d"
ACCENTS = r"[\u0300-\u036f]"
BETWEEN_WORDS = (
    r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\u30fb]+"
)
BLANKS_AND_DASHES = r"[\u0001-\u0020\u002d\u00a0\u00ad\u2000-\u2015\u2212\u3000]+"
TWO_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
# Letters that Unicode does not take apart.
ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ς": "σ"}  # noqa: RUF001
LAST_WITH_CAPITALS = 0x590


def _letters() -> dict[str, str]:
    """Capitals to small ones, listed: what `lower` does depends on the server's locale."""
    signs = map(chr, [*range(LAST_WITH_CAPITALS), 0x1E9E])
    small = {sign: sign.lower() for sign in signs if len(sign.lower()) == 1}
    whole = {sign: low for sign, low in small.items() if low != sign and _is_whole(sign)}
    return ALIKE | {sign: ALIKE.get(low, low) for sign, low in whole.items()}


def _is_whole(sign: str) -> bool:
    return unicodedata.normalize("NFKD", sign) == sign


LETTERS = _letters()
SMALL = {ord(letter): small for letter, small in LETTERS.items()}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _letters_sql() -> str:
    bare = f"translate((%(expressions)s)::text, {_literal(LEFT_OUT)}, '')"
    apart = f"regexp_replace(normalize({bare}, NFKD), '{ACCENTS}', '', 'g')"
    sql = f"translate({apart}, {_literal(''.join(LETTERS))}, {_literal(''.join(LETTERS.values()))})"
    for letter, two in TWO_LETTERS.items():
        sql = f"replace({sql}, '{letter}', '{two}')"
    return sql


def kept(folded: Func) -> GeneratedField:
    """A column that the database keeps; C, so that it is sorted the same on every server."""
    output = TextField(db_collation="C")
    return GeneratedField(expression=folded, output_field=output, db_persist=True)


NAME = f"btrim(regexp_replace({_letters_sql()}, '{BETWEEN_WORDS}', ' ', 'g'))"


class FoldedName(Func):
    """Words of small letters and digits, each between two blanks; in a second line all of them as one
    word, for who types "delacruz"."""

    template = f"' ' || {NAME} || E' \\n' || replace({NAME}, ' ', '')"
    output_field = TextField()


class FoldedNumber(Func):
    """A record number without case, blanks and dashes; other signs tell two numbers apart."""

    template = f"regexp_replace({_letters_sql()}, '{BLANKS_AND_DASHES}', '', 'g')"
    output_field = TextField()


class PhoneDigits(Func):
    """Its digits, without zeros in front: they are dialled from some places only."""

    template = (
        "ltrim(regexp_replace(normalize((%(expressions)s)::text, NFKD), '[^0-9]', '', 'g'), '0')"
    )
    output_field = TextField()


def _fold_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(dict.fromkeys(map(ord, LEFT_OUT))))
    small = re.sub(ACCENTS, "", apart).translate(SMALL)
    for letter, two in TWO_LETTERS.items():
        small = small.replace(letter, two)
    return small


def fold(name: str) -> str:
    """Its words as FoldedName has them, in one line."""
    return re.sub(BETWEEN_WORDS, " ", _fold_letters(name)).strip(" ")


def name_key(name: str) -> str:
    """As FoldedName has it."""
    words = fold(name)
    return f" {words} \n{words.replace(' ', '')}"


def fold_number(number: str) -> str:
    """As FoldedNumber has it."""
    return re.sub(BLANKS_AND_DASHES, "", _fold_letters(number))


def digits_of(phone: str) -> str:
    """As PhoneDigits has it."""
    return re.sub("[^0-9]", "", unicodedata.normalize("NFKD", phone)).lstrip("0")
