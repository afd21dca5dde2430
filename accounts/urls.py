from django.urls import path

from accounts import (
    clinic_views,
    device_views,
    home_views,
    invitation_views,
    membership_views,
    signing_in,
    views,
)

urlpatterns = [
    path("session/", signing_in.session, name="session"),
    path("passkey-offer/", signing_in.answer_passkey_offer, name="answer_passkey_offer"),
    path("still-you/", signing_in.prove_it, name="prove_it"),
    path("devices/<int:device>/end/", device_views.end_device, name="end_device"),
    path("who-for/", home_views.choose_home, name="choose_home"),
    path("people/", views.people, name="people"),
    path("clinic/", views.change_clinic, name="change_clinic"),
    path("people/invite/", views.invite_person, name="invite_person"),
    path(
        "people/invited/<int:pk>/", invitation_views.correct_invitation, name="correct_invitation"
    ),
    path(
        "people/invited/<int:pk>/renew/", invitation_views.renew_invitation, name="renew_invitation"
    ),
    path(
        "people/invited/<int:pk>/withdraw/",
        invitation_views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("people/<int:pk>/", membership_views.member, name="member"),
    path("people/<int:pk>/role/", membership_views.change_role, name="change_role"),
    path("people/<int:pk>/end/", membership_views.end_membership, name="end_membership"),
    path(
        "people/<int:pk>/second-step/",
        membership_views.forget_second_step,
        name="forget_second_step",
    ),
    path("people/<int:pk>/return/", membership_views.let_return, name="let_return"),
    path("our-clinic/", clinic_views.our_clinic, name="our_clinic"),
    path("our-clinic/change/", clinic_views.change_our_clinic, name="change_our_clinic"),
    path("our-clinic/closed/", clinic_views.add_closed_day, name="add_closed_day"),
    path("our-clinic/open-again/", clinic_views.remove_closed_day, name="remove_closed_day"),
]
