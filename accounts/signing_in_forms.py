"""Forms of signing in: who asks for a code, who asks for a new password, who shows a fresh code."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.core import context
from django import forms
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.coming_in import KNOWN_ADDRESS
from accounts.models import User


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Who asks for a code to sign in with. Who comes from an invitation need not type the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = getattr(context.request, "session", {})
        self.fields["email"].initial = session.get(KNOWN_ADDRESS, "")

    def clean_email(self) -> str:
        """A known address asks the database as often as a stranger's, which is looked for twice."""
        email: str = super().clean_email()
        if self._user:
            User.objects.filter(email=email).exists()
        return email


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Who asks for a new password: the job looks up whether there is such a person, not the page."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def save(self, _request: HttpRequest, **_rest: Any) -> str:
        email: str = self.cleaned_data["email"]
        language = translation.get_language() or "en"
        post_account_mail(reset=email, language=language, counts=NEWS_COUNTS, now=timezone.now())
        return email


class FreshCodeForm(forms.Form):
    """The code that was mailed to whoever is signed in."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the code from the e-mail.")},
    )
