from __future__ import annotations

from django import forms


class SwitchForm(forms.Form):
    """What the confirmed page said it would do, so that an outdated page never does the opposite."""

    to = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], widget=forms.HiddenInput)
