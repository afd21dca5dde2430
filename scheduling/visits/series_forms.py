from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from scheduling import slots
from scheduling.models import VisitType
from scheduling.rules.hours import Slot

MOST_AT_ONCE = 12


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
