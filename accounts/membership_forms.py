"""What an administrator says about somebody's work here: the role, and who takes on what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.duties import Held, held_by, may_take_over
from accounts.models import Membership
from accounts.one_line import OneLineField

# Apart from a form's own fields.
PREFIX = "to_"


class HandOverForm(forms.Form):
    """One choice of a colleague for each kind of work that is held."""

    def __init__(self, data: Any, *, membership: Membership, now: datetime) -> None:
        super().__init__(data)
        self.membership, self.now = membership, now
        self.held: list[Held] = []
        self.colleagues = may_take_over(membership)

    def ask_for_colleagues(self) -> None:
        for duty, held in held_by(self.membership, self.now):
            self.held.append(held)
            self.fields[PREFIX + duty.key] = forms.ModelChoiceField(
                label=held.said,
                queryset=self.colleagues,
                empty_label="-",
                help_text="; ".join(held.pieces),
                error_messages={"required": _("Choose who takes this on.")},
            )

    @property
    def hand_to(self) -> Mapping[str, Membership]:
        asked = self.cleaned_data.items()
        return {key.removeprefix(PREFIX): to for key, to in asked if key.startswith(PREFIX)}


class EndForm(HandOverForm):
    def __init__(self, data: Any, *, membership: Membership, now: datetime) -> None:
        super().__init__(data, membership=membership, now=now)
        self.ask_for_colleagues()


class RoleForm(HandOverForm):
    """A clinician's work is asked for once it is said that they are no clinician any more."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, widget=forms.RadioSelect)
    credentials = OneLineField(
        label=_("Letters after the name"),
        max_length=40,
        required=False,
        help_text=_("Such as MD or PT. Visit types go by them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, membership: Membership, now: datetime) -> None:
        super().__init__(data, membership=membership, now=now)
        self.initial = {"role": membership.role, "credentials": membership.credentials}
        role = (data or {}).get("role", membership.role)
        if membership.role == Membership.Role.CLINICIAN != role:
            self.ask_for_colleagues()


class VouchForm(forms.Form):
    is_them = forms.BooleanField(
        label=_("I have made sure that it is them, in person or by phone"),
        error_messages={"required": _("First make sure that it is them.")},
    )


class ReturnForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        super().__init__(data, initial={"role": membership.role})
