from scheduling.actions.book import HOLD_FOR, book, hold, release
from scheduling.actions.calls import note_call, take_back_call
from scheduling.actions.change import cancel, reschedule
from scheduling.actions.hours import (
    HoursOverlap,
    add_exception,
    add_hours,
    end_hours,
    withdraw_exception,
)
from scheduling.actions.locks import (
    Busy,
    CannotChange,
    MovedOn,
    NotWaiting,
    Refused,
    SlotTaken,
)
from scheduling.actions.seen import mark_arrived, mark_done

__all__ = [
    "HOLD_FOR",
    "Busy",
    "CannotChange",
    "HoursOverlap",
    "MovedOn",
    "NotWaiting",
    "Refused",
    "SlotTaken",
    "add_exception",
    "add_hours",
    "book",
    "cancel",
    "end_hours",
    "hold",
    "mark_arrived",
    "mark_done",
    "note_call",
    "release",
    "reschedule",
    "take_back_call",
    "withdraw_exception",
]
