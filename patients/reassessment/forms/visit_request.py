from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.bounds import PLANNED
from patients.fields import day_field
from patients.models import VisitRequest


class VisitRequestForm(forms.Form):
    """What staff are asked for; nothing is chosen before."""

    purpose = forms.ChoiceField(
        label=_("What is the visit for?"),
        choices=VisitRequest.Purpose,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the visit is for.")},
    )
    due_on = day_field(
        PLANNED, label=_("By when?"), error_messages={"required": _("Give the last day for it.")}
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due_on: Any = self.fields["due_on"]
        due_on.within(first=today, last=PLANNED.last(today))
