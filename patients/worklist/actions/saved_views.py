"""A worklist's filters, kept under a name."""

from __future__ import annotations

from accounts.models import User
from patients.models import SavedView


def save_view(*, user: User, name: str, query: str) -> SavedView:
    """A name that is there already is given the new filters."""
    view, _made = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query}
    )
    return view


def drop_view(*, view: SavedView) -> None:
    view.delete()
