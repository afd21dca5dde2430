from scheduling.actions.book import HOLD_FOR, book, hold, release
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
    "release",
    "reschedule",
    "withdraw_exception",
]
