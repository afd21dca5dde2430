from django.urls import path

from scheduling.hours.views import days, rooms, settled, weekly

urlpatterns = [
    path("scheduling/hours/", weekly.availability, name="availability"),
    path("scheduling/hours/add/", weekly.add_hours, name="add_hours"),
    path("scheduling/hours/<int:pk>/end/", weekly.end_hours, name="end_hours"),
    path("scheduling/rooms/", rooms.rooms, name="rooms"),
    path("scheduling/rooms/<int:pk>/", rooms.rename_room, name="rename_room"),
    path("scheduling/rooms/<int:pk>/retire/", rooms.retire_room, name="retire_room"),
    path("scheduling/days/add/", days.add_exception, name="add_exception"),
    path("scheduling/days/holiday/", days.add_holiday, name="add_holiday"),
    path("scheduling/days/open-again/", days.open_again, name="open_again"),
    path("scheduling/days/settled/", settled.settled, name="settled"),
    path("scheduling/days/<int:pk>/withdraw/", days.withdraw_exception, name="withdraw_exception"),
]
