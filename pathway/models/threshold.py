from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from pathway.models.part import CitedPart
from pathway.rules import DEFAULT_RULES, Rules

DEADLINE_UNITS = ("minutes", "working days")
DEADLINES = {
    *("safety", "worsening", "relapse", "plateau", "window_complete"),
    *("review_requested", "insufficient_data", "ceiling", "opioid_course", "acknowledged"),
    *("step_down", "function_worse"),
}
SETTINGS = {
    *("silent_days_after_dismissal", "moved_again_days", "urgent_pain", "late_entry_days"),
    *("no_log_days", "unanswered_reminders", "daily_until_day", "weekly_log_days", "extensions"),
    *("opioid_note_day", "opioid_review_day", "opioid_review_every_days"),
    *("relapse_watch_days", "re_entry_days"),
}

# Settings that the product keeps at one value: a trial holds one extension, a late log is of one of
# two days. A source that gives another is refused: no number is shown that is not followed.
HELD = {"extensions": 1, "late_entry_days": 2}


@dataclass(frozen=True)
class Deadline:
    """How soon a flag is to be decided: minutes run around the clock, working days are the clinic's."""

    amount: int
    unit: str


# The values for versions that were published before these keys existed.
DEADLINES_SINCE = {
    "step_down": Deadline(10, "working days"),
    "function_worse": Deadline(5, "working days"),
}
SETTINGS_SINCE = {"relapse_watch_days": 90, "re_entry_days": 365}


class ThresholdUse(models.TextChoices):
    RULE = "rule", "plateau and status rules"
    DEADLINE = "deadline", "how soon a flag is to be decided"
    SETTING = "setting", "log schedule and everything else"


class Threshold(CitedPart):
    """One number that the product acts on, with its unit, its meaning and where it comes from."""

    use = models.CharField(max_length=8, choices=ThresholdUse)
    value = models.DecimalField(max_digits=8, decimal_places=4)
    unit = models.CharField(max_length=24)
    meaning = models.CharField(max_length=200)

    class Meta(CitedPart.Meta):
        default_related_name = "threshold_rows"
        constraints = [
            *CitedPart.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(use__in=ThresholdUse.values), name="pathway_threshold_use"
            ),
        ]


def rules_of(rows: Iterable[Threshold]) -> Rules:
    """The rules' own numbers among a version's rows, published or not, in the types they expect."""
    ours = (row for row in rows if row.use == ThresholdUse.RULE)
    return Rules(**{row.key: type(getattr(DEFAULT_RULES, row.key))(row.value) for row in ours})
