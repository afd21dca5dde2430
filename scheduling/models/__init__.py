from scheduling.models.availability import Availability, AvailabilityException, Room
from scheduling.models.call import Call
from scheduling.models.consultation import Consultation
from scheduling.models.referral import Referral
from scheduling.models.reminder import VisitReminder
from scheduling.models.text import TextConsent, TextMessage
from scheduling.models.visit_type import VisitType
from scheduling.models.waitlist import WaitlistEntry, WaitlistOffer

__all__ = [
    "Availability",
    "AvailabilityException",
    "Call",
    "Consultation",
    "Referral",
    "Room",
    "TextConsent",
    "TextMessage",
    "VisitReminder",
    "VisitType",
    "WaitlistEntry",
    "WaitlistOffer",
]
