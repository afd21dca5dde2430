from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from accounts.one_line import OneLineField
from patients.bounds import PLANNED
from patients.fields import DayField, day_field
from scheduling.hours.settling import CANCEL, MOVE, OFFER, STAY, Plan
from scheduling.models import AvailabilityException, Room
from scheduling.models.availability import POSSIBLE_MINUTES


def _time(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, **options)


class ClinicianForm(forms.Form):
    """Something about a clinician of this clinic, between two times of a day."""

    membership = forms.ModelChoiceField(
        label=_("Clinician"), queryset=Membership.objects.none(), empty_label=None
    )
    starts = _time(_("From"))
    ends = _time(_("To"))
    room = forms.ChoiceField(
        label=_("Room"), error_messages={"required": _("Choose a room, or add one first.")}
    )
    slot_minutes = forms.IntegerField(
        label=_("Minutes for one visit"),
        min_value=POSSIBLE_MINUTES[0],
        max_value=POSSIBLE_MINUTES[1],
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
        field = cast("forms.ModelChoiceField[Membership]", self.fields["membership"])
        field.queryset = staff.select_related("user").order_by("user__name")
        names = Room.objects.of(clinic).current().values_list("name", flat=True)
        room = cast("forms.ChoiceField", self.fields["room"])
        room.choices = [("", _("Choose")), *((name, name) for name in names)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts is not None and ends is not None and starts >= ends:
            self.add_error("ends", _("The end must come after the start."))
        return data


class HoursForm(ClinicianForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    from_on = day_field(PLANNED, label=_("First day"))
    until_on = day_field(
        PLANNED, label=_("Last day"), required=False, help_text=_("Leave empty if there is no end.")
    )

    field_order = ["membership", "weekdays", "starts", "ends"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first is not None and last is not None and first > last:
            self.add_error("until_on", _("The last day must not come before the first day."))
        return data


class ExceptionForm(ClinicianForm):
    kind = forms.ChoiceField(
        label=_("What is different?"),
        choices=AvailabilityException.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose time off or extra hours.")},
    )
    date = day_field(PLANNED, label=_("First day"))
    last_on = day_field(
        PLANNED, label=_("Last day"), required=False, help_text=_("Leave empty for one day.")
    )
    starts = _time(_("From"), required=False, help_text=_("Leave empty for the whole day off."))
    ends = _time(_("To"), required=False)
    room = forms.ChoiceField(label=_("Room"), required=False, help_text=_("For extra hours."))
    slot_minutes = forms.IntegerField(
        label=_("Minutes for one visit"),
        required=False,
        min_value=POSSIBLE_MINUTES[0],
        max_value=POSSIBLE_MINUTES[1],
        help_text=_("For extra hours."),
    )
    reason = OneLineField(
        label=_("Note for the team"),
        max_length=200,
        required=False,
        help_text=_("Such as “meeting”. Do not name patients."),
    )

    field_order = ["membership", "kind", "date", "last_on"]

    def __init__(self, *args: Any, clinic: Clinic, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, clinic=clinic, **kwargs)
        not_before(self, today)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        in_order(self, data)
        is_extra = data.get("kind") == AvailabilityException.Kind.EXTRA
        if is_extra:
            self._need("starts", "ends", "room", "slot_minutes")
            if data.get("last_on") not in (None, data.get("date")):
                self.add_error("last_on", _("Extra hours are for one day."))
        elif (data.get("starts") is None) != (data.get("ends") is None):
            self.add_error("ends", _("Give both times, or none for the whole day."))
        else:
            data |= {"room": "", "slot_minutes": None}
        return data

    def _need(self, *names: str) -> None:
        for name in names:
            if self.cleaned_data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Needed for extra hours."))


class RoomForm(forms.Form):
    name = OneLineField(label=_("Name of the room"), max_length=60)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not any(sign.isalnum() for sign in name):
            raise forms.ValidationError(_("Use letters or numbers."))
        return name


class HolidayForm(forms.Form):
    """Days on which nobody of the clinic sees anybody."""

    date = day_field(PLANNED, label=_("First day"))
    last_on = day_field(
        PLANNED, label=_("Last day"), required=False, help_text=_("Leave empty for one day.")
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        not_before(self, today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        in_order(self, data)
        return data


class PlanForm(forms.Form):
    """What becomes of the visits in the time that is taken away: for all of them at once."""

    how = forms.ChoiceField(
        label=_("What becomes of these visits?"),
        choices=[
            (MOVE, _("They move to a colleague, at the same time")),
            (OFFER, _("They are cancelled, and each patient is offered up to three other times")),
            (CANCEL, _("They are cancelled, and each patient needs a visit")),
            (STAY, _("They stay booked: I look after each of them")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of these visits.")},
    )
    colleague = forms.ModelChoiceField(
        label=_("To which colleague?"), queryset=Membership.objects.none(), required=False
    )
    otherwise = forms.ChoiceField(
        label=_("What if the colleague cannot take one of them?"),
        choices=[
            (OFFER, _("Offer other times")),
            (CANCEL, _("Cancel it: the patient needs a visit")),
            (STAY, _("It stays booked")),
        ],
        required=False,
    )

    def __init__(
        self, *args: Any, clinic: Clinic, away: list[Membership] | None, **kwargs: Any
    ) -> None:
        """Without `away`, nobody of the clinic could take them."""
        super().__init__(*args, **kwargs)
        if away is None:
            how = cast("forms.ChoiceField", self.fields["how"])
            how.choices = [choice for choice in how.choices if choice[0] != MOVE]  # type: ignore[misc, index, union-attr]
            del self.fields["colleague"], self.fields["otherwise"]
            return
        staff = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
        field = cast("forms.ModelChoiceField[Membership]", self.fields["colleague"])
        others = staff.exclude(pk__in=[one.pk for one in away])
        field.queryset = others.select_related("user", "clinic").order_by("user__name")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") == MOVE and data.get("colleague") is None:
            self.add_error("colleague", _("Choose a colleague."))
        return data

    @property
    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(data["how"], data.get("colleague"), data.get("otherwise") or OFFER)


def not_before(form: forms.Form, today: datetime.date) -> None:
    """Nothing in the past is taken in silence."""
    for name in ("date", "last_on"):
        cast("DayField", form.fields[name]).within(first=today)


def in_order(form: forms.Form, data: dict[str, Any]) -> None:
    first, last = data.get("date"), data.get("last_on")
    if first is not None and last is not None and first > last:
        form.add_error("last_on", _("The last day must not come before the first day."))
