from django.urls import path

from scheduling.my_visits.views import book_mine, change_mine, mine, my_data

urlpatterns = [
    path("my-data/my-record.zip", my_data.my_data_file, name="my_data_file"),
    path("visits/<int:pk>/cancel/", change_mine.cancel_my_visit, name="cancel_my_visit"),
    path("visits/<int:pk>/change/", change_mine.change_my_visit, name="change_my_visit"),
    path("visits/<int:pk>/back/", change_mine.move_back_my_visit, name="move_back_my_visit"),
    path("visits/book/", book_mine.book_a_visit, name="book_a_visit"),
    path("visits/book/<int:pk>/", book_mine.book_my_visit, name="book_my_visit"),
    path("visits/<int:pk>/accept/", change_mine.accept_offer, name="accept_offer"),
    path("visits/<int:pk>/decline/", change_mine.decline_offer, name="decline_offer"),
    path("visits/", mine.visits, name="visits"),
    path("visits/<int:pk>/visit.ics", mine.visit_calendar, name="visit_calendar"),
]
