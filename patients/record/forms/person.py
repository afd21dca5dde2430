"""Who a patient is, as the clinic corrects it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import NumberField, OneLineField
from accounts.zones import zone_choices
from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.models import Patient
from patients.record.forms.care import SharedAddress


class PersonForm(SharedAddress):
    """What was changed on the page as it was shown; a colleague's change meanwhile stays."""

    birth_date = day_field(
        HAPPENED,
        label=_("Date of birth"),
        error_messages=dict.fromkeys(
            ("too_early", "too_late"), _("Give a date of birth in the past.")
        ),
    )

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Patient
        fields = (
            "name", "birth_date", "sex", "number", "email", "phone", "address", "language", "time_zone",
        )  # fmt: skip
        field_classes = {
            "name": OneLineField,
            "number": NumberField,
            "phone": OneLineField,
            "address": OneLineField,
        }
        labels = {
            "sex": _("Sex"),
            "number": _("Record number"),
            "email": _("E-mail"),
            "phone": _("Phone"),
            "address": _("Address"),
            "language": _("Language"),
        }
        help_texts = {"number": "", "email": _("A link that waits goes to the new address.")}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].within(last=today)  # type: ignore[attr-defined]
        zones = zone_choices(self.instance.time_zone)
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        if self.instance.user_id is not None:
            del self.fields["email"]
        for field in self.fields.values():
            field.show_hidden_initial = True
        self.order_fields(self.Meta.fields)

    @property
    def corrected(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {name: said[name] for name in self.changed_data if name in said}

    def say_number_taken(self) -> None:
        self.add_error("number", _("Another patient has this record number."))


class WayInForm(SharedAddress):
    how = OneLineField(
        label=_("How you made sure that it is them"),
        max_length=300,
        help_text=_(
            "In person with a card, or by calling the number that you have. Never by an e-mail alone."
        ),
        error_messages={"required": _("Say how you made sure that it is them.")},
    )

    class Meta:
        model = Patient
        fields = ("email",)
        labels = {"email": _("The e-mail that they can read")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.order_fields(("email", "shares_email", "how"))


class WithdrawForm(forms.Form):
    reason = OneLineField(
        label=_("Why it was a mistake"),
        max_length=300,
        error_messages={"required": _("Say why it was a mistake.")},
    )
