"""What a protocol version says in numbers: the windows of its tiers, and all that the product acts on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pathway.models import Protocol, ThresholdUse, TrialWindow

USES = (ThresholdUse.DEADLINE, ThresholdUse.RULE, ThresholdUse.SETTING)


@dataclass(frozen=True)
class Number:
    meaning: str
    value: Decimal
    unit: str
    verified: bool


@dataclass(frozen=True)
class Contents:
    """`numbers` by what they are used for, as the protocol orders them."""

    windows: list[TrialWindow]
    numbers: list[tuple[str, list[Number]]]

    @property
    def unconfirmed(self) -> int:
        """How much of it no clinician has confirmed."""
        windows = sum(not window.verified for window in self.windows)
        return windows + sum(not one.verified for _use, group in self.numbers for one in group)


def contents_of(protocol: Protocol) -> Contents:
    """In two queries."""
    windows = protocol.windows.select_related("tier").order_by("tier__level", "position")
    rows = list(protocol.threshold_rows.in_order())
    return Contents(
        windows=list(windows),
        numbers=[
            (
                str(use.label),
                [
                    Number(row.meaning, row.value.normalize() + 0, row.unit, row.verified)
                    for row in rows
                    if row.use == use
                ],
            )
            for use in USES
        ],
    )
