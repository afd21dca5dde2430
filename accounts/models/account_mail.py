from __future__ import annotations

from django.db import models

from accounts.queries import AccountMailQuerySet


class AccountMail(models.Model):
    """An e-mail about signing in, on its way. Each request that asks for one writes a row, whether or not
    somebody is known by that address; the row is gone once it was looked at, or is of no use any more."""

    sealed = models.TextField(help_text="Address, text and code, encrypted.")
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Its code counts no longer.")
    tries = models.PositiveSmallIntegerField(default=0)

    objects = AccountMailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="account_mail_waiting")]

    def __str__(self) -> str:
        return f"account mail {self.pk}"
