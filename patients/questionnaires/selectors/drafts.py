"""Under which name a questionnaire's answers wait until they are sent."""

from __future__ import annotations

from patients.models import Episode


def draft_name(episode: Episode, key: str) -> str:
    """The draft's name for one questionnaire about one complaint: the neck's draft is not the back's."""
    return f"{key}-{episode.pk}"
