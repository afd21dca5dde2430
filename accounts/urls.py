from django.urls import path

from accounts import (
    clinic_look_views,
    clinic_views,
    device_views,
    home_views,
    invitation_views,
    membership_views,
    sign_on_settings_views,
    sign_on_views,
    signing_in,
    views,
)

urlpatterns = [
    path("session/", signing_in.session, name="session"),
    path("passkey-offer/", signing_in.answer_passkey_offer, name="answer_passkey_offer"),
    path("still-you/", signing_in.prove_it, name="prove_it"),
    path("sign-on/", sign_on_views.sign_ons, name="sign_ons"),
    path("sign-on/needed/", sign_on_views.needed, name="sign_on_needed"),
    path("sign-on/join/<str:token>/", sign_on_views.join, name="join_by_sign_on"),
    # Under the names by which allauth asks for them.
    path("sign-on/<slug:provider_id>/", sign_on_views.start, name="openid_connect_login"),
    path("sign-on/<slug:provider_id>/back/", sign_on_views.back, name="openid_connect_callback"),
    path("sign-on/<slug:provider_id>/link/", sign_on_views.link, name="link_sign_on"),
    path("our-clinic/sign-on/", sign_on_settings_views.our_sign_on, name="our_sign_on"),
    path("our-clinic/sign-on/try/", sign_on_settings_views.try_sign_on, name="try_sign_on"),
    path("our-clinic/sign-on/open/", sign_on_settings_views.open_sign_on, name="open_sign_on"),
    path("our-clinic/sign-on/ask/", sign_on_settings_views.ask_for_sign_on, name="ask_for_sign_on"),
    path("our-clinic/sign-on/end/", sign_on_settings_views.end_sign_on, name="end_sign_on"),
    path("people/<int:pk>/sign-on/end/", sign_on_settings_views.end_link, name="end_sign_on_link"),
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
    path("our-clinic/messages/", clinic_look_views.change_messages, name="change_messages"),
    path("our-clinic/look/", clinic_look_views.change_look, name="change_look"),
    path(
        "our-clinic/undo/<int:pk>/", clinic_look_views.undo_clinic_change, name="undo_clinic_change"
    ),
    path("clinic/logo/<slug:name>/", clinic_look_views.clinic_logo, name="clinic_logo"),
    path("clinic/colour/<slug:colour>.css", clinic_look_views.clinic_colour, name="clinic_colour"),
    path("our-clinic/closed/", clinic_views.add_closed_day, name="add_closed_day"),
    path("our-clinic/open-again/", clinic_views.remove_closed_day, name="remove_closed_day"),
]
