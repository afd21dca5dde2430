from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from pathway.models import Instrument, Protocol
from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.models import Episode


class TotalForm(forms.Form):
    """The total of a questionnaire that was filled on paper, because its items may not be shown."""

    instrument = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Instrument.objects.none(), empty_label="-"
    )
    total = forms.DecimalField(label=_("Total score"), max_digits=6, decimal_places=2)
    filled_on = day_field(
        HAPPENED,
        label=_("Date of the questionnaire"),
        error_messages={
            "required": _("Give the day on which it was filled in."),
            "invalid": _("Give a whole date."),
            "too_early": _("The complaint began on %(first)s. Give a day from then on."),
            "too_late": _("Give a day that is not in the future."),
        },
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self, *args: Any, protocol: Protocol, episode: Episode, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        filled = self.fields["filled_on"]
        filled.initial = today
        filled.within(first=episode.onset_on or episode.opened_on, last=today)  # type: ignore[attr-defined]
        field = self.fields["instrument"]
        licensed = protocol.instruments.filter(may_ship_items=False).in_order()
        field.queryset = licensed  # type: ignore[attr-defined]
        field.label_from_instance = _with_range  # type: ignore[attr-defined]


def _with_range(instrument: Instrument) -> str:
    return f"{instrument.name} ({instrument.minimum}-{instrument.maximum})"
