from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from patients.bounds import PLANNED
from patients.fields import day_field
from patients.models import Patient
from scheduling.models import Consultation, VisitType, WaitlistEntry
from scheduling.models.waitlist import EVERY_DAY, POSSIBLE_NOTICE
from scheduling.queries import ConsultationQuerySet
from scheduling.visit_types.selectors import clinicians


def _time(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, required=False, **options)


class JoinForm(forms.Form):
    """What the patient would come for, when, and how we reach them."""

    visit_type = forms.ModelChoiceField(
        label=_("Visit type"), queryset=VisitType.objects.none(), empty_label=None
    )
    visit = forms.ModelChoiceField(
        label=_("Instead of a visit that they have"),
        queryset=Consultation.objects.none(),
        required=False,
        empty_label=_("None: a visit more"),
    )
    clinician = forms.ModelChoiceField(
        label=_("With"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Anybody who holds it"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        initial=EVERY_DAY,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    from_time = _time(_("Not before"), help_text=_("Clinic time. Leave empty for any time."))
    until_time = _time(_("Over by"))
    first_on = day_field(PLANNED, label=_("From this day on"), required=False)
    last_on = day_field(PLANNED, label=_("Until this day"), required=False)
    notice_hours = forms.IntegerField(
        label=_("Hours of notice that they need"),
        min_value=POSSIBLE_NOTICE[0],
        max_value=POSSIBLE_NOTICE[1],
        initial=24,
    )
    reach = forms.ChoiceField(
        label=_("How do we reach them?"),
        choices=WaitlistEntry.Reach,
        widget=forms.RadioSelect,
        help_text=_("By e-mail a time is kept for two hours, by phone until you let it go."),
    )

    def __init__(
        self, *args: Any, patient: Patient, visits: ConsultationQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self._among("visit_type", VisitType.objects.of(patient.clinic).current())
        self._among("visit", visits)
        people = [one.pk for one in clinicians(patient.clinic)]
        staff = Membership.objects.filter(pk__in=people).select_related("user")
        self._among("clinician", staff.order_by("user__name", "pk"))

    def _among(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._in_order(
            data, "first_on", "last_on", _("The last day must not come before the first day.")
        )
        self._in_order(data, "from_time", "until_time", _("The end must come after the start."))
        if data.get("reach") == WaitlistEntry.Reach.EMAIL and self.patient.user is None:
            self.add_error("reach", _("They have no account: choose the phone."))
        self._can_be_held(data)
        return data

    def _in_order(self, data: dict[str, Any], first: str, last: str, words: Any) -> None:
        begins, ends = data.get(first), data.get(last)
        is_day = first == "first_on"
        if begins is None or ends is None:
            return
        if begins > ends or (begins == ends and not is_day):
            self.add_error(last, words)

    def _can_be_held(self, data: dict[str, Any]) -> None:
        kind, clinician = data.get("visit_type"), data.get("clinician")
        if kind and clinician and not kind.may_be_held_by(clinician):
            self.add_error("clinician", _("They do not hold visits of this type."))
