"""Under which name a questionnaire's answers wait until they are sent."""

from __future__ import annotations

from patients.models import Episode


def draft_name(episode: Episode, key: str) -> str:
    """The form under which a questionnaire's answers are kept until sent: the neck's are not the back's."""
    return f"{key}-{episode.pk}"
