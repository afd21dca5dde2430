"""Loads the signed-in person together with what every page needs to know about them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Exists, FilteredRelation, OuterRef, QuerySet

from accounts.composed import composed
from accounts.models import Membership, User


@composed(int)
def _rows(key: int) -> QuerySet[User]:
    """A row for each patient for whom they speak; whether they work, and have a second factor."""
    people = User.objects.annotate(  # type: ignore[no-redef]
        works=Exists(Membership.objects.current().filter(user=OuterRef("pk"))),
        cares=Exists(_carers().filter(user=OuterRef("pk"), ended_at=None)),
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))),
        own=FilteredRelation("patients"),
    )
    named = people.select_related("own__clinic")  # type: ignore[misc]  # not known to it
    return named.order_by("own__name_key", "own__pk").filter(pk=key, is_active=True)


def _carers() -> Any:
    """A table of the app above."""
    return apps.get_model("patients", "Carer")._default_manager.all()


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with the patients for whom they speak; one query instead of four."""
        rows: list[Any] = _rows(user_id)
        if not rows:
            return None
        user: User = rows[0]
        own = [row.own for row in rows if getattr(row, "own", None)]
        user.__dict__["speaks_for"] = [*own, *user.cared_for]
        return user
