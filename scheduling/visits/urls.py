from django.urls import path

from scheduling.visits.views import attendance, by_phone, change, choice, series, times

urlpatterns = [
    path("scheduling/phone/", by_phone.book_by_phone, name="book_by_phone"),
    path("scheduling/phone/<int:pk>/times/", by_phone.find_time_for, name="find_time_for"),
    path("scheduling/holds/<int:pk>/", by_phone.held_time, name="held_time"),
    path("scheduling/holds/<int:pk>/series/", series.book_series, name="book_series"),
    path("scheduling/holds/<int:pk>/offer/", by_phone.offer_held, name="offer_held"),
    path("scheduling/requests/<int:pk>/times/", times.find_time, name="find_time"),
    path("scheduling/requests/<int:pk>/book/", times.book, name="book"),
    path("scheduling/requests/<int:pk>/offer/", times.offer, name="offer"),
    path("scheduling/requests/<int:pk>/choice/", choice.offer_choice, name="offer_choice"),
    path("scheduling/patients/<int:pk>/choice/", choice.offer_choice_to, name="offer_choice_to"),
    path("scheduling/holds/<int:pk>/release/", attendance.release_hold, name="release_hold"),
    path("scheduling/visits/<int:pk>/", attendance.visit, name="visit"),
    path("scheduling/visits/<int:pk>/confirmed/", attendance.mark_confirmed, name="mark_confirmed"),
    path("scheduling/visits/<int:pk>/no-show/", attendance.mark_no_show, name="mark_no_show"),
    path("scheduling/visits/<int:pk>/undo/", attendance.undo_step, name="undo_step"),
    path("scheduling/visits/<int:pk>/no-other/", attendance.no_other_time, name="no_other_time"),
    path("scheduling/visits/<int:pk>/arrived/", attendance.mark_arrived, name="mark_arrived"),
    path("scheduling/visits/<int:pk>/done/", attendance.mark_done, name="mark_done"),
    path("scheduling/visits/<int:pk>/cancel/", change.cancel_visit, name="cancel_visit"),
    path("scheduling/visits/<int:pk>/move/", change.reschedule_visit, name="reschedule_visit"),
]
