"""Everything that happened to a patient, day by day: the record in one query, however long it is."""

from patients.record.timeline.days import Dated, Timeline, TimelineDay, TimelineEntry, What
from patients.record.timeline.entries import timeline_of

__all__ = ["Dated", "Timeline", "TimelineDay", "TimelineEntry", "What", "timeline_of"]
