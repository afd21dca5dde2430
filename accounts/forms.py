from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.one_line import OneLineField


class InviteForm(forms.Form):
    """Whom an administrator invites to work in the clinic."""

    name = OneLineField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, widget=forms.RadioSelect)

    def say_works_here(self) -> None:
        self.add_error(
            "email", _("Somebody with this e-mail works here already. Change the role instead.")
        )


class ClinicForm(forms.Form):
    """The clinic to work in now, of those where the person works."""

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
