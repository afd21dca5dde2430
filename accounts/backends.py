"""Loads the signed-in person together with what every page needs to know about them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, FilteredRelation, OuterRef

from accounts.models import Membership, User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with the patients for whom they speak; one query, a row for each."""
        works = Membership.objects.current().filter(user=OuterRef("pk"))
        people = User.objects.annotate(has_work=Exists(works), own=FilteredRelation("patients"))
        people = people.select_related("own__clinic")  # type: ignore[misc]  # not known to it
        people = people.order_by("own__name", "own__pk")
        rows: list[Any] = list(people.filter(pk=user_id, is_active=True))
        if not rows:
            return None
        user: User = rows[0]
        user.works = rows[0].has_work
        user.__dict__["speaks_for"] = [row.own for row in rows if getattr(row, "own", None)]
        return user
