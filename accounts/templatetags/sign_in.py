"""What pages before signing in say of the clinic, which cannot know yet who is there."""

from __future__ import annotations

from django import template
from django.conf import settings

from accounts.models import Clinic

register = template.Library()


@register.simple_tag
def only_clinic() -> Clinic | None:
    """Where the installation has one; of several it is not known which is meant."""
    found = list(Clinic.objects.all()[:2])
    return found[0] if len(found) == 1 else None


@register.simple_tag
def code_minutes() -> int:
    """How long a code counts."""
    return settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
