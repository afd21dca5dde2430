"""How a clinic's e-mails and pages look: the sender, its own sentences in reminders, logo and colour."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.colours import COLOUR, darker, is_readable
from accounts.logo import NoLogo, redrawn
from accounts.models import Clinic
from accounts.one_line import OneLineField
from accounts.reminder_words import KINDS, LONGEST, problem_with

NAMED = {
    "visit_reminder": _("Before a visit"),
    "log_reminder": _("When a log is due"),
}
NOT_IN_A_SENDER = set('<>"@,;:\\')


class MessagesForm(forms.Form):
    sender_name = OneLineField(
        label=_("Sender of e-mails"),
        max_length=60,
        required=False,
        help_text=_(
            "The name that stands in the list of mails. The address stays the installation's."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, clinic: Clinic) -> None:
        super().__init__(data, initial={"sender_name": clinic.sender_name})
        for kind in KINDS:
            for language, spoken in settings.LANGUAGES:
                self.fields[f"{kind}_{language}"] = OneLineField(
                    label=f"{NAMED[kind]} ({spoken})",
                    max_length=LONGEST,
                    required=False,
                    initial=clinic.reminder_texts.get(kind, {}).get(language, ""),
                    help_text=_("One sentence below our link. {clinic} and {phone} are filled in."),
                    widget=forms.TextInput(attrs={"autocomplete": "off", "lang": language}),
                )

    def clean_sender_name(self) -> str:
        name: str = self.cleaned_data["sender_name"]
        if NOT_IN_A_SENDER & set(name):
            raise forms.ValidationError(_("Letters, digits, blanks, dots and dashes only."))
        return name

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for kind in KINDS:
            texts = {code: said.get(f"{kind}_{code}", "") for code, _spoken in settings.LANGUAGES}
            for code, text in texts.items():
                if problem := problem_with(text):
                    self.add_error(f"{kind}_{code}", problem)
                elif not text and any(texts.values()):
                    self.add_error(f"{kind}_{code}", _("In every language, or in none."))
        return said

    @property
    def settings(self) -> dict[str, Any]:
        texts = {
            kind: {
                code: self.cleaned_data[f"{kind}_{code}"] for code, _spoken in settings.LANGUAGES
            }
            for kind in KINDS
        }
        kept = {kind: said for kind, said in texts.items() if any(said.values())}
        return {"sender_name": self.cleaned_data["sender_name"], "reminder_texts": kept}


class LookForm(forms.Form):
    colour = OneLineField(
        label=_("Colour"),
        max_length=7,
        required=False,
        help_text=_(
            "Such as #0b5a6f. For the clinic's name and the line above it; empty: the usual ink."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, up to 2 MB. It is made small; a wide one fits best."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    no_logo = forms.BooleanField(label=_("Show no logo any more"), required=False)

    def __init__(self, data: Any, files: Any, *, clinic: Clinic) -> None:
        shown = {"colour": f"#{clinic.colour}" if clinic.colour else ""}
        super().__init__(data, files, initial=shown)
        if not clinic.logo:
            del self.fields["no_logo"]

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"].lower().removeprefix("#")
        if colour and not COLOUR.fullmatch(colour):
            raise forms.ValidationError(
                _("Give six digits or letters from a to f, such as #0b5a6f.")
            )
        if colour and not is_readable(colour):
            raise forms.ValidationError(
                _("Too light to be read on white. The nearest that can be read is #%(colour)s."),
                "too_light",
                {"colour": darker(colour)},
            )
        return colour

    def clean_logo(self) -> bytes | None:
        """Drawn anew already."""
        sent = self.cleaned_data["logo"]
        if not sent:
            return None
        try:
            return redrawn(sent, sent.size)
        except NoLogo as refused:
            raise forms.ValidationError(
                _("This is no picture that we can show: PNG, JPEG or WebP, up to 2 MB.")
            ) from refused
