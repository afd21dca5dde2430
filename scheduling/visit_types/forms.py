from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from accounts.one_line import OneLineField
from scheduling.models import Room, VisitType
from scheduling.models.visit_type import (
    POSSIBLE_AHEAD,
    POSSIBLE_BUFFER,
    POSSIBLE_LENGTH,
    POSSIBLE_NOTICE,
    USUAL_REMINDERS,
)
from scheduling.visit_types.selectors import clinicians, letters_of

ANYONE, LETTERS, PERSON = "anyone", "letters:", "person:"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
REMINDERS = [
    (168, _("A week before")),
    (72, _("Three days before")),
    (48, _("Two days before")),
    (24, _("A day before")),
    (2, _("Two hours before")),
]
TIERS = [("", _("None")), *((level, _("Tier %(n)s") % {"n": level}) for level in range(1, 6))]


def _number(between: tuple[int, int], label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=between[0], max_value=between[1], **options)


class VisitTypeForm(forms.Form):
    """A correction leaves out what a visit is for and how it is held: those stay."""

    name = OneLineField(label=_("Name"), max_length=60, help_text=_("As your team calls it."))
    purpose = forms.ChoiceField(
        label=_("What is it for?"), choices=VisitType.Purpose, widget=forms.RadioSelect
    )
    mode = forms.ChoiceField(
        label=_("How is it held?"), choices=VisitType.Mode, widget=forms.RadioSelect
    )
    level = forms.TypedChoiceField(
        label=_("Tier that it serves"),
        choices=TIERS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("A step up to this tier asks for a visit of this type."),
    )
    minutes = _number(POSSIBLE_LENGTH, _("Minutes with the patient"))
    minutes_before = _number(POSSIBLE_BUFFER, _("Minutes to prepare"), initial=0)
    minutes_after = _number(POSSIBLE_BUFFER, _("Minutes to finish and clean"), initial=0)
    holders = forms.MultipleChoiceField(
        label=_("Who may hold it?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: without people it cannot be booked.")},
    )
    rooms = forms.TypedMultipleChoiceField(
        label=_("In which rooms?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: in the room of the clinician's hours."),
    )
    ahead_days = _number(
        POSSIBLE_AHEAD,
        _("Days ahead that it is proposed, and that patients may move it to"),
        initial=90,
    )
    notice_hours = _number(
        POSSIBLE_NOTICE,
        _("Hours of notice for patients who change it"),
        initial=24,
        help_text=_("Your team may book sooner."),
    )
    remind_hours = forms.TypedMultipleChoiceField(
        label=_("Reminders by e-mail before the visit"),
        choices=REMINDERS,
        coerce=int,
        required=False,
        initial=list(USUAL_REMINDERS),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never in the patient's night. None chosen: no reminders."),
    )
    self_booking = forms.BooleanField(
        label=_("Patients may book it themselves"),
        required=False,
        help_text=_("One at a time, with the notice and as far ahead as above."),
    )

    def __init__(self, *args: Any, clinic: Clinic, of: VisitType | None = None, **kw: Any) -> None:
        super().__init__(*args, **{"initial": _initial(of) if of else {}, **kw})
        self.of = of
        people = clinicians(clinic)
        self._choices("holders", [
            (ANYONE, _("Any clinician")),
            *((LETTERS + one, _("Everyone with %(letters)s") % {"letters": one}) for one in letters_of(people)),
            *((f"{PERSON}{member.pk}", str(member)) for member in people),
        ])  # fmt: skip
        mine = Room.objects.of(clinic)
        rooms = (mine.current() | mine.filter(pk__in=of.rooms if of else [])).order_by("name")
        self._choices("rooms", [(room.pk, room.name) for room in rooms])
        for code, language in settings.LANGUAGES:
            self.fields[f"bring_{code}"] = forms.CharField(
                label=_("What to bring, in the patient's words (%(language)s)")
                % {"language": language},
                max_length=300,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_(
                    "It goes into calendars and e-mails: name no illness and no treatment."
                ),
            )
        for fixed in ("purpose", "mode") if of else ():
            del self.fields[fixed]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mode = self.of.mode if self.of else data.get("mode")
        if data.get("rooms") and mode in (VisitType.Mode.PHONE, VisitType.Mode.VIDEO):
            self.add_error("rooms", _("A visit by phone or video takes no room."))
        said = [code for code in LANGUAGES if data.get(f"bring_{code}")]
        for code in LANGUAGES if said else ():
            if code not in said:
                self.add_error(f"bring_{code}", _("Patients read this in each language."))
        return data

    def clean_holders(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["holders"]
        if ANYONE in chosen and len(chosen) > 1:
            raise ValidationError(
                _("“Any clinician” includes the others: choose one or the other.")
            )
        return chosen

    @property
    def values(self) -> dict[str, Any]:
        """The fields of VisitType that were given."""
        data = dict(self.cleaned_data)
        holders = data.pop("holders")
        bring = {code: data.pop(f"bring_{code}") for code in LANGUAGES}
        return data | {
            "anyone": ANYONE in holders,
            "credentials": _after(LETTERS, holders),
            "people": [int(pk) for pk in _after(PERSON, holders)],
            "bring": {code: words for code, words in bring.items() if words},
        }


def _after(prefix: str, chosen: list[str]) -> list[str]:
    return [one.removeprefix(prefix) for one in chosen if one.startswith(prefix)]


def _initial(of: VisitType) -> dict[str, Any]:
    holders = [ANYONE] if of.anyone else []
    holders += [LETTERS + one for one in of.credentials]
    holders += [f"{PERSON}{pk}" for pk in of.people]
    bring = {f"bring_{code}": of.bring.get(code, "") for code in LANGUAGES}
    names = (
        "name", "level", "minutes", "minutes_before", "minutes_after", "rooms", "ahead_days",
        "notice_hours", "remind_hours", "self_booking",
    )  # fmt: skip
    return {name: getattr(of, name) for name in names} | bring | {"holders": holders}
