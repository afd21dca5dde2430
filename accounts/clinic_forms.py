"""What an administrator changes about the clinic: where it is, its phone, when somebody answers it, its zone,
and who is told of a safety answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from accounts.models.clinic import validate_dialled, validate_short_number
from accounts.one_line import OneLineField
from accounts.zones import validate_zone

FURTHEST = timedelta(days=2 * 366)


def _time(label: Any, said: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    wrong = {"required": said, "invalid": said}
    return forms.TimeField(label=label, widget=widget, error_messages=wrong)


class OurClinicForm(forms.Form):
    name = OneLineField(
        label=_("Name"),
        max_length=120,
        help_text=_("At the top of every page, and in every e-mail."),
        error_messages={"required": _("Give the clinic's name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = OneLineField(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("Stands on letters and on the help page."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = OneLineField(
        label=_("Phone"),
        max_length=40,
        help_text=_("Patients call it with one tap, also after a safety answer."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        validators=[validate_dialled],
        error_messages={"required": _("Give the number that patients call.")},
    )
    emergency_number = OneLineField(
        label=_("Emergency number"),
        max_length=20,
        help_text=_(
            "What patients call when it cannot wait: stands on the help page and after a safety answer."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        validators=[validate_short_number],
        error_messages={"required": _("Give the emergency number.")},
    )
    phone_weekdays = forms.TypedMultipleChoiceField(
        label=_("The phone is answered on"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        help_text=_("With no day ticked, patients read that the phones are closed."),
        widget=forms.CheckboxSelectMultiple,
    )
    phone_opens = _time(_("From"), _("Give the time at which the phones open."))
    phone_closes = _time(_("To"), _("Give the time at which the phones close."))

    time_zone = OneLineField(
        label=_("Time zone"),
        max_length=64,
        help_text=_(
            "Such as America/New_York. Booked visits keep their moment, so their clock time changes; check"
            " them and the hours afterwards. Days, deadlines and free times go by the new zone from now on."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[validate_zone],
        error_messages={"required": _("Give the time zone.")},
    )
    legal_age = forms.IntegerField(
        label=_("Legal age"),
        min_value=12,
        max_value=21,
        help_text=_(
            "On this birthday a parent's access ends by itself, and the patient is invited. Parents and you"
            " are told 30 days before."
        ),
        error_messages={"required": _("Give the age in years.")},
    )
    alert_email = forms.EmailField(
        label=_("Who is told first of a safety answer"),
        help_text=_("An address that is read at all hours. The message names no patient."),
        error_messages={"required": _("Give the address that is told of safety answers.")},
    )
    next_alert_email = forms.EmailField(
        label=_("Who is told if nobody takes it on in time"),
        required=False,
        help_text=_("If empty, the first address is told again."),
    )

    def __init__(self, data: Any, *, clinic: Clinic) -> None:
        super().__init__(data, initial={name: getattr(clinic, name) for name in self.base_fields})
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("phone_opens"), data.get("phone_closes")
        if opens is not None and closes is not None and opens >= closes:
            self.add_error(
                "phone_closes",
                _("The phones must close later on the same day. Past midnight is not possible."),
            )
        return data

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed on the page as it was shown; a colleague's change meanwhile stays."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ClosedDayForm(forms.Form):
    """A holiday: from today in the clinic's zone on, two years ahead at most."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today, today + FURTHEST
        bounds = {"min": self.first.isoformat(), "max": self.last.isoformat()}
        self.fields["day"].widget.attrs |= bounds

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.first <= day <= self.last:
            said = {"first": date_format(self.first), "last": date_format(self.last)}
            raise forms.ValidationError(
                _("Give a day from %(first)s to %(last)s."), "not_there", said
            )
        return day
