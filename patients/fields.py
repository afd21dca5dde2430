"""Form fields that every room uses: the 0-10 question as eleven radios, and a day."""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from patients.bounds import HAPPENED, Window

Words = str | Promise
SCORES = range(11)
NO_ANSWER = ("", _("No answer"))


class _Fields(dict[str, forms.Field]):
    """Of a form's class. A form of it gets fields and widgets of its own, and shares what they are made of."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: _own(field) for name, field in self.items()}


def _own(field: forms.Field) -> forms.Field:
    own = copy.copy(field)
    own.widget = copy.copy(field.widget)
    own.widget.attrs = field.widget.attrs.copy()
    return own


class LightForm(forms.Form):
    """A form of many questions, of which a request makes one: to copy every choice of every question, as
    Django does, costs more than to check the answers. A form may set a field's label, choices or initial
    value; it changes no list or message of a field in place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = _Fields(type(self).base_fields)  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def hidden_inputs(self) -> SafeString:
        """As Django draws them, without a template for each."""
        shown = (
            (each, each.field.widget.format_value(each.value())) for each in self.hidden_fields()
        )
        return format_html_join(
            "\n",
            '<input type="hidden" name="{}"{} id="{}">',
            (
                (
                    each.html_name,
                    "" if value is None else format_html(' value="{}"', value),
                    each.auto_id,
                )
                for each, value in shown
            ),
        )


@dataclass(frozen=True)
class Tile:
    value: Any
    label: Any
    attrs: dict[str, Any]

    @property
    def written(self) -> SafeString:
        """The attributes of its input, in their order."""
        pairs = (
            (format_html(" {}" if value is True else ' {}="{}"', name, value),)
            for name, value in self.attrs.items()
            if value is not False
        )
        return format_html_join("", "{}", pairs)


class TilesWidget(forms.RadioSelect):
    """Eleven numbered tiles between two anchors; an optional one can be cleared again.

    Every point carries its number, since labels on some points only draw answers to them.
    """

    template_name = "django/forms/widgets/tiles.html"

    def __init__(self, *, low: Words, high: Words) -> None:
        super().__init__()
        self.low, self.high = low, high

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The tiles and, where the question may be skipped, "No answer". One template draws them all;
        Django would take three for each."""
        common = {**self.attrs, **(attrs or {})}
        chosen = self.format_value(value)
        options = [
            Tile(given, label, self._own(common, place, str(given) in chosen))
            for place, (given, label) in enumerate(self.choices)
        ]
        widget = {
            "attrs": common,
            "name": name,
            "tiles": options[: len(SCORES)],
            "no_answer": next(iter(options[len(SCORES) :]), None),
            "low": self.low,
            "high": self.high,
        }
        return {"widget": widget}

    def _own(self, common: dict[str, Any], place: int, is_chosen: bool) -> dict[str, Any]:
        own = common | (self.checked_attribute if is_chosen else {})
        return own | {"id": self.id_for_label(common["id"], str(place))} if "id" in own else own

    def format_value(self, value: Any) -> list[str]:
        """Which tile is chosen; an unanswered question does not tick "No answer"."""
        return [] if value is None else [str(value)]


class ScoreField(forms.TypedChoiceField):
    """A whole number from 0 to 10; None where an optional question was not answered."""

    default_error_messages = {
        "required": _("Choose a number from 0 to 10"),
        "invalid_choice": _("Choose a number from 0 to 10"),
    }

    def __init__(self, *, low: Words, high: Words, required: bool = True, **options: Any) -> None:
        tiles = [(score, str(score)) for score in SCORES]
        choices = tiles if required else [*tiles, NO_ANSWER]
        super().__init__(
            choices=choices,
            coerce=int,
            empty_value=None,
            required=required,
            widget=TilesWidget(low=low, high=high),
            **options,
        )


class DayField(forms.DateField):
    """A day inside of a window (patients/bounds.py); a form that knows more makes it narrower.

    The browser is told the same bounds. `too_early` and `too_late` may say it in other words.
    """

    default_error_messages = {
        "too_early": _("Give a day that is not before %(first)s."),
        "too_late": _("Give a day that is not after %(last)s."),
        "future": _("Give a day that is not in the future."),
    }

    def __init__(self, *, window: Window, **options: Any) -> None:
        day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": day, **options})
        self.window = window
        self.first: date | None = None
        self.last: date | None = None

    def within(self, *, first: date | None = None, last: date | None = None) -> None:
        """Not before `first`, such as the birth, and not after `last`."""
        self.first, self.last = first, last

    @property
    def bounds(self) -> tuple[date, date]:
        """The first and the last day accepted now, in the reader's time zone."""
        last = self.last or self.window.last(timezone.localdate())
        return max(self.first or self.window.first, self.window.first), last

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        first, last = self.bounds
        said = {"first": date_format(first), "last": date_format(last)}
        if value < first:
            raise forms.ValidationError(self.error_messages["too_early"], "too_early", said)
        if value > last:
            raise forms.ValidationError(self._too_late(), "too_late", said)

    def _too_late(self) -> Any:
        """The field's own message, or the plainest one that is true."""
        own: Any = self.error_messages["too_late"]
        plain = own is type(self).default_error_messages["too_late"]
        return self.error_messages["future"] if plain and self.window is HAPPENED else own

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The bounds as they are when the page is drawn."""
        if not self.widget.is_hidden:
            first, last = self.bounds
            self.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        return super().get_bound_field(form, field_name)


def day_field(window: Window, **options: Any) -> DayField:
    return DayField(window=window, **options)
