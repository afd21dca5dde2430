from __future__ import annotations

from django import template

from accounts.device_words import device_words

register = template.Library()
register.filter("device_words", device_words)
