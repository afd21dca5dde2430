"""Every component in every state on one page, where the product is developed or shown: never in production."""

from __future__ import annotations

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from patients.fields import ScoreField
from patients.record.exercise_library import LIBRARY

SPRITE = Path(settings.BASE_DIR) / "static" / "icons" / "sprite.svg"
FILLED = {
    "words": "Words", "longer": "More", "one_of": "a", "radios": "a", "short": "some", "ticks": ["a"],
    "tick": True, "score": "4", "may_skip": "0",
}  # fmt: skip
TONES = ("ok", "warn", "urgent", "info")


class EveryField(forms.Form):
    """One field of each kind that a form may have."""

    words = forms.CharField(label="One line", help_text="A hint stands between label and field.")
    longer = forms.CharField(label="Several lines", widget=forms.Textarea(attrs={"rows": 3}))
    day = forms.DateField(
        label="A day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    one_of = forms.ChoiceField(
        label="One of a list", choices=[("", "-"), ("a", "First"), ("b", "Second")]
    )
    radios = forms.ChoiceField(
        label="One of a few", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect
    )
    short = forms.ChoiceField(
        label="A short answer",
        choices=[("yes", "Yes"), ("some", "Some"), ("no", "No")],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    ticks = forms.MultipleChoiceField(
        label="Some of a few",
        choices=[("a", "First"), ("b", "Second")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    tick = forms.BooleanField(label="A tick of its own", required=False)
    score = ScoreField(label="A score", low="no pain", high="worst pain imaginable")
    may_skip = ScoreField(label="May be left out", low="not at all", high="fully", required=False)


@public
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """`?form=wrong` shows the form as it is sent back, `?form=filled` as it was filled in."""
    state = request.GET.get("form", "")
    filled = FILLED if state == "filled" else {}
    page = {
        "form": EveryField({} if state == "wrong" else None, initial=filled),
        "tones": TONES,
        "icons": re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()),
        "drawings": list(LIBRARY.values()),
    }
    return render(request, "look.html", page)
