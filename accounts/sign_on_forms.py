"""What an administrator says about the clinic's own sign-on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from accounts.models import Membership, SignOnProvider
from accounts.one_line import OneLineField
from accounts.sign_on.outgoing import check_address

BOUND = [
    (role.value, role.label) for role in (Membership.Role.CLINICIAN, Membership.Role.SCHEDULER)
]


class SignOnForm(forms.Form):
    name = OneLineField(
        label=_("Name"),
        max_length=60,
        help_text=_(
            "Stands on the page where people sign in, such as “Northside hospital sign-on”."
        ),
        error_messages={"required": _("Give the name by which your people know it.")},
    )
    issuer = OneLineField(
        label=_("Issuer"),
        max_length=300,
        help_text=_(
            "Its address as your IT department names it, without /.well-known. Another one ends all links."
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}
        ),
        error_messages={"required": _("Give the issuer.")},
    )
    client_id = OneLineField(
        label=_("Client ID"),
        max_length=200,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Give the client ID.")},
    )
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        help_text=_("Kept sealed and shown nowhere. Leave it empty to keep the one from before."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    second_step = forms.ChoiceField(
        label=_("The second step"),
        choices=SignOnProvider.SecondStep.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who asks for the second step.")},
    )
    acr_values = OneLineField(
        label=_("Levels that mean two steps (acr)"),
        max_length=300,
        required=False,
        help_text=_("Only if your IT department names some, with blanks between them."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, held: SignOnProvider | None) -> None:
        names = ("name", "issuer", "client_id", "second_step", "acr_values")
        super().__init__(
            data, initial={name: getattr(held, name) for name in names} if held else None
        )
        self.held = held

    def clean_issuer(self) -> str:
        """Somewhere outside, over TLS."""
        issuer: str = self.cleaned_data["issuer"]
        parts = urlsplit(issuer)
        try:
            check_address(issuer)
        except (RequestException, ValueError) as refused:
            raise forms.ValidationError(
                _("This server does not ask that address: it has to be https, and outside.")
            ) from refused
        if parts.query or parts.fragment or parts.username:
            raise forms.ValidationError(_("An issuer has no ?, no # and no password in it."))
        return issuer

    def clean(self) -> dict[str, Any]:
        """The secret of one sign-on is never sent to another."""
        said = super().clean() or {}
        same = self.held is not None and all(
            said.get(name) == getattr(self.held, name) for name in ("issuer", "client_id")
        )
        if not said.get("secret") and not same:
            self.add_error("secret", _("Give the client secret."))
        return said


class BoundRolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Who has to sign in by it"),
        choices=BOUND,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Administrators never have to, so somebody can lift this on a day when it is down."
        ),
    )
