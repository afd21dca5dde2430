"""Form fields that every room uses: the 0-10 question as eleven radios, and a day."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
        """Split the options into the tiles and, where the question may be skipped, the way out."""
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
        """Which tile is chosen: nothing is not an answer, so that it does not tick "No answer"."""
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


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs
    )
