from django.urls import path

from scheduling.referrals import views

urlpatterns = [
    path("scheduling/referrals/", views.referrals, name="referrals"),
    path("scheduling/referrals/add/", views.add_referral, name="add_referral"),
    path("scheduling/referrals/<int:pk>/", views.referral, name="referral"),
    path("scheduling/referrals/<int:pk>/seen-to/", views.see_to_warning, name="see_to_warning"),
    path("scheduling/referrals/<int:pk>/renewal/", views.renewal_request, name="renewal_request"),
    path("scheduling/referrals/<int:pk>/move/", views.move_referral, name="move_referral"),
]
