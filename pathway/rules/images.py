"""Which image may count as progressive disc change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Image:
    """`compared_with`: the day of the image it was held against; None if it was not compared."""

    on: date
    disc_progressed: bool
    compared_with: date | None = None


def progressed(images: Iterable[Image], trials_began: Iterable[date]) -> list[date]:
    """The days of images that show progression despite care: taken during or after a structured trial
    (its first day is before any care), and against an earlier image."""
    began = min(trials_began, default=date.max)
    return sorted(
        image.on
        for image in images
        if image.disc_progressed
        and image.on > began
        and image.compared_with is not None
        and image.compared_with < image.on
    )
