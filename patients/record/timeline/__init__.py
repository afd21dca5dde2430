"""Everything that happened to a patient, day by day: the record in one query, however long it is."""

from patients.record.timeline.days import Dated, Day, Entry, Timeline, What
from patients.record.timeline.entries import timeline_of

__all__ = ["Dated", "Day", "Entry", "Timeline", "What", "timeline_of"]
