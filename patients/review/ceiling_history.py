"""What one episode's record holds that the ceiling signs are read from, as of a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from pathway.rules import (
    SCALES,
    CeilingSigns,
    Change,
    FunctionSpan,
    Image,
    Pathway,
    cycle_under_way,
    function_span,
    progressed,
    relapsed,
    words,
)
from pathway.rules.ceiling import LAST_FORM_WITHIN_DAYS, STRUCTURED_DAYS

STRUCTURED = (2, 3, 4)
TREATED = (1, *STRUCTURED)
A_PAUSE = timedelta(days=LAST_FORM_WITHIN_DAYS)


class CeilingStep(NamedTuple):
    """A trial; `last` is None while it runs."""

    level: int
    first: date
    last: date | None


class CeilingCycle(NamedTuple):
    """A dated cycle and how long its own window lasts; unknown in what 2.1 kept."""

    first: date
    window: int = 0


class Relapse(NamedTuple):
    """The first day on which pain was back, and the day on which it was found."""

    since: date
    found_on: date


class CeilingForm(NamedTuple):
    """One questionnaire: 0-100, higher is worse; its own least important change on that scale; and the
    score as it was given, which 2.1 did not keep."""

    instrument: str
    name: str
    on: date
    percent: float
    matters: float | None
    total: float | None = None


class CeilingImage(NamedTuple):
    """One on which a clinician saw progressive disc change, and the day of the image before."""

    on: date
    compared_with: date | None = None


@dataclass(frozen=True)
class CeilingHistory:
    """Each in the order of its days; `every` is how many days lie between two forms."""

    every: int
    steps: list[CeilingStep] = field(default_factory=list)
    cycles: list[CeilingCycle] = field(default_factory=list)
    relapses: list[Relapse] = field(default_factory=list)
    forms: list[CeilingForm] = field(default_factory=list)
    images: list[CeilingImage] = field(default_factory=list)

    def until(self, day: date) -> CeilingHistory:
        """The same without anything that came later; a step begun or ended that day changes nothing."""
        return CeilingHistory(
            every=self.every,
            steps=[_until(step, day) for step in self.steps if step.first < day],
            cycles=[cycle for cycle in self.cycles if cycle.first <= day],
            relapses=[each for each in self.relapses if each.found_on <= day],
            forms=[form for form in self.forms if form.on <= day],
            images=[image for image in self.images if image.on <= day],
        )

    def pathway(self, day: date, *, plateau: bool) -> Pathway:
        """As of `day`, of a history until then."""
        cycles, since = [each.first for each in self.cycles], [each.since for each in self.relapses]
        back = relapsed([*cycles, *self.treated], since)
        instrument, span = self._function(day)
        scale = SCALES.get(instrument)
        return Pathway(
            cycles=len({*cycles, *back}),
            relapsed_cycles=len(back),
            cycle_under_way=cycle_under_way(self.cycles, since, day),
            structured_days=self.structured_days(day),
            instrument=scale.name if scale else "",
            function_known=_could_tell(instrument, span),
            function_change=span.change is Change.BETTER if span else False,
            function_words=_named(instrument, span),
            forms_due=span.due if span else 0,
            forms_answered=span.answered if span else 0,
            disc_progressed=bool(self._progress()),
            plateau=plateau,
        )

    def since(self, signs: CeilingSigns, day: date) -> date:
        """The first day of what the signs were read from."""
        days = self._progress()[:1] if signs.disc_progressed else []
        days += [self.relapses[0].since] if signs.pain_returns else []
        days += [self._stretch(day)] if signs.function_unchanged else []
        return min(days, default=day)

    @property
    def treated(self) -> list[date]:
        return [step.first for step in self.steps if step.level in TREATED]

    @property
    def structured(self) -> list[CeilingStep]:
        return [step for step in self.steps if step.level in STRUCTURED]

    def structured_days(self, day: date) -> int:
        """Days in structured trials; a day in two tiers counts once."""
        days, reached = 0, date.min
        for first, last in sorted((step.first, step.last or day) for step in self.structured):
            days += max((last - max(first, reached)).days, 0)
            reached = max(reached, last)
        return days

    def _stretch(self, day: date) -> date:
        """The first day of the structured care that has gone on until now, but for short pauses."""
        began = reached = date.max
        for first, last in sorted((step.first, step.last or day) for step in self.structured):
            began = first if reached == date.max or first - reached > A_PAUSE else began
            reached = last if reached == date.max else max(reached, last)
        return min(began, day)

    def _function(self, day: date) -> tuple[str, FunctionSpan | None]:
        """Of the questionnaires answered in this stretch the one answered most often. Its forms have
        to span the last 90 days, from the first of them on."""
        begins = self._stretch(day) - timedelta(days=self.every)
        own: defaultdict[str, list[tuple[date, float]]] = defaultdict(list)
        for form in self.forms:
            if form.on >= begins and form.instrument in SCALES and form.total is not None:
                own[form.instrument].append((form.on, form.total))
        if not own:
            return "", None
        key = max(own, key=lambda key: len(own[key]))
        return key, function_span(
            SCALES[key],
            own[key],
            began=self._from(own[key][0][0], day),
            today=day,
            every=self.every,
        )

    def _from(self, first_form: date, day: date) -> date:
        """Where 90 days with forms begin: with the first form, if it lies so far back."""
        stretch = self._stretch(day)
        is_long = first_form <= day - timedelta(days=STRUCTURED_DAYS)
        return max(first_form, stretch) if is_long else stretch

    def _progress(self) -> list[date]:
        images = (Image(each.on, True, each.compared_with) for each in self.images)
        return progressed(images, (step.first for step in self.structured))

    def as_json(self) -> dict[str, Any]:
        return {
            name: [_plain(each) for each in rows] if isinstance(rows, list) else rows
            for name, rows in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Also of what 2.1 kept: days alone for cycles and images, forms without their own score."""
        day = date.fromisoformat
        return cls(
            every=stored["every"],
            steps=[
                CeilingStep(level, day(first), day(last) if last else None)
                for level, first, last in stored["steps"]
            ],
            cycles=[_cycle(each) for each in stored["cycles"]],
            relapses=[Relapse(day(since), day(found)) for since, found in stored["relapses"]],
            forms=[
                CeilingForm(key, name, day(on), *numbers)
                for key, name, on, *numbers in stored["forms"]
            ],
            images=[_image(each) for each in stored["images"]],
        )


def _until(step: CeilingStep, day: date) -> CeilingStep:
    return step if step.last and step.last < day else step._replace(last=None)


def _could_tell(instrument: str, span: FunctionSpan | None) -> bool:
    """The forms span the time, and the first one left room to get better."""
    if span is None or not span.is_known or span.first is None:
        return False
    return SCALES[instrument].room(span.first[1]) >= SCALES[instrument].needed


def _named(instrument: str, span: FunctionSpan | None) -> str:
    """Both scores, of forms that span the time; "" where they do not."""
    if span is None or not span.is_known or span.first is None or span.last is None:
        return ""
    return words(SCALES[instrument], span.first[1], span.last[1])


def _cycle(stored: Any) -> CeilingCycle:
    first, window = (stored, 0) if isinstance(stored, str) else stored
    return CeilingCycle(date.fromisoformat(first), window)


def _image(stored: Any) -> CeilingImage:
    on, before = (stored, None) if isinstance(stored, str) else stored
    return CeilingImage(date.fromisoformat(on), date.fromisoformat(before) if before else None)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
