"""What a browser sends for a passkey: JSON, which anybody may write by hand.

allauth's forms fail with an error on a number of 5,000 digits and on a thousand brackets.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as theirs
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000


class CredentialField(forms.JSONField):
    """Whatever is no JSON of a possible length is an answer that does not fit, never an error of ours."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST:
            raise get_adapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise get_adapter().validation_error("incorrect_code") from None

    def bound_data(self, data: Any, _initial: Any) -> Any:
        """Shown again as it came: nobody reads it."""
        return data if data is None else forms.fields.InvalidJSONInput(data)


def credential() -> CredentialField:
    return CredentialField(required=True, widget=forms.HiddenInput)


WRITTEN_BY_HAND = (ValueError, LookupError, AttributeError, TypeError)


class AddForm(theirs.AddWebAuthnForm):  # type: ignore[misc]
    credential = credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        if alone := self.fields.get("passwordless"):
            alone.label = _("Sign in with this passkey alone")
            alone.help_text = _("It asks for your face, finger or screen lock each time.")
            alone.initial = True

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except WRITTEN_BY_HAND:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class ShownForm:
    """A passkey that is shown: what allauth and fido2 cannot take apart is no passkey."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except WRITTEN_BY_HAND:
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticateForm(ShownForm, theirs.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = credential()


class LoginForm(ShownForm, theirs.LoginWebAuthnForm):  # type: ignore[misc]
    credential = credential()


class ReauthenticateForm(ShownForm, theirs.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = credential()
