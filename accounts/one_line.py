"""What is typed into one line holds what is seen: no line ends, nothing invisible, nothing that turns the
writing around. Else a name reads as another one, and a record number stands there twice.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

# They shape letters in several scripts, and join emoji; in a record number they would only hide.
JOINERS = "\u200c\u200d"
UNSEEN = {"Cc", "Cf"}
ENDS = {"\n", "\r", "\t", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"}


def one_line(text: str, keeping: str = JOINERS) -> str:
    """Line ends and runs of blanks become one blank; what cannot be seen goes."""
    seen = (" " if sign in ENDS else sign for sign in text)
    kept = (sign for sign in seen if sign in keeping or unicodedata.category(sign) not in UNSEEN)
    return " ".join("".join(kept).split())


class OneLineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class NumberField(forms.CharField):
    """A record number: what looks the same is the same."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "", keeping="")
