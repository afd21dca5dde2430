"""Ceiling signs: when conservative care as a whole, not one trial, seems to have reached its end."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pathway.rules.instruments import Change, Form, Scale, change
from pathway.rules.thresholds import DEFAULT_RULES, RULES_VERSION, Rules

RELAPSED_CYCLES = 2
STRUCTURED_DAYS = 90
FORMS_ANSWERED_SHARE = 2 / 3
LAST_FORM_WITHIN_DAYS = 28
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pathway:
    """What an episode has shown so far, over all its trials.

    cycles             dated treatment cycles so far, and steps after which pain came back
    relapsed_cycles    those of them after which pain came back, of the same or other tiers
    cycle_under_way    the last cycle began after the last relapse: its result is awaited
    structured_days    days in structured trials (tier 2 and up)
    instrument         the questionnaire that function is read from, by its short name
    function_share     its last score as a share of the first, as 2.1 kept it
    function_known     its forms span the last 90 days; None in what 2.1 kept, which asked for less
    function_change    it is better by the instrument's own rule
    forms_due, forms_answered   function forms in those days
    disc_progressed    a clinician recorded progressive disc change on imaging
    plateau            a plateau flag is open
    function_words     the form with both scores, as `instruments.words` says it
    """

    cycles: int = 0
    relapsed_cycles: int = 0
    cycle_under_way: bool = False
    structured_days: int = 0
    instrument: str = ""
    function_share: float | None = None
    function_known: bool | None = None
    function_change: bool = False
    forms_due: int = 0
    forms_answered: int = 0
    disc_progressed: bool = False
    plateau: bool = False
    function_words: str = ""

    @property
    def better_percent(self) -> int | None:
        """How much better function is; below 0 it is worse."""
        return None if self.function_share is None else round(100 * (1 - self.function_share))


@dataclass(frozen=True, slots=True)
class CeilingSigns:
    """Which of the three signs are there, and whether they call for a reassessment.

    Disc change alone never does: imaging correlates weakly with symptoms. Nor does pain that came
    back while a further cycle has only begun.
    """

    pain_returns: bool
    function_unchanged: bool
    disc_progressed: bool
    reassess: bool


def ceiling_signs(pathway: Pathway, rules: Rules = DEFAULT_RULES) -> CeilingSigns:
    returns = pathway.relapsed_cycles >= RELAPSED_CYCLES
    unchanged = _function_unchanged(pathway, rules)
    back = returns and not pathway.cycle_under_way
    return CeilingSigns(
        pain_returns=returns,
        function_unchanged=unchanged,
        disc_progressed=pathway.disc_progressed,
        reassess=back or unchanged or (pathway.disc_progressed and pathway.plateau),
    )


def _function_unchanged(pathway: Pathway, rules: Rules) -> bool:
    if pathway.function_known is None:
        return _function_unchanged_2_1(pathway, rules)
    enough = pathway.structured_days >= STRUCTURED_DAYS
    return enough and pathway.function_known and not pathway.function_change


def _function_unchanged_2_1(pathway: Pathway, rules: Rules) -> bool:
    if pathway.function_share is None or pathway.structured_days < STRUCTURED_DAYS:
        return False
    answered = pathway.forms_answered >= FORMS_ANSWERED_SHARE * max(pathway.forms_due, 1)
    better = pathway.function_change or pathway.function_share <= rules.function_share
    return answered and not better


def relapsed(
    treatments: Iterable[date], relapses: Iterable[date], version: str = RULES_VERSION
) -> set[date]:
    """The treatments after which pain came back, each by its first day.

    Of a relapse it is the last one begun at least a week before, for relief takes a week at the
    target. Tiers overlap, and one return of pain is seen in each: it counts once, until another
    treatment has begun after it.
    """
    begun = sorted(treatments)
    if version == "2.1":
        return _relapsed_2_1(begun, relapses)
    back: dict[date, date] = {}
    for day in sorted(relapses):
        place = bisect_right(begun, day - A_WEEK)
        if place and begun[place - 1] >= max(back.values(), default=date.min):
            back[begun[place - 1]] = day
    return set(back)


def _relapsed_2_1(begun: list[date], relapses: Iterable[date]) -> set[date]:
    places = (bisect_right(begun, day) for day in relapses)
    return {begun[place - 1] for place in places if place}


def cycle_under_way(
    cycles: Iterable[tuple[date, int]], relapses: Iterable[date], today: date
) -> bool:
    """A cycle begun after the last return of pain is waited for, until its own window is over.

    `cycles` are first days and windows in days.
    """
    last = max(relapses, default=date.max)
    return any(first > last and today < first + timedelta(days=window) for first, window in cycles)


@dataclass(frozen=True, slots=True)
class FunctionSpan:
    """What forms say of function over a structured trial.

    first, last   the form at or before the start (else None) and the last one in 28 days
    is_known      the forms span the trial: both are there, and two thirds were answered
    change        of the two, by the instrument's own rule; None while it is not known
    """

    first: Form | None
    last: Form | None
    answered: int
    due: int
    is_known: bool
    change: Change | None


def function_span(
    scale: Scale,
    forms: Sequence[Form],
    *,
    began: date,
    today: date,
    every: int,
    rules: Rules = DEFAULT_RULES,
) -> FunctionSpan:
    """Forms of one instrument, earliest first, over a trial that began on `began`; `every` is how many
    days lie between two. A form up to one interval before is where it began."""
    first = _opening_form(forms, began, every)
    recent = [form for form in forms if form[0] > today - timedelta(days=LAST_FORM_WITHIN_DAYS)]
    answered = sum(form[0] >= began - timedelta(days=every) for form in forms)
    due = max((today - began).days // every, 1)
    spans = first is not None and bool(recent) and (today - began).days >= STRUCTURED_DAYS
    known = spans and answered >= FORMS_ANSWERED_SHARE * due and scale.is_function
    moved = change(scale, first[1], recent[-1][1], rules) if known and first else None
    last = recent[-1] if recent else None
    return FunctionSpan(first, last, min(answered, due), due, known, moved)


def _opening_form(forms: Sequence[Form], began: date, every: int) -> Form | None:
    """The last one before the trial; else one of its first day."""
    before = [form for form in forms if began - timedelta(days=every) <= form[0] <= began]
    return before[-1] if before else None
