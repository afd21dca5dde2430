"""An answer travels as texts: how it reads, when it is given, and what a button beside it asks for."""

from datetime import date
from types import SimpleNamespace

import pytest

from patients.models import OptionWeighed, Reassessment, ReassessmentEntry, SignSeen
from patients.reassessment.questions import Question, as_text
from patients.reassessment.selectors.room import Asked, Room
from patients.reassessment.views.saving import Wish


def question(key, row, *columns):
    return Question(key, key.title(), row, {each: each for each in columns})


IMAGING = ("imaging_reviewed", "imaging_note")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "yes"), (False, "no"), ("", ""), ("Walk", "Walk"),
        (date(2026, 3, 2), "2026-03-02"), (SimpleNamespace(key="surgery"), "surgery"),
    ],
)  # fmt: skip
def test_what_is_kept_is_said_as_a_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"imaging_reviewed": "yes", "imaging_note": "As before"}, "Yes\nAs before"),
        ({"imaging_reviewed": "no", "imaging_note": ""}, "No"),
        ({"imaging_reviewed": "", "imaging_note": "Not here"}, "Not here"),
        ({}, ""),
    ],
)
def test_each_part_that_says_something_is_a_line(said, words):
    assert question("imaging", Reassessment(), *IMAGING).in_words(said) == words


@pytest.mark.parametrize(
    ("row", "columns", "said", "words"),
    [
        (Reassessment(), ["held_on"], {"held_on": "2026-03-02"}, "March 2, 2026"),
        (SignSeen(), ["confirmed"], {"confirmed": "no"}, "No"),
        (OptionWeighed(), ["considered", "note"], {"considered": "yes", "note": "Her wish"},
         "Talked about\nHer wish"),
        (OptionWeighed(), ["considered", "note"], {}, "Not talked about"),
    ],
)  # fmt: skip
def test_days_signs_and_options_have_their_own_words(row, columns, said, words):
    assert question("any", row, *columns).in_words(said) == words


@pytest.mark.parametrize(
    ("row", "column", "answered"),
    [
        (Reassessment(), "imaging_reviewed", False),
        (Reassessment(imaging_reviewed=False), "imaging_reviewed", True),
        (Reassessment(goals=""), "goals", False),
        (Reassessment(goals="Walk"), "goals", True),
        (SignSeen(confirmed=False), "confirmed", True),
        (SignSeen(), "confirmed", False),
    ],
)
def test_a_no_is_an_answer_and_an_empty_text_is_none(row, column, answered):
    assert question("any", row, column).is_answered is answered


@pytest.mark.parametrize(
    ("key", "needed"),
    [("goals", True), ("sign-x", True), ("function", False), ("option-surgery", False),
     ("outcome", True)],
)  # fmt: skip
def test_function_and_options_may_be_left_open(key, needed):
    assert question(key, Reassessment(), "goals").is_needed is needed


def asked(*said):
    entries = [
        ReassessmentEntry(version=version, said={"goals": words})
        for version, words in enumerate(said, start=1)
    ]
    return Asked(question("goals", Reassessment(goals=said[-1] if said else ""), "goals"), entries)


def test_what_stood_there_before_is_read_newest_first_and_an_undo_goes_one_back():
    shown = asked("Walk", "Run", "Swim")
    assert (shown.version, shown.before, shown.words) == (3, 2, "Swim")
    assert [each.words for each in shown.earlier] == ["Run", "Walk"]
    assert (asked().version, asked().before, asked().newest) == (0, 0, None)
    assert asked("Walk").earlier == []


@pytest.mark.parametrize(
    ("version", "goals"), [(1, "Walk"), (2, "Run"), (0, ""), (3, ""), (-1, "")]
)
def test_a_page_showed_the_version_that_it_names_or_an_empty_one(version, goals):
    assert asked("Walk", "Run").said_at(version) == {"goals": goals}


def test_signs_stand_beside_the_evidence_that_they_speak_of_and_new_ones_beside_the_course():
    keys = ("goals", "sign-function-not-improved", "sign-progressive-disc-change", "sign-new",
            "option-surgery")  # fmt: skip
    room = Room(Reassessment(), dict.fromkeys(keys), [], {})
    assert room.signs_beside("function") == ["sign-function-not-improved"]
    assert room.signs_beside("images") == ["sign-progressive-disc-change"]
    assert room.signs_beside("course") == ["sign-new"]
    assert room.options == ["option-surgery"]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("mine:1", Wish("mine", 1)), ("back:0", Wish("back", 0)), ("both:123456789", Wish("both", 123456789)),
        ("both:1234567890", None), ("mine:-1", None), ("mine:٣", None), ("mine:", None), ("mine", None),
        ("", None), (":1", Wish("", 1)),
    ],
)  # fmt: skip
def test_a_button_names_a_text_and_a_version_and_all_else_is_no_wish(text, wish):
    assert Wish.of(text) == wish
