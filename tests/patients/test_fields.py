"""The 0-10 question: nothing chosen beforehand, zero is an answer, silence is not."""

import re

import pytest
from django import forms

from patients.fields import ScoreField
from tests.pages import drawn


class LogForm(forms.Form):
    pain = ScoreField(label="How bad?", help_text="Pick one.", low="no pain", high="worst pain")
    worst = ScoreField(label="Worst?", low="no pain", high="worst pain", required=False)


def radios(form, name):
    return re.findall(rf'<input type="radio" name="{name}"[^>]*>', str(form[name]))


def test_eleven_tiles_and_none_is_chosen():
    tiles = radios(LogForm(), "pain")

    assert [re.search(r'value="(\d+)"', tile)[1] for tile in tiles] == [str(n) for n in range(11)]
    assert not any("checked" in tile for tile in tiles)


@pytest.mark.parametrize("answer", range(11))
def test_each_answer_comes_out_as_a_number(answer):
    form = LogForm({"pain": str(answer), "worst": str(answer)})

    assert form.is_valid()
    assert form.cleaned_data == {"pain": answer, "worst": answer}


def test_what_was_chosen_stays_chosen_and_zero_too():
    tiles = radios(LogForm({"pain": "0"}), "pain")

    assert [tile for tile in tiles if "checked" in tile] == [tiles[0]]


def test_an_earlier_answer_of_zero_is_shown_when_it_is_changed():
    tiles = radios(LogForm(initial={"pain": 0}), "pain")

    assert "checked" in tiles[0]


@pytest.mark.parametrize("answer", ["", "11", "-1", "5.5", "five", " 5", None])
def test_anything_else_is_answered_with_how_to_put_it_right(answer):
    form = LogForm({} if answer is None else {"pain": answer})

    assert form.errors["pain"] == ["Choose a number from 0 to 10"]


@pytest.mark.parametrize("sent", [{}, {"worst": ""}])
def test_an_optional_question_left_alone_is_none_not_zero(sent):
    form = LogForm({"pain": "3", **sent})

    assert form.is_valid()
    assert form.cleaned_data["worst"] is None


def test_an_optional_question_can_be_cleared_but_starts_empty():
    *_, clear = radios(LogForm(), "worst")
    *_, cleared = radios(LogForm({"pain": "3", "worst": ""}), "worst")

    assert 'value=""' in clear
    assert "checked" not in clear
    assert "checked" in cleared


def test_a_required_question_cannot_be_cleared():
    assert len(radios(LogForm(), "pain")) == 11


def test_the_ends_are_named_on_the_tiles_and_below_them():
    question = drawn(str(LogForm()["pain"]))

    assert '<span>0<span class="visually-hidden">, no pain</span></span>' in question
    assert '<span>10<span class="visually-hidden">, worst pain</span></span>' in question
    assert "10 worst pain</span></p>" in question


def test_two_questions_do_not_share_their_ends():
    class Two(forms.Form):
        a = ScoreField(low="low a", high="high a")
        b = ScoreField(low="low b", high="high b")

    assert "low b" not in str(Two()["a"])
    assert "low a" not in str(Two()["b"])


def test_the_group_is_described_by_its_hint_and_its_error():
    group = LogForm({})["pain"].as_field_group()

    assert 'aria-describedby="id_pain_helptext id_pain_error"' in group
    assert 'id="id_pain_helptext"' in group
    assert 'id="id_pain_error"' in group
    assert "aria-invalid" not in group


def test_the_error_summary_leads_to_the_first_tile():
    page = drawn(str(LogForm({})))

    assert '<a href="#id_pain_0">Choose a number from 0 to 10</a>' in page
    assert 'id="id_pain_0"' in page
