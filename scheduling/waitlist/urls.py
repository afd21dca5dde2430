from django.urls import path

from scheduling.waitlist.views import staff as views
from scheduling.waitlist.views.offered import offered_time

urlpatterns = [
    path("scheduling/waitlist/", views.waitlist, name="waitlist"),
    path("scheduling/patients/<int:pk>/waitlist/", views.join_waitlist, name="join_waitlist"),
    path("scheduling/waitlist/<int:pk>/leave/", views.leave_waitlist, name="leave_waitlist"),
    path("scheduling/waitlist/offers/<int:pk>/accept/", views.accept_kept, name="accept_kept"),
    path("scheduling/waitlist/offers/<int:pk>/let-go/", views.let_kept_go, name="let_kept_go"),
    path("offered/<str:token>/", offered_time, name="offered_time"),
]
