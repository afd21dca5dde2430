from django.urls import path

from scheduling.visits.views import attendance, change, times

urlpatterns = [
    path("scheduling/requests/<int:pk>/times/", times.find_time, name="find_time"),
    path("scheduling/requests/<int:pk>/book/", times.book, name="book"),
    path("scheduling/requests/<int:pk>/offer/", times.offer, name="offer"),
    path("scheduling/holds/<int:pk>/release/", attendance.release_hold, name="release_hold"),
    path("scheduling/visits/<int:pk>/arrived/", attendance.mark_arrived, name="mark_arrived"),
    path("scheduling/visits/<int:pk>/done/", attendance.mark_done, name="mark_done"),
    path("scheduling/visits/<int:pk>/cancel/", change.cancel_visit, name="cancel_visit"),
    path("scheduling/visits/<int:pk>/move/", change.reschedule_visit, name="reschedule_visit"),
]
