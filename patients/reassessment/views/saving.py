"""What was typed is saved question by question; whoever comes second is shown both texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients.models import ReassessmentEntry
from patients.reassessment.actions.answers import (
    AlreadyFinished,
    AlreadyWithdrawn,
    AnsweredByColleague,
    NotHeldYet,
    answer,
    keep_theirs,
    newest_of,
    put_back,
    reassessment_of,
)
from patients.reassessment.forms.reassessment import ReassessmentForm, typed
from patients.reassessment.questions import TEXTS, Question, Said
from patients.reassessment.selectors.room import Asked, Room

# Which text shall stand: one's own, one below the other, the colleague's; or an earlier one.
BOTH, THEIRS, BACK = "both", "theirs", "back"
MOST_DIGITS = 9


@dataclass(frozen=True)
class Conflict:
    """Two answers to one question, both in full; `seen` is what the second writer had read."""

    theirs: ReassessmentEntry
    their_words: str
    my_words: str
    seen: int


@dataclass
class Saving:
    """What came of it, by question."""

    conflicts: dict[str, Conflict] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    saved: list[str] = field(default_factory=list)
    afresh: bool = False
    """Whether the page has to show the answer anew, and not only that it is saved."""

    @property
    def is_clean(self) -> bool:
        return not (self.conflicts or self.errors)


@dataclass(frozen=True)
class Wish:
    """A button beside a question: which text shall stand, or which version be put back."""

    what: str
    version: int

    @classmethod
    def of(cls, text: str) -> Wish | None:
        what, _colon, version = text.partition(":")
        fits = version.isascii() and version.isdigit() and len(version) <= MOST_DIGITS
        return cls(what, int(version)) if fits else None


REFUSALS: dict[type[Exception], str | Promise] = {
    AlreadyFinished: gettext_lazy("A colleague has finished it. Nothing more was saved."),
    AlreadyWithdrawn: gettext_lazy("A colleague has withdrawn it. Nothing more was saved."),
    NotHeldYet: gettext_lazy("Give a day that is not in the future."),
}


@dataclass(frozen=True)
class Desk:
    """What was sent, and from which page."""

    by: User
    now: datetime
    room: Room
    form: ReassessmentForm

    def wish(self, question: Question) -> Wish | None:
        return Wish.of(self.form.data.get(f"wish-{question.key}", ""))


def save_typed(desk: Desk, keys: Iterable[str]) -> Saving:
    """Only what the writer changed, or pressed a button for."""
    saving = Saving()
    for key in keys:
        _save(desk, desk.room.asked[key], saving)
    return saving


def _save(desk: Desk, asked: Asked, saving: Saving) -> None:
    question = asked.question
    saving.afresh |= desk.wish(question) is not None
    try:
        if _answer(desk, asked, saving):
            saving.saved.append(question.key)
    except AnsweredByColleague:
        _note_conflict(question, desk.form, saving)
    except ReassessmentEntry.DoesNotExist:
        saving.errors[question.key] = _never_there()
    except tuple(REFUSALS) as refused:
        saving.errors[question.key] = str(REFUSALS[type(refused)])


def _answer(desk: Desk, asked: Asked, saving: Saving) -> bool:
    """Whether there was something to save, and nothing wrong with it."""
    question, form, wish = asked.question, desk.form, desk.wish(asked.question)
    if wish and wish.what == BACK:
        return _put_back(desk, question, wish)
    if not form.was_asked(question):
        return False
    seen = wish.version if wish else form.seen(question)
    if not wish and not typed(form, question, asked.said_at(seen)):
        return False
    if error := _error(question, form):
        saving.errors[question.key] = error
        saving.afresh |= not form.sees(question)
        return False
    said = form.said(question)
    if wish and wish.what == BOTH:
        said = _both(asked.said_at(wish.version), said)
    act = keep_theirs if wish and wish.what == THEIRS else answer
    act(question=question, said=said, seen=seen, by=desk.by, now=desk.now)
    return True


def _error(question: Question, form: ReassessmentForm) -> str:
    if form.error(question) or form.sees(question):
        return form.error(question)
    return _("The numbers have changed since you opened the page. Look again, then answer.")


def _put_back(desk: Desk, question: Question, wish: Wish) -> bool:
    seen = desk.form.seen(question)
    if wish.version <= seen:
        put_back(question=question, version=wish.version, seen=seen, by=desk.by, now=desk.now)
    return wish.version <= seen


def _both(theirs: Said, mine: dict[str, str]) -> dict[str, str]:
    """Texts one below the other; of what cannot be joined, one's own."""
    joined = {
        column: "\n".join(filter(None, (theirs.get(column, ""), text)))
        for column, text in mine.items()
        if column in TEXTS and text != theirs.get(column, "")
    }
    return mine | joined


def _never_there() -> str:
    return _("This page does not fit the record. Open it again.")


def _note_conflict(question: Question, form: ReassessmentForm, saving: Saving) -> None:
    theirs = newest_of(reassessment_of(question), question.key)
    if theirs is None:
        saving.errors[question.key] = _never_there()
        return
    saving.conflicts[question.key] = Conflict(
        theirs=theirs,
        their_words=question.in_words(theirs.said),
        my_words=question.in_words(form.said(question)),
        seen=form.seen(question),
    )
