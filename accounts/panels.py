"""Parts of pages that higher apps supply to the pages of lower apps.

A page asks for a panel by its name (`{% panel "next_visit" patient %}`) and knows nothing of the app
that fills it; each app registers what it fills when it starts (`apps.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Filling = Callable[..., Any]


class Panel(NamedTuple):
    """With a template, `fill` gives what is drawn with it; without one, a value for the page."""

    fill: Filling
    template: str


panels: dict[str, Panel] = {}


def fills(name: str, template: str = "") -> Callable[[Filling], Filling]:
    """Registers what fills the panel. One app fills it; a second one is an error."""

    def register(fill: Filling) -> Filling:
        if name in panels:
            raise LookupError(f"The panel {name} is filled already.")
        panels[name] = Panel(fill, template)
        return fill

    return register
