"""Loads the signed-in person together with what every page needs to know about them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Membership, User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with their record as a patient; one query instead of three."""
        works = Membership.objects.current().filter(user=OuterRef("pk"))
        people = User.objects.select_related("patient__clinic").annotate(has_work=Exists(works))
        user = people.filter(pk=user_id, is_active=True).first()
        if user is not None:
            user.works = user.has_work
        return user
