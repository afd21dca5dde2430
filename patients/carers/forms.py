from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from patients.bounds import PLANNED
from patients.carers.actions import SCOPE
from patients.fields import day_field
from patients.models import Carer


class ScopeForm(forms.Form):
    """What a carer may do, and until when."""

    may_see = forms.BooleanField(label=_("See all of these pages"), required=False)
    may_log = forms.BooleanField(
        label=_("Fill in the log and the safety questions"), required=False
    )
    may_book = forms.BooleanField(label=_("Book, change and cancel visits"), required=False)
    until = day_field(
        PLANNED, label=_("Last day"), help_text=_("It ends by itself after this day.")
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until: Any = self.fields["until"]
        until.within(first=today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in SCOPE):
            self.add_error("may_see", _("Choose at least one."))
        return cleaned


class InviteCarerForm(ScopeForm):
    name = OneLineField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("We send a link there."))
    relation = forms.ChoiceField(
        label=_("Who they are"),
        choices=Carer.Relation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who they are.")},
    )

    field_order = ("name", "email", "relation", *SCOPE, "until")

    def say_is_the_patient(self) -> None:
        self.add_error("email", _("This e-mail signs in here already. Give the carer's own."))
