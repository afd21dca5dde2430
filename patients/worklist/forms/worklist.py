from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.one_line import OneLineField
from accounts.queries import MembershipQuerySet


class SnoozeForm(forms.Form):
    """An end and a reason; no flag is snoozed without them."""

    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[(1, _("1 day")), (3, _("3 days")), (7, _("7 days"))],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for how long.")},
    )
    reason = OneLineField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why it can wait.")},
    )


class DiscussForm(forms.Form):
    note = forms.CharField(
        label=_("Note for the weekly meeting"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Colleague"),
        queryset=Membership.objects.none(),
        empty_label="-",
        error_messages={"required": _("Choose a colleague.")},
    )

    def __init__(self, *args: Any, colleagues: MembershipQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues.select_related("user").order_by("user__name")  # type: ignore[attr-defined]


class SaveViewForm(forms.Form):
    name = OneLineField(
        label=_("Name of this view"),
        max_length=40,
        error_messages={"required": _("Give the view a name.")},
    )
