from scheduling.models.availability import Availability, AvailabilityException, Room
from scheduling.models.call import Call
from scheduling.models.consultation import Consultation

__all__ = ["Availability", "AvailabilityException", "Call", "Consultation", "Room"]
