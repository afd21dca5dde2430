"""Which rules a version is made of, and the label of each day."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pathway.rules import bars, status, version_2_1
from pathway.rules import facts as facts_3_0
from pathway.rules.facts import Facts
from pathway.rules.posterior import Signals
from pathway.rules.said import Labels
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.status import Status
from pathway.rules.thresholds import RULES_VERSION, Rules

FUNCTION_WEIGHT = ((84, 182), (1.0, 0.6))


class UnknownVersion(ValueError):
    """No rules of that version are kept."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The parts in which the versions differ."""

    facts: Callable[[TrialSeries, Rules], Facts]
    responded: Callable[[Facts, Floats, Rules], Bools]
    back_again: Callable[[Facts, Rules], Bools]
    higher: Callable[[Facts, Rules], Bools]
    labels: Callable[[TrialSeries, Facts, Signals, Floats, Rules], Labels]
    bars: bars.Bars
    function_weight: Callable[[int], float]
    entries_missing: Callable[[Facts, Rules], Ints]


def edition(version: str) -> Edition:
    """Raises UnknownVersion."""
    if version not in EDITIONS:
        raise UnknownVersion(f"rules of version {version} are not kept")
    return EDITIONS[version]


def function_weight(window_days: int) -> float:
    """How much of their likelihood function scores count for: less in long windows, where a form
    says little of the weeks to come."""
    return float(np.interp(window_days, *FUNCTION_WEIGHT))


def labels(series: TrialSeries, known: Facts, signal: Signals, bar: Floats, rules: Rules) -> Labels:
    """What may be said of each day, later ones outweighing earlier ones; and the watch (N, T)."""
    reached = status.responded(known, signal.fail, rules)
    ever_reached = np.maximum.accumulate(reached, axis=1)
    rising = status.rises(known, rules)
    level = status.may_be_level(known, signal, rising, rules)
    plateau = level & (signal.stall >= bar)
    below = rules.plateau_logodds - rules.watch_logodds
    watch = level & (signal.stall >= bar - below) & ~plateau
    relief = eased(series, known, ever_reached, rules)
    back = relief & status.back_again(known, rules)
    said = [
        (status.improving(known, signal, rising, rules), Status.IMPROVING),
        (plateau, Status.PLATEAU),
        (reached | (known.at_target & ever_reached), Status.RESPONDED),
        (back & ~known.at_target, Status.RELAPSE),
        (status.worsening(known, signal, relief, rules), Status.WORSENING),
    ]
    return Labels(said, watch, relief)


def eased(series: TrialSeries, known: Facts, ever_reached: Bools, rules: Rules) -> Bools:
    """(N, T) whether the trial had relief by then: a response, or relief after its cycle."""
    if not series.cycle_started:
        return ever_reached
    relief = np.maximum.accumulate(status.relieved(known, series.pain, rules), axis=1)
    return ever_reached | relief


EDITIONS = {
    RULES_VERSION: Edition(
        facts=facts_3_0.facts,
        responded=status.responded,
        back_again=status.back_again,
        higher=status.higher,
        labels=labels,
        bars=bars.BARS,
        function_weight=function_weight,
        entries_missing=facts_3_0.entries_missing,
    ),
    "2.1": Edition(
        facts=version_2_1.facts,
        responded=version_2_1.responded,
        back_again=version_2_1.back_again,
        higher=version_2_1.higher,
        labels=version_2_1.labels,
        bars=version_2_1.BARS,
        function_weight=version_2_1.function_weight,
        entries_missing=version_2_1.entries_missing,
    ),
}

RULES_VERSIONS = tuple(EDITIONS)
