from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from scheduling import slots
from scheduling.models import Consultation, VisitType
from scheduling.rules.hours import Slot

MOST_AT_ONCE = 12


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


class SeriesForm(forms.Form):
    """How many and how far apart, read from the address: nothing is saved by it."""

    times = forms.TypedChoiceField(
        label=_("How many visits?"), choices=[(n, n) for n in range(2, 13)], coerce=int, initial=6
    )
    every = forms.TypedChoiceField(
        label=_("How often?"),
        choices=[(1, _("Each week")), (2, _("Every second week")), (4, _("Every fourth week"))],
        coerce=int,
        initial=1,
    )


class ChosenTimesForm(forms.Form):
    """The times of a series that were ticked; each as `SlotForm` takes one."""

    def __init__(
        self, data: Any, *, clinic: Clinic, clinician: int, kind: VisitType | None, own: Slot
    ) -> None:
        super().__init__(data)
        self.clinic, self.clinician, self.kind, self.own = clinic, clinician, kind, own

    def clean(self) -> dict[str, Any]:
        keys = dict.fromkeys(key for name in self.data for key in self._given(name))
        if not keys:
            raise ValidationError(_("Choose at least one time."))
        found = [self._slot(key) for key in keys]
        chosen = sorted(slot for slot in found if slot is not None)
        if len(chosen) < len(keys) or len(keys) > MOST_AT_ONCE or _overlap(chosen):
            raise ValidationError(_("One of these times is no longer offered. Look again below."))
        return {"slots": chosen}

    def _given(self, name: str) -> list[str]:
        """Each session has a name of its own, so that one of its times is chosen or none."""
        values: list[str] = self.data.getlist(name)  # type: ignore[attr-defined]
        return [value for value in values if name.startswith("slot") and value]

    def _slot(self, key: str) -> Slot | None:
        if key == self.own.key:
            return self.own
        found = slots.find(self.clinic, key, kind=self.kind, now=timezone.now())
        return found if found and found.clinician == self.clinician else None


def _overlap(chosen: list[Slot]) -> bool:
    return any(one.ends > other.starts for one, other in pairwise(chosen))
