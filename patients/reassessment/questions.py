"""The questions of a reassessment: which there are, where their answers are kept, and how they read.

An answer travels as `Said`: a text for each column, as a page gives it ("yes", "2026-03-02", "").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, DateField, ForeignKey
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import OptionWeighed, Reassessment, SignSeen

Said = Mapping[str, str]
Row = Reassessment | SignSeen | OptionWeighed
YES, NO = "yes", "no"
# By key: the columns, and the title where one is short of it. The first column is what must be answered.
OF_THE_WHOLE: dict[str, tuple[tuple[str, ...], str | Promise]] = {
    "held_on": (("held_on",), gettext_lazy("Held on")),
    "imaging": (("imaging_reviewed", "imaging_note"), gettext_lazy("Images looked at")),
    "function": (("function_note",), gettext_lazy("Function")),
    "goals": (("goals",), gettext_lazy("Goals")),
    "interest": (("interest_disclosed",), gettext_lazy("What the clinic gains")),
    "decision": (("shared_decision",), gettext_lazy("Decision made together")),
    "outcome": (("outcome",), gettext_lazy("Outcome")),
}
OPTIONAL = ("function", "option-")
TEXTS = {"imaging_note", "function_note", "goals", "interest_disclosed", "shared_decision", "note"}


@dataclass(frozen=True)
class Question:
    """`fields` names, for each column, the field of the page."""

    key: str
    title: str
    row: Row
    fields: Mapping[str, str]

    @property
    def said(self) -> dict[str, str]:
        """The answer as it is kept now."""
        return {column: as_text(getattr(self.row, column)) for column in self.fields}

    @property
    def is_needed(self) -> bool:
        """Whether nothing is finished without it."""
        return not self.key.startswith(OPTIONAL)

    @property
    def is_answered(self) -> bool:
        return getattr(self.row, next(iter(self.fields))) not in (None, "")

    @property
    def has_text(self) -> bool:
        return not TEXTS.isdisjoint(self.fields)

    def in_words(self, said: Said) -> str:
        """For a reader: one line for each part that says something."""
        return "\n".join(
            filter(None, (self._word(each, said.get(each, "")) for each in self.fields))
        )

    def _word(self, column: str, text: str) -> str:
        field = type(self.row)._meta.get_field(column)
        if column == "considered":
            return _("Talked about") if text == YES else _("Not talked about")
        if isinstance(field, BooleanField):
            return {YES: _("Yes"), NO: _("No")}.get(text, "")
        if isinstance(field, ForeignKey) and text:
            return str(_protocol_of(self.row).options.get(key=text).title)
        if isinstance(field, DateField) and text:
            return date_format(date.fromisoformat(text))
        return text


def questions_of(reassessment: Reassessment) -> dict[str, Question]:
    """By key, in the order of the page; two queries."""
    return {each.key: each for each in _questions(reassessment)}


def _questions(reassessment: Reassessment) -> Iterator[Question]:
    yield from _of_the_whole(reassessment, "held_on")
    yield from _signs(reassessment)
    yield from _of_the_whole(reassessment, "function", "imaging", "goals")
    yield from _options(reassessment)
    yield from _of_the_whole(reassessment, "interest", "decision", "outcome")


def _of_the_whole(reassessment: Reassessment, *keys: str) -> Iterator[Question]:
    for key in keys:
        columns, title = OF_THE_WHOLE[key]
        yield Question(key, str(title), reassessment, {each: each for each in columns})


def _signs(reassessment: Reassessment) -> Iterator[Question]:
    for sign in reassessment.signs.select_related("sign").order_by("sign__position"):
        sign.reassessment = reassessment
        fields = {"confirmed": f"sign_{sign.pk}"}
        yield Question(f"sign-{sign.sign.key}", sign.sign.title, sign, fields)


def _options(reassessment: Reassessment) -> Iterator[Question]:
    weighed = reassessment.options.select_related("option__protocol")
    for option in weighed.order_by("option__position"):
        option.reassessment = reassessment
        fields = {"considered": f"option_{option.pk}", "note": f"option_note_{option.pk}"}
        yield Question(f"option-{option.option.key}", option.option.title, option, fields)


def blank(question: Question) -> dict[str, str]:
    """Before anybody answered: nothing, and held on the day on which it was begun."""
    said = dict.fromkeys(question.fields, "")
    if question.key == "held_on" and isinstance(question.row, Reassessment):
        begun = question.row.recorded_at
        said["held_on"] = question.row.episode.patient.clinic_date(begun).isoformat()
    return said | {column: NO for column in said if column == "considered"}


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return str(getattr(value, "key", value))


def keep(question: Question, said: Said) -> None:
    """Write the answer into its row, these columns alone."""
    row = question.row
    for column, text in said.items():
        setattr(row, column, _value(row, column, text))
    row.save(update_fields=list(said))


def _value(row: Row, column: str, text: str) -> Any:
    field = type(row)._meta.get_field(column)
    if isinstance(field, BooleanField):
        return {YES: True, NO: False}.get(text)
    if isinstance(field, DateField):
        return date.fromisoformat(text)
    if isinstance(field, ForeignKey):
        return _protocol_of(row).options.get(key=text) if text else None
    return text


def _protocol_of(row: Row) -> Any:
    return row.protocol if isinstance(row, Reassessment) else row.reassessment.protocol
