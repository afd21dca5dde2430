"""Form fields that every room uses: the 0-10 question as eleven radios, and a day."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.bounds import HAPPENED, Window

Words = str | Promise
SCORES = range(11)
NO_ANSWER = ("", _("No answer"))


class TilesWidget(forms.RadioSelect):
    """Eleven numbered tiles between two anchors; an optional one can be cleared again.

    Every point carries its number, since labels on some points only draw answers to them.
    """

    template_name = "django/forms/widgets/tiles.html"

    def __init__(self, *, low: Words, high: Words) -> None:
        super().__init__()
        self.low, self.high = low, high

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Split the options into the tiles and, where the question may be skipped, "No answer"."""
        context = super().get_context(name, value, attrs)
        options = [
            option for _group, part, _index in context["widget"]["optgroups"] for option in part
        ]
        context["widget"] |= {
            "tiles": options[: len(SCORES)],
            "no_answer": next(iter(options[len(SCORES) :]), None),
            "low": self.low,
            "high": self.high,
        }
        return context

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
