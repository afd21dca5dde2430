from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from scheduling import slots
from scheduling.models import Consultation, VisitType
from scheduling.rules.hours import Slot


class SlotForm(forms.Form):
    """The time that somebody pressed: each free time is a button named `slot`."""

    slot = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose a time.")}
    )

    def __init__(
        self, *args: Any, clinic: Clinic, kind: VisitType | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clinic, self.kind = clinic, kind

    def clean_slot(self) -> Slot:
        key, now = self.cleaned_data["slot"], timezone.now()
        slot = slots.find(self.clinic, key, kind=self.kind, now=now)
        if slot is None:
            raise ValidationError(_("This time is no longer offered. Choose another time."))
        return slot


class CancelForm(forms.Form):
    """A visit that a clinician asked for is needed again; of others staff say whether they are."""

    reason = forms.ChoiceField(
        label=_("Why is the visit cancelled?"),
        choices=Consultation.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    wanted_again = forms.BooleanField(
        label=_("The patient needs another time: back to “Needs a visit”"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, visit: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if visit.visit_request_id:
            del self.fields["wanted_again"]

    def clean(self) -> dict[str, Any]:
        return {"wanted_again": True} | (super().clean() or {})


class NoShowForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What happened?"),
        choices=Consultation.Missing,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
