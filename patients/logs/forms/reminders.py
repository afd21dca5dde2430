from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from patients.fields import Words

OFF = ""
PAUSES = (3, 7, 14)


class ReminderForm(forms.Form):
    """At which hour of the patient's own day; or not at all."""

    hour = forms.TypedChoiceField(
        label=_("When should we remind you?"),
        help_text=_("Only on days when a log is due and you have not logged. One e-mail a day."),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the times")},
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hour"].choices = hours()  # type: ignore[attr-defined]


def hours() -> list[tuple[str, Words]]:
    """The hours as the reader's language writes them."""
    each = [(str(hour), time_format(time(hour))) for hour in range(24)]
    return [(OFF, _("No reminders")), *each]


class PauseForm(forms.Form):
    """For how many days; 0 ends a pause."""

    days = forms.TypedChoiceField(coerce=int, choices=[(days, days) for days in (0, *PAUSES)])
