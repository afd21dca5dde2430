from __future__ import annotations

from django import forms


class SwitchForm(forms.Form):
    """What the page that was confirmed said it would do: an old page never does the opposite."""

    to = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], widget=forms.HiddenInput)
