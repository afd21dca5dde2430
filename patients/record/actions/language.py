from __future__ import annotations

from django.db import transaction

from accounts.models import User
from patients.models import Patient


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Set the language of this person's pages and e-mails, one of settings.LANGUAGES."""
    User.objects.filter(pk=user.pk).update(language=language)
    Patient.objects.filter(user=user).update(language=language)
