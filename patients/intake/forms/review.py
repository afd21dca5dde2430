from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from pathway.models import Condition, Protocol
from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.intake.actions import Confirmed, IntakeAnswers
from patients.intake.forms.reported import ReportedForm
from patients.models import Episode, Intake, PriorTreatment


class ReviewIntakeForm(ReportedForm):
    """What the complaint is, what was taken and pictured, and the first tier.

    No tier is chosen beforehand.
    """

    COMPLAINT = ("condition", "region", "radiating", "onset_on")
    STEP = ("level", "review_note", "reason")

    condition = forms.ModelChoiceField(
        label=_("Condition"),
        queryset=Condition.objects.none(),
        empty_label="-",
        error_messages={"required": _("Choose the condition.")},
    )
    region = forms.ChoiceField(
        label=_("Where"),
        choices=Episode.Region.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose neck or back.")},
    )
    radiating = forms.BooleanField(label=_("With symptoms in an arm or a leg"), required=False)
    onset_on = day_field(
        HAPPENED,
        label=_("Since when"),
        error_messages={
            "required": _("Give the day of the onset."),
            "too_late": _("Give a day that is not after the intake began."),
        },
    )
    level = forms.TypedChoiceField(
        label=_("Start at tier"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the first tier.")},
    )
    review_note = forms.CharField(
        label=_("Why a different tier than the suggested one"),
        help_text=_(
            "For the team. Needed when you choose another tier, or when none is suggested."
        ),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=_("Why this step, in words that the patient will read"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        intake: Intake,
        told: IntakeAnswers,
        protocol: Protocol,
        told_on: date,
        **kwargs: Any,
    ) -> None:
        born = intake.episode.patient.birth_date
        super().__init__(*args, told=told, protocol=protocol, born=born, told_on=told_on, **kwargs)
        self.intake, self.told = intake, told
        # As on the page: the errors above it are listed in this order.
        self.order_fields([name for name in self.fields if name not in self.STEP])
        last_day = intake.episode.opened_on
        self.fields["onset_on"].within(first=born, last=last_day)  # type: ignore[attr-defined]
        self.fields["condition"].queryset = protocol.conditions.in_order()  # type: ignore[attr-defined]
        self.fields["condition"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        tiers = [(tier.level, str(tier)) for tier in protocol.tiers.in_order()]
        self.fields["level"].choices = tiers  # type: ignore[attr-defined]
        self.initial = {
            "region": told.region,
            "radiating": told.radiating,
            "onset_on": min(told.onset_on, last_day) if told.onset_on else None,
        }

    @property
    def complaint(self) -> list[forms.BoundField]:
        return [self[name] for name in self.COMPLAINT]

    @property
    def step(self) -> list[forms.BoundField]:
        return [self[name] for name in self.STEP]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level = cleaned.get("level")
        other = level is not None and level != self.intake.suggested_level
        if other and not cleaned.get("review_note"):
            self.add_error("review_note", _("Say why you choose a different tier."))
        return cleaned

    def confirmed(self) -> Confirmed:
        chosen = self.cleaned_data
        return Confirmed(
            condition=chosen["condition"],
            region=chosen["region"],
            radiating=chosen["radiating"],
            onset_on=chosen["onset_on"],
            level=chosen["level"],
            prior=self.told.prior,
            medicines=self.medicines_taken(),
            images=self.images_taken(),
            about_patient={} if self.intake.sent_at else self.told.about_patient,
            usual_pain=self.told.usual_pain,
            reason=chosen["reason"],
            note=chosen["review_note"],
        )


class PriorTreatmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """What was tried before this clinic, entered by a clinician."""

    class Meta:
        model = PriorTreatment
        fields = ("level", "what", "weeks", "attended", "helped")
        field_classes = {"what": OneLineField}
        widgets = {"helped": forms.RadioSelect}
        labels = {
            "level": _("Tier"),
            "what": _("What was tried"),
            "weeks": _("Weeks in all"),
            "attended": _("Most of it was done"),
            "helped": _("Did it help?"),
        }
        help_texts = {"attended": ""}

    level = forms.TypedChoiceField(label=_("Tier"), coerce=int)

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(tier.level, str(tier)) for tier in protocol.tiers.in_order()]
        self.fields["level"].choices = [("", "-"), *tiers[:4]]  # type: ignore[attr-defined]
        self.fields["helped"].choices = PriorTreatment.Helped.choices  # type: ignore[attr-defined]
