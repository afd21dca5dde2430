"""Under which name the answers of a page of questions wait until they are sent."""

from __future__ import annotations

from patients.models import Episode


def draft_name(episode: Episode, sheet: str) -> str:
    """The draft's name for one page about one complaint: the neck's draft is not the back's."""
    return f"{sheet}-{episode.pk}"
