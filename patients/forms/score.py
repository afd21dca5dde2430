from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from pathway.models import Instrument, Protocol


class TotalForm(forms.Form):
    """The total of a questionnaire that was filled on paper, because its items may not be shown."""

    instrument = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=Instrument.objects.none(), empty_label="-"
    )
    total = forms.DecimalField(label=_("Total score"), max_digits=6, decimal_places=2)
    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["instrument"]
        licensed = protocol.instruments.filter(may_ship_items=False).in_order()
        field.queryset = licensed  # type: ignore[attr-defined]
        field.label_from_instance = _with_range  # type: ignore[attr-defined]


def _with_range(instrument: Instrument) -> str:
    return f"{instrument.name} ({instrument.minimum}-{instrument.maximum})"
