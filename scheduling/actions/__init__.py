from scheduling.actions.attendance import mark_arrived, mark_done
from scheduling.actions.book import HOLD_FOR, book, hold, release
from scheduling.actions.calls import note_call, undo_call
from scheduling.actions.change import cancel, reschedule
from scheduling.actions.hours import (
    HoursOverlap,
    add_exception,
    add_hours,
    end_hours,
    withdraw_exception,
)
from scheduling.actions.locks import Busy, CannotChange, MovedOn, NotWaiting, Refused, SlotTaken
from scheduling.actions.offer import OFFER_FOR, OfferEnded, accept_offer, offer
from scheduling.actions.referrals import (
    NEXT_STEP,
    ReferralMoved,
    ReferralOpen,
    advance_referral,
    authorise_referral,
    close_referral,
    renew_referral,
    request_referral,
)

__all__ = [
    "HOLD_FOR",
    "NEXT_STEP",
    "OFFER_FOR",
    "Busy",
    "CannotChange",
    "HoursOverlap",
    "MovedOn",
    "NotWaiting",
    "OfferEnded",
    "ReferralMoved",
    "ReferralOpen",
    "Refused",
    "SlotTaken",
    "accept_offer",
    "add_exception",
    "add_hours",
    "advance_referral",
    "authorise_referral",
    "book",
    "cancel",
    "close_referral",
    "end_hours",
    "hold",
    "mark_arrived",
    "mark_done",
    "note_call",
    "offer",
    "release",
    "renew_referral",
    "request_referral",
    "reschedule",
    "undo_call",
    "withdraw_exception",
]
