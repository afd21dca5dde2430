"""What every page wears: nothing inline, little to fetch, words that can be read by day and by night."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse

from tests.pages import drawn

ROOT = Path(__file__).resolve().parents[2]
STYLESHEET = (ROOT / "static" / "spinecare.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TEXT = 4.5
SHAPE = 3


def tokens(theme):
    blocks = re.findall(r":root[^{,]*\{(.*?)\}", STYLESHEET, re.DOTALL)
    light, dark = blocks[0], blocks[1]
    found = dict(re.findall(r"--([\w-]+): (#[0-9A-F]+);", light))
    return found if theme == "light" else found | dict(re.findall(r"--([\w-]+): (#\w+);", dark))


def luminance(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2") for ground in ("bg", "surface", "sunken")],
    *[("brand", ground, TEXT) for ground in ("bg", "surface", "sunken")],
    *[("brand-strong", ground, TEXT) for ground in ("surface", "sunken", "brand-tint")],
    *[("ink", tint, TEXT) for tint in ("ok-tint", "warn-tint", "urgent-tint", "info-tint")],
    *[(tone, f"{tone}-tint", TEXT) for tone in ("ok", "warn", "urgent", "info", "brand")],
    *[("urgent", ground, TEXT) for ground in ("bg", "surface")],
    *[("on-brand", ground, TEXT) for ground in ("brand", "brand-strong")],
    ("on-urgent", "urgent", TEXT),
    *[("line", ground, SHAPE) for ground in ("bg", "surface")],
    *[(f"series-{number}", "surface", SHAPE) for number in (1, 2, 3)],
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_told_apart(theme):
    colours = tokens(theme)

    assert [pair for pair in PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < pair[2]] == []


def test_the_chosen_dark_theme_is_the_system_s_dark_theme():
    system, chosen = re.findall(
        r":root(?::not\(\[data-theme=light\]\)|\[data-theme=dark\]) \{(.*?)\}",
        STYLESHEET,
        re.DOTALL,
    )[:2]

    assert re.findall(r"--.*?;", system) == re.findall(r"--.*?;", chosen)


def test_the_stylesheet_and_the_script_stay_small():
    assert len(gzip.compress(STYLESHEET.encode())) <= 15_000
    assert len((ROOT / "static" / "app.js").read_bytes()) <= 5_000


def test_no_template_holds_what_the_csp_would_stop():
    """A block of JSON runs nothing."""
    script = r'<script(?![^>]*\s(?:src=|type="application/json"))'
    stopped = re.compile(rf"\sstyle=|<style|\son\w+=[\"']|javascript:|{script}|\|safe")

    assert [path.name for path in TEMPLATES if stopped.search(path.read_text())] == []


class Answer(forms.Form):
    name = forms.CharField()
    colour = forms.ChoiceField(
        choices=[("r", "Red"), ("g", "Green")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a colour"},
    )
    when = forms.SplitDateTimeField(error_messages={"required": "Give a day and a time"})
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("That time has just been taken.")


def test_the_summary_leads_to_the_first_control_of_every_wrong_answer():
    page = drawn(str(Answer({"colour": "blue"})))

    assert "There is a problem" in page
    assert "<li>That time has just been taken.</li>" in page
    assert '<a href="#id_name">Name: This field is required.</a>' in page
    for first in ("id_colour_0", "id_when_0"):
        assert f'href="#{first}"' in page
        assert f'id="{first}"' in page


def test_the_summary_takes_the_focus_without_a_script():
    assert re.search(r'class="error-summary"[^>]*tabindex="-1" autofocus', str(Answer({})))


def test_a_form_without_faults_has_no_summary():
    assert "error-summary" not in str(Answer())


def test_a_fault_stands_at_its_field_and_is_named_by_it():
    page = str(Answer({})["name"].as_field_group())

    assert 'aria-describedby="id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page


def test_the_question_can_be_the_page_s_heading():
    form = Answer()

    assert "<legend><h1>Colour" in drawn(
        render_to_string("_field.html", {"field": form["colour"], "heading": True})
    )
    assert '<h1><label for="id_name">Name' in drawn(
        render_to_string("_field.html", {"field": form["name"], "heading": True})
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["start", "help_now", "account_login", "account_request_login_code"]
)
def test_pages_before_signing_in_wear_the_house_s_frame(client, name):
    answer = client.get(reverse(name)).content.decode()

    assert "spinecare.css" in answer
    assert '<main id="main" tabindex="-1"' in answer
    assert f'href="{reverse("help_now")}"' in answer
    assert answer.count("<h1") == 1


def test_the_page_for_our_own_faults_needs_no_request():
    assert "Something went wrong on our side" in render_to_string("500.html")
