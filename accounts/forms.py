from __future__ import annotations

from typing import Any

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from django import forms
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.models import Membership, User


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Who asks for a code to sign in with."""

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


class InviteForm(forms.Form):
    """Whom an administrator invites to work in the clinic."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, widget=forms.RadioSelect)


class ClinicForm(forms.Form):
    """Where one works now, of the clinics that one works in."""

    membership = forms.ModelChoiceField(
        label=_("Clinic"),
        queryset=Membership.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a clinic.")},
    )

    def __init__(self, *args: Any, user: User, at: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["membership"]
        field.initial = at.pk
        mine = user.memberships.current().select_related("clinic")
        field.queryset = mine.order_by("clinic__name", "pk")
        field.label_from_instance = lambda one: f"{one.clinic}, {one.get_role_display()}"
