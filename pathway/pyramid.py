"""The pyramid of steps as shapes: plain values in, coordinates out. `learn/_pyramid.html` draws it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

# In units of the drawing: a band's height, the gap under it, and half of the flat top and of the base.
BAND, GAP = 36, 4
TOP, BASE = 14, 80


class State(StrEnum):
    """How a step stands for one person; plain where the drawing is about nobody."""

    PLAIN = "plain"
    DONE = "done"
    BESIDE = "beside"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class PyramidStep:
    level: int
    title: str
    short_title: str


@dataclass(frozen=True)
class PyramidBand:
    """One step drawn: the corners of its shape, and the baselines of the words beside it."""

    step: PyramidStep
    state: State
    points: str
    middle: int
    words_at: int

    @property
    def label_at(self) -> int:
        return self.middle if self.state in (State.PLAIN, State.NEXT) else self.middle - 8


@dataclass(frozen=True)
class Pyramid:
    bands: tuple[PyramidBand, ...]
    height: int
    centre: int = BASE
    width: int = 320
    label_x: int = 2 * BASE + 12

    @property
    def steps(self) -> tuple[PyramidBand, ...]:
        """From the lowest step up, as the list beside the drawing reads."""
        return tuple(reversed(self.bands))


def pyramid(
    steps: Iterable[PyramidStep],
    current: int | None = None,
    done: Collection[int] = (),
    beside: Collection[int] = (),
) -> Pyramid:
    """The highest step on top. `beside` are lower steps that go on along with the current one."""
    from_top = sorted(steps, key=lambda step: -step.level)
    height = len(from_top) * (BAND + GAP)
    bands = tuple(
        _band(step, row * (BAND + GAP), height, _state(step.level, current, done, beside))
        for row, step in enumerate(from_top)
    )
    return Pyramid(bands, height)


def _state(
    level: int, current: int | None, done: Collection[int], beside: Collection[int]
) -> State:
    if level == current:
        return State.NOW
    if level in beside:
        return State.BESIDE
    if level in done:
        return State.DONE
    return State.NEXT if current or done else State.PLAIN


def _band(step: PyramidStep, top: int, height: int, state: State) -> PyramidBand:
    upper, lower = (_half_width(y, height) for y in (top, top + BAND))
    corners = ((-upper, top), (upper, top), (lower, top + BAND), (-lower, top + BAND))
    points = " ".join(f"{BASE + x:.0f},{y}" for x, y in corners)
    return PyramidBand(step, state, points, middle=top + BAND // 2 + 5, words_at=top + BAND - 4)


def _half_width(y: int, height: int) -> float:
    return TOP + (BASE - TOP) * y / (height - GAP)
