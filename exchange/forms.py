"""What an administrator says of a program that is to read records: its name, its keys, what, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from exchange.keys import BadKeys, Jwk, read_keys
from exchange.resources import KINDS
from patients.bounds import PLANNED
from patients.fields import day_field

KEYS_WRONG = {
    "not_json": _("This is no JWKS. It begins with a brace: paste all of it."),
    "how_many": _("Give one to five keys."),
    "private": _(
        "This holds a private key, which nobody else may have. Nothing was saved. Ask the other house for"
        " a new key, and for its public part only."
    ),
    "kind": _("Each key is an RSA key for RS384, or an EC key for ES384."),
    "kid": _("Each key has a name of its own (kid)."),
    "weak": _("An RSA key has at least 2048 bits, an EC key is of the curve P-384."),
    "not_a_key": _("One of these is no key: a part is missing or damaged."),
}


class SystemForm(forms.Form):
    name = OneLineField(
        label=_("Name"),
        max_length=120,
        help_text=_("Of the house and its program. Patients read it in who opened their record."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the name that patients will read.")},
    )
    keys = forms.CharField(
        label=_("Public keys (JWKS)"),
        help_text=_("From the other house. Compare it with them by phone before you save."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the public keys.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may read"),
        choices=[(name, name) for name in KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what it needs. It reads this of all patients of the clinic."),
        error_messages={"required": _("Tick what it may read.")},
    )
    ends_on = day_field(
        PLANNED,
        label=_("Last day"),
        help_text=_("The end of next year at most; then register it again."),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends_on: Any = self.fields["ends_on"]
        ends_on.within(first=today)

    def clean_keys(self) -> list[Jwk]:
        try:
            return read_keys(self.cleaned_data["keys"])
        except BadKeys as bad:
            if bad.why == "private":  # no page shows it again
                shown: Any = self.data
                self.data = shown = shown.copy()
                shown["keys"] = ""
            raise forms.ValidationError(KEYS_WRONG[bad.why], bad.why) from bad
