from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.composed import composed
from accounts.languages import languages
from accounts.models.clinic import Membership

if TYPE_CHECKING:
    from accounts.models.clinic import Clinic
    from patients.models import Patient


@composed(int)
def _working(user: int) -> models.QuerySet[Membership]:
    """By the clinic's name."""
    current = Membership.objects.current().filter(user=user)
    return current.select_related("clinic").order_by("clinic__name", "pk")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person who signs in. What they may see follows from a membership or a patient record."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, choices=languages, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    passkey_answered_at = models.DateTimeField(
        null=True, blank=True, help_text="Asked once whether they want one; either answer ends it."
    )
    signed_out_at = models.DateTimeField(null=True, help_text="Sessions from before have ended.")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    # Whether there is a membership to be read; accounts.backends knows it beforehand.
    works = True
    # Whether they care for somebody; the same.
    cares = True

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is compared with: another password ends it, and so does `signed_out_at`."""
        ended = self.signed_out_at.timestamp() if self.signed_out_at else ""
        bound = f"{self.password} {ended}"
        return salted_hmac(
            "accounts.User.session", bound, secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def working_memberships(self) -> list[Membership]:
        """Where this person works now; read once a request."""
        if not self.works:
            return []
        memberships = _working(self.pk)
        for membership in memberships:
            membership.user = self
        return memberships

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether they sign in with two steps; accounts.backends knows it beforehand."""
        return bool(self.authenticator_set.exists())  # type: ignore[attr-defined]

    @property
    def is_offered_passkey(self) -> bool:
        """At home only: at work two steps are asked for anyway."""
        is_asked = self.passkey_answered_at is None and not self.working_memberships
        return is_asked and not self.has_second_factor

    @cached_property
    def speaks_for(self) -> list[Patient]:
        """The patients whose pages these are: oneself, or several who share an address, by name; then those
        for whom one cares (`patient.carer`). Read once a request (accounts.backends)."""
        own = self.patients.select_related("clinic").order_by("name_key", "pk")
        return [*own, *self.cared_for]

    @property
    def cared_for(self) -> list[Patient]:
        """Now, each with the `carer` row that says what one may do."""
        return self.caring.patients_of(timezone.now()) if self.cares else []

    @property
    def first_clinic(self) -> Clinic | None:
        """Whose name and phone stand on letters to this person: where they are a patient, or work."""
        for patient in self.speaks_for:
            return patient.clinic
        work = self.membership_as()
        return work.clinic if work else None

    def membership_as(self, *roles: str) -> Membership | None:
        """The first in one of these roles, or in any when none is named: for people with one clinic.
        A page asks accounts.workplace, which knows the clinic that was chosen."""
        for membership in self.working_memberships:
            if not roles or membership.role in roles:
                return membership
        return None
