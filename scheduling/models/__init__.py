from scheduling.models.availability import Availability, AvailabilityException, Room
from scheduling.models.call import Call
from scheduling.models.consultation import Consultation
from scheduling.models.referral import Referral

__all__ = ["Availability", "AvailabilityException", "Call", "Consultation", "Referral", "Room"]
