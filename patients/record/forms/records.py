"""What clinicians write down, a form for each kind. Every field can be saved by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from pathway.models import Modality, Protocol
from patients.bounds import EITHER, HAPPENED
from patients.fields import DayField, ScoreField, day_field
from patients.models import (
    Episode,
    Exercise,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    ReliefEntry,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
)
from patients.models.records.asked import BEFORE_INJECTION, BESIDE_OPIOID, Asked
from patients.record.exercise_library import LIBRARY
from patients.record.medicine_class import names_an_opioid

OPIOID = "opioid"
ROWS = forms.Textarea(attrs={"rows": 3})


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """`level` is the tier whose modalities are offered; the fields of a group are saved together;
    `columns` names the row's columns where they differ."""

    level = 0
    groups: tuple[tuple[str, ...], ...] = ()
    columns: dict[str, str] = {}

    def __init__(
        self, *args: Any, episode: Episode, protocol: Protocol, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.episode, self.protocol, self.today = episode, protocol, today
        offered = Modality.objects.filter(protocol=protocol, tier__level=self.level)
        self.offer(offered.in_order())
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.within(first=episode.patient.birth_date, last=field.window.last(today))

    def may_miss(self, *names: str) -> None:
        """Make these fields optional for what the patient told: it may stay incomplete."""
        for name in names:
            self.fields[name].required = self.instance.reported_on is None

    def offer(self, modalities: Any) -> None:
        """Put the tier's modalities where the form has a place for them."""
        if "modality_keys" in self.fields:
            choices = [(each.key, each.title) for each in modalities]
            self.fields["modality_keys"].choices = choices  # type: ignore[attr-defined]
        if "modality" in self.fields:
            field: Any = self.fields["modality"]
            field.queryset = modalities
            field.label_from_instance = _with_mark

    def clean(self) -> dict[str, Any]:
        """The database checks the rest; the page says in one sentence what it refuses."""
        self.clean_together(self.cleaned_data)
        return self.cleaned_data

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        """Checks that concern several answers together."""

    def together(self, field: str) -> tuple[str, ...]:
        """The fields that are saved with this one."""
        return next((group for group in self.groups if field in group), (field,))

    def follows(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Columns without a field of their own that are saved with these fields."""
        return {}


def _with_mark(modality: Modality) -> str:
    return f"{modality.title} ({modality.mark})" if modality.mark else modality.title


def _end_after_start(form: RecordForm, cleaned: dict[str, Any]) -> None:
    first, last = cleaned.get("started_on"), cleaned.get("ended_on")
    if first and last and last < first:
        form.add_error("ended_on", _("Give a day that is not before the start."))


def ask_checks(form: RecordForm, names: Mapping[str, Any]) -> None:
    """Radio buttons, and nothing preselected in a new row: whoever did not ask says so."""
    for name, label in names.items():
        form.fields[name] = forms.ChoiceField(
            label=label,
            choices=Asked.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Answer, or say that nobody asked.")},
        )
        if form.instance.pk is None:
            form.initial.pop(name, None)
    form.order_fields(form.field_order or form._meta.fields)


class PlanForm(RecordForm):
    level = 1
    groups = (("modality_keys", "to_do"),)
    modality_keys = forms.MultipleChoiceField(
        label=_("What to do"), required=False, widget=forms.CheckboxSelectMultiple
    )
    to_do = forms.CharField(label=_("More to do, in your own words"), required=False, widget=ROWS)
    to_avoid = forms.CharField(label=_("What to avoid for now"), required=False, widget=ROWS)
    given_on = day_field(HAPPENED, label=_("Given on"))

    class Meta:
        model = SelfManagementPlan
        fields = ("modality_keys", "to_do", "to_avoid", "given_on")

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("modality_keys") and not cleaned.get("to_do"):
            self.add_error("to_do", _("Choose something to do, or write it."))


class ProgrammeForm(RecordForm):
    level = 2
    groups = (("started_on", "ended_on"),)
    modality_keys = forms.MultipleChoiceField(
        label=_("Kind of programme"), widget=forms.CheckboxSelectMultiple
    )
    aim = OneLineField(label=_("Aim"), max_length=300, required=False)
    sessions_planned = forms.IntegerField(label=_("Sessions planned"), min_value=0, max_value=100)
    home_days_a_week = forms.IntegerField(
        label=_("Programme at home, days a week"), min_value=0, max_value=7
    )
    started_on = day_field(EITHER, label=_("Started on"))
    ended_on = day_field(EITHER, label=_("Ended on"), required=False)

    class Meta:
        model = TherapyProgramme
        fields = (
            "modality_keys", "aim", "sessions_planned", "home_days_a_week", "started_on",
            "ended_on",
        )  # fmt: skip

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        _end_after_start(self, cleaned)


class SessionForm(RecordForm):
    held_on = day_field(HAPPENED, label=_("Day of the session"))
    attended = forms.TypedChoiceField(
        label=_("Was the patient there?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    note = OneLineField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = TherapySession
        fields = ("held_on", "attended", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["attended"] = "yes" if self.instance.attended else "no"


class ExerciseForm(RecordForm):
    """From the library, which a therapist may put into other words, or one of their own."""

    groups = (("key", "name"), ("started_on", "ended_on"))
    key = forms.ChoiceField(label=_("Exercise"), required=False)
    name = OneLineField(
        label=_("Name for the patient"),
        help_text=_("Empty: as in the library. The patient reads it in this wording."),
        max_length=80,
        required=False,
    )
    how = OneLineField(
        label=_("How it is done"),
        help_text=_("Empty: as in the library."),
        max_length=300,
        required=False,
    )
    sets = forms.IntegerField(label=_("Sets"), min_value=1, max_value=20)
    repetitions = forms.IntegerField(label=_("Repetitions in a set"), min_value=1, max_value=100)
    days_a_week = forms.IntegerField(label=_("Days a week"), min_value=1, max_value=7)
    started_on = day_field(EITHER, label=_("From"))
    ended_on = day_field(EITHER, label=_("Until"), required=False)

    class Meta:
        model = Exercise
        fields = (
            "key", "name", "how", "sets", "repetitions", "days_a_week", "started_on", "ended_on",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.key, each.name) for each in LIBRARY.values()]
        self.fields["key"].choices = [("", _("Our own")), *known]  # type: ignore[attr-defined]

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("key") and not cleaned.get("name"):
            self.add_error("name", _("Choose an exercise, or name one."))
        _end_after_start(self, cleaned)


class MedicineForm(RecordForm):
    level = 3
    groups = (("modality", "is_opioid"), ("started_on", "ended_on", "why_ended"))
    modality: Any = forms.ModelChoiceField(label=_("Class"), queryset=None, empty_label="-")
    is_opioid = forms.BooleanField(
        label=_("It contains an opioid"),
        help_text=_("Days on opioids are counted; no dose is asked for."),
        required=False,
    )
    name = OneLineField(label=_("Name of the medicine"), max_length=120)
    use = forms.ChoiceField(
        label=_("Taken"), choices=MedicationCourse.Use, widget=forms.RadioSelect
    )
    started_on = day_field(HAPPENED, label=_("Started on"))
    ended_on = day_field(HAPPENED, label=_("Ended on"), required=False)
    why_ended = forms.ChoiceField(
        label=_("Why it ended"),
        choices=[("", "-"), *MedicationCourse.WhyEnded.choices],
        required=False,
    )
    side_effect = OneLineField(label=_("Side effect"), max_length=300, required=False)

    class Meta:
        model = MedicationCourse
        fields = (
            "modality", "is_opioid", *BESIDE_OPIOID, "name", "use", "started_on", "ended_on",
            "why_ended", "side_effect",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_miss("modality", "started_on")
        ask_checks(self, BESIDE_OPIOID)
        for name in BESIDE_OPIOID:
            self.fields[name].required = False
            self.fields[name].help_text = _("For an opioid.")

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        modality = cleaned.get("modality")
        if (modality and modality.key == OPIOID) or names_an_opioid(cleaned.get("name", "")):
            cleaned["is_opioid"] = True
        self._clean_beside(cleaned)
        if modality is None and not cleaned.get("is_opioid"):
            cleaned["is_opioid"] = None
        _end_after_start(self, cleaned)
        ended, why = cleaned.get("ended_on"), cleaned.get("why_ended")
        if ended and not why:
            self.add_error("why_ended", _("Say why it ended."))
        if why and not ended:
            self.add_error("ended_on", _("Give the day on which it ended."))

    def follows(self, names: tuple[str, ...]) -> dict[str, Any]:
        """An opioid by its name is counted, whatever stands beside it."""
        holds = "name" in names and names_an_opioid(self.cleaned_data["name"])
        return {"is_opioid": True} if holds else {}

    def _clean_beside(self, cleaned: dict[str, Any]) -> None:
        """Asked of an opioid; of any other medicine an empty answer is "not asked"."""
        for name in BESIDE_OPIOID:
            is_new = self.instance.pk is None
            if cleaned.get("is_opioid") and is_new and not cleaned.get(name):
                self.add_error(name, _("Answer, or say that nobody asked."))
            cleaned[name] = cleaned.get(name) or getattr(self.instance, name)


class ProcedureForm(RecordForm):
    level = 4
    fixed = ("modality", "purpose", "done_on")
    columns = {"level_of_spine": "level"}
    modality: Any = forms.ModelChoiceField(label=_("Kind"), queryset=None, empty_label="-")
    purpose = forms.ChoiceField(
        label=_("What for"),
        help_text=_(
            "An injection starts a treatment cycle, and tier 4 on that day where it does not run. "
            "No plateau is flagged in its first weeks. A diagnostic block does none of this."
        ),
        choices=Procedure.Purpose,
        widget=forms.RadioSelect,
    )
    level_of_spine = OneLineField(label=_("Level, such as L4/5"), max_length=20)
    side = forms.ChoiceField(label=_("Side"), choices=[("", "-"), *Procedure.Side.choices])
    approach = forms.ChoiceField(
        label=_("Approach"), choices=[("", "-"), *Procedure.Approach.choices], required=False
    )
    guidance = forms.ChoiceField(
        label=_("Guidance"), choices=[("", "-"), *Procedure.Guidance.choices], required=False
    )
    agent = OneLineField(
        label=_("What was injected"),
        max_length=120,
        required=False,
        help_text=_("Such as lidocaine 1%. Plans ask for it, and for approach and guidance."),
    )
    done_on = day_field(HAPPENED, label=_("Done on"))
    note = OneLineField(label=_("Note"), max_length=300, required=False)

    class Meta:
        model = Procedure
        fields = (
            "modality", "purpose", "side", "approach", "guidance", "agent", "done_on", *BEFORE_INJECTION, "note",
        )  # fmt: skip

    field_order = (
        "modality", "purpose", "level_of_spine", "side", "done_on", "approach", "guidance", "agent",
        *BEFORE_INJECTION, "note",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_checks(self, BEFORE_INJECTION)
        if self.instance.pk:
            self.initial["level_of_spine"] = self.instance.level
            for name in self.fixed:
                self.fields[name].disabled = True

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        self.instance.level = cleaned.get("level_of_spine", "")


class ReliefForm(RecordForm):
    after = forms.IntegerField(label="", min_value=0, max_value=104)
    pain_before = ScoreField(
        label=_("Pain before"), low=_("no pain"), high=_("worst pain imaginable")
    )
    pain_now = ScoreField(label=_("Pain now"), low=_("no pain"), high=_("worst pain imaginable"))

    class Meta:
        model = ReliefEntry
        fields = ("after", "pain_before", "pain_now")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.instance.procedure.counts_hours
        self.fields["after"].label = (
            _("Hours after the block") if hours else _("Weeks after the injection")
        )


class ImagingForm(RecordForm):
    groups = (("done_on", "compared_with", "comparison", "disc_progressed"),)
    method = forms.ChoiceField(label=_("Kind"), choices=[("", "-"), *ImagingStudy.Method.choices])
    part = forms.ChoiceField(label=_("Region"), choices=[("", "-"), *ImagingStudy.Part.choices])
    done_on = day_field(HAPPENED, label=_("Done on"))
    findings = forms.CharField(label=_("Findings, in words"), widget=ROWS)
    compared_with: Any = forms.ModelChoiceField(
        label=_("Compared with"), queryset=None, empty_label=_("Not compared"), required=False
    )
    comparison = forms.ChoiceField(
        label=_("The comparison says"),
        help_text=_("Say it as it was read. The product infers nothing from images."),
        choices=ImagingStudy.Comparison,
        initial=ImagingStudy.Comparison.NOT_COMPARED,
    )
    disc_progressed = forms.BooleanField(
        label=_("Progressive disc change between the two"), required=False
    )

    class Meta:
        model = ImagingStudy
        fields = (
            "method", "part", "done_on", "findings", "compared_with", "comparison",
            "disc_progressed",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_miss("part", "findings")
        if not self.instance.day_known:
            self._ask_for_the_day()
        earlier = ImagingStudy.objects.not_withdrawn().filter(episode=self.episode)
        field: Any = self.fields["compared_with"]
        field.queryset = earlier.exclude(pk=self.instance.pk).order_by("-done_on")

    def _ask_for_the_day(self) -> None:
        """Only the month is known: no day stands there that nobody has given."""
        month = date_format(self.instance.done_on, "F Y")
        field = self.fields["done_on"]
        field.required, self.initial["done_on"] = False, None
        field.help_text = _("The patient said: %(month)s. Leave it empty if that is all.") % {
            "month": month
        }

    def clean_done_on(self) -> date | None:
        """An empty day leaves the month as it was told."""
        day: date | None = self.cleaned_data["done_on"]
        self.instance.day_known = day is not None
        return day or self.instance.done_on

    def follows(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {"day_known": self.instance.day_known} if "done_on" in names else {}

    def clean_together(self, cleaned: dict[str, Any]) -> None:
        with_, said = cleaned.get("compared_with"), cleaned.get("comparison")
        done = cleaned.get("done_on")
        if with_ and done and with_.done_on >= done:
            self.add_error("compared_with", _("Choose an image that is earlier than this one."))
        if bool(with_) == (said == ImagingStudy.Comparison.NOT_COMPARED):
            self.add_error(
                "comparison", _("Choose the earlier image, and what changed, or neither.")
            )
        if cleaned.get("disc_progressed") and said != ImagingStudy.Comparison.CHANGED:
            self.add_error(
                "disc_progressed", _("Progressive change needs a comparison that says “Changed”.")
            )


@dataclass(frozen=True)
class RecordSheet:
    """One kind of record: its form, its words, and the kind of row that it hangs on, if any."""

    form: type[RecordForm]
    title: str | Promise
    add: str | Promise
    parent: str = ""

    @property
    def model(self) -> Any:
        return self.form._meta.model


SHEETS: dict[str, RecordSheet] = {
    "plan": RecordSheet(PlanForm, _("Self-care plan"), _("Add a self-care plan")),
    "programme": RecordSheet(ProgrammeForm, _("Therapy programme"), _("Add a programme")),
    "session": RecordSheet(SessionForm, _("Therapy session"), _("Add a session"), "programme"),
    "exercise": RecordSheet(ExerciseForm, _("Exercise"), _("Add an exercise"), "programme"),
    "medicine": RecordSheet(MedicineForm, _("Medicine"), _("Add a medicine")),
    "procedure": RecordSheet(ProcedureForm, _("Procedure"), _("Add a procedure")),
    "relief": RecordSheet(ReliefForm, _("Relief"), _("Add relief"), "procedure"),
    "imaging": RecordSheet(ImagingForm, _("Image"), _("Add an image")),
}
