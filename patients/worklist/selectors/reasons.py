"""What is behind each kind of flag: the thresholds that count, how often it is wrong, what ends it.

The error rates stand in `pathway.rules.measured`, with the version of the rules they were measured on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pathway.models import Evidence, Position, Protocol, Threshold, Tier
from pathway.rules import OpioidSettings, measured
from patients.models import Kind
from patients.record.bulk_read import RowKind as Rows
from patients.record.bulk_read import gather

ENTRIES = ("entries_needed", "stale_after_days", "weekly_entries_needed", "weekly_stale_after_days")


@dataclass(frozen=True)
class FlagReason:
    """`thresholds` are keys of the protocol; `errs` is "" where a kind has no error rate, and has a
    place for each of the `rates`."""

    thresholds: Sequence[str]
    errs: str | Promise
    ends: str | Promise
    rates: Mapping[str, measured.Figures] = field(default_factory=dict)

    def error_rate(self, window_days: int) -> str:
        """Of the measured window that lies nearest, which it names."""
        rates = {
            name: measured.of_window(figures, window_days) for name, figures in self.rates.items()
        }
        weeks = {measured.nearest(figures, window_days) for figures in self.rates.values()}
        return str(self.errs) % {**rates, "weeks": max(weeks, default=0)}

    @property
    def measured_with(self) -> str:
        """The versions of the rules that the rates were measured on; "" where there are none."""
        versions = {
            each.rules_version for figures in self.rates.values() for each in figures.values()
        }
        return ", ".join(sorted(versions))


REASONS: dict[str, FlagReason] = {
    Kind.PLATEAU: FlagReason(
        (
            *("better_share", "better_points", "function_points", "plateau_logodds"),
            *("signal_from_day", "shortest_window_days", "entries_needed"),
        ),
        _(
            "In simulated trials of %(weeks)s weeks about %(false)s of 100 people who would still "
            "improve get this flag; of people who improve in steps with pauses of weeks between them, "
            "about %(other)s of 100."
        ),
        _(
            "A lower 14-day mean or a clear gain in function; the flag stays until somebody decides."
        ),
        {"false": measured.PLATEAU_FALSE_IN, "other": measured.OTHER_SHAPES_FALSE_IN},
    ),
    Kind.WORSENING: FlagReason(
        (
            *("rise_points", "rise_from_day", "signal_days", "rise_over_before", "rise_errors"),
            *("rise_over_start", "worse_points", "worse_logodds", "signal_from_day"),
            "entries_needed",
        ),
        _(
            "In simulated trials of %(weeks)s weeks about %(false)s of 100 people whose pain stays "
            "level get this flag; of people whose pain truly rises by 2 to 3 points about %(found)s of "
            "100 get it within 14 days."
        ),
        _("A 14-day mean nearer to the start; the flag stays until somebody decides."),
        {"false": measured.WORSENING_FALSE_IN, "found": measured.WORSENING_FOUND_IN},
    ),
    Kind.CEILING: FlagReason(
        ("better_share",),
        _(
            "How often somebody who shows these signs still improves has not been measured. They "
            "suggest a reassessment of the whole plan; imaging only if it would change it."
        ),
        _(
            "Only a clinician's decision. Function that is better by the share above, or by the "
            "questionnaire's own least change, would end its sign; pain that came back stays on the "
            "record."
        ),
    ),
    Kind.RELAPSE: FlagReason(
        (
            *("better_share", "better_points", "relief_days", "relief_within_days"),
            *("back_share", "back_days", "back_entries"),
        ),
        _(
            "In simulated trials of %(weeks)s weeks about %(found)s of 100 people whose pain comes back "
            "after a procedure get this flag, when they kept a diary before it. How often it is raised "
            "wrongly has not been measured."
        ),
        _("A 14-day mean below the old intensity; the flag stays until somebody decides."),
        {"found": measured.RELAPSE_FOUND_IN},
    ),
    Kind.FUNCTION_WORSE: FlagReason(
        (),
        _(
            "Two forms in a row have to be worse than the first by the questionnaire's least change that "
            "matters and by its error. In simulated trials of %(weeks)s weeks about %(false)s of 100 people "
            "whose function stays level get this flag; about %(twice)s of 100 if a form errs by twice what "
            "its source states."
        ),
        _("A form nearer to the first one; the flag stays until somebody decides."),
        {"false": measured.FUNCTION_FALSE_IN, "twice": measured.FUNCTION_FALSE_TWICE_IN},
    ),
    Kind.WINDOW_COMPLETE: FlagReason(
        ("better_share", "better_points", "partial_share", "worse_points_at_end"),
        _("A date, not a judgement: it has no error rate."),
        _("Only a decision: the planned end of the trial has come."),
    ),
    Kind.SILENT: FlagReason(
        (*ENTRIES, "weekly_logger_share", "insufficient_from_day"),
        _("A count, not a judgement. Too few logs can mean recovery or giving up: call."),
        _("Enough logs in 14 days; while nobody owns the flag it then closes by itself."),
    ),
    Kind.OPIOID: FlagReason(
        ("opioid_note_day", "opioid_review_day", "opioid_review_every_days"),
        _("A count of days, not a judgement. It says nothing about the dose."),
        _("A decision, and the end of the course in the record; until then it comes back."),
    ),
    Kind.STEP_DOWN: FlagReason(
        ("entries_needed",),
        _(
            "How often pain comes back after stepping down on four weeks of low pain has not been "
            "measured."
        ),
        _("Only a clinician's decision: a lighter tier, out of the steps, or continue."),
    ),
    Kind.SAFETY: FlagReason(
        (), "", _("Only a clinician's decision. Plateau rules wait until then.")
    ),
    Kind.REVIEW_REQUESTED: FlagReason((), "", _("Only a clinician's decision: the patient asked.")),
}


@dataclass(frozen=True)
class Counted:
    """A threshold of the protocol as a page shows it."""

    meaning: str
    value: Decimal
    unit: str
    sources: Sequence[Evidence]
    verified: bool


@dataclass(frozen=True)
class Parts:
    """What a page shows of a protocol version, read in one query."""

    tiers: list[Tier]
    thresholds: dict[str, Threshold]
    sources: dict[str, Evidence]
    positions: list[Position]

    def positions_in(self, tier: Tier) -> list[Position]:
        """What guidelines say of the modalities of this step, in the protocol's order."""
        return [each for each in self.positions if each.modality.tier_id == tier.pk]

    @property
    def opioids(self) -> OpioidSettings:
        names = ("note_day", "review_day", "review_every_days")
        days = {name: int(self.thresholds[f"opioid_{name}"].value) for name in names}
        return OpioidSettings(**days)


@lru_cache(maxsize=8)
def parts_of(protocol: Protocol) -> Parts:
    """Read once of each version: a published protocol never changes."""
    found = gather(
        Protocol.objects.filter(pk=protocol.pk),
        tiers=Rows(protocol.tiers.in_order()),
        thresholds=Rows(protocol.threshold_rows.exclude(use="deadline").order_by("position")),
        sources=Rows(protocol.evidence.in_order()),
        positions=Rows(
            protocol.positions.order_by("modality__position", "position"),
            ("modality__title", "modality__tier_id"),
        ),
    )
    return Parts(
        tiers=found["tiers"],
        thresholds={row.key: row for row in found["thresholds"]},
        sources={row.key: row for row in found["sources"]},
        positions=found["positions"],
    )


def thresholds_of(kind: str, parts: Parts) -> list[Counted]:
    """Those that count for this kind of flag, in the protocol's order, with where they come from."""
    wanted = set(REASONS[kind].thresholds)
    return [
        Counted(
            meaning=row.meaning,
            value=row.value.normalize() + 0,
            unit=row.unit,
            sources=[parts.sources[key] for key in row.evidence_keys],
            verified=row.verified,
        )
        for key, row in parts.thresholds.items()
        if key in wanted
    ]
