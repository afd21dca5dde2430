"""The one audience of this app. It may not import accounts, so it defines it itself: the access
matrix reads the attribute `audience` of every view, whoever set it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Anybody, signed in or not. These pages hold nothing about a person."""
    cast(Any, view).audience = "public"
    return login_not_required(view)
