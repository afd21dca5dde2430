"""`{% csrf_token %}` as Django's, and on a patient's page also whose page it is: what was meant for one patient is
not written down for another, whatever happened in another tab meanwhile (accounts.home.is_meant_for)."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.home import FOR

register = template.Library()
FIELD = '{}<input type="hidden" name="{}" value="{}">'


class BoundToken(CsrfTokenNode):
    def render(self, context: Context) -> SafeString:
        token: SafeString = super().render(context)  # type: ignore[assignment]
        own = getattr(context.get("request"), "patient", None)
        return format_html(FIELD, token, FOR, own.pk) if token and own else token


@register.tag
def csrf_token(_parser: object, _token: object) -> BoundToken:
    return BoundToken()
