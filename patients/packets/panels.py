"""What the evidence page, whose room knows nothing of payers, says of them from step 4 on."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.panels import fills
from patients.models import Flag
from patients.packets.selectors.proof import proof_pages, sets_for

# Before it no service is near for which a plan asks for proof.
FROM_LEVEL = 4


@fills("payers_ask", "patients/packets/_ask.html")
def payers_ask(flag: Flag) -> dict[str, Any]:
    """How much of what each payer asks stands in the record; nothing below step 4."""
    if flag.trial is None or flag.trial.level < FROM_LEVEL:
        return {"pages": []}
    episode = flag.episode
    today = episode.patient.clinic_date(timezone.now())
    pages = proof_pages(episode, list(sets_for(episode)), today)
    return {"pages": [page for page in pages if not page.is_expired], "episode": episode}
