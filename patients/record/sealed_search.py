"""A name that was searched for stands in no address in clear: addresses are kept by browsers and by logs."""

from __future__ import annotations

from datetime import timedelta

from accounts.sealing import seal, unseal_or_nothing
from patients.record.selectors.patient_list import searched

# As long as somebody at work is signed in at the most.
COUNTS = timedelta(hours=12)


def sealed(words: str) -> str:
    return seal(words) if words else ""


def words_of(value: str) -> str:
    """What was sealed within a shift; empty for all else, also for words in clear."""
    return searched(unseal_or_nothing(value, within=COUNTS))
