"""How much one person can send: far more than anybody types, far less than a machine.

nginx counts by address; a whole clinic may share one, so this counts by person, over all that they send. What
may tell of danger is never counted and never refused: `never_held_back`. Nothing typed is lost: the page that
says so offers to send it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import structlog
from allauth.core.ratelimit import consume
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
logger = structlog.get_logger(__name__)


def never_held_back(view: View) -> View:
    """A safety answer may be in it, or somebody at work deals with one."""
    cast(Any, view).never_held_back = True
    return view


def is_too_fast(request: HttpRequest, view: Callable[..., object]) -> bool:
    """Whether this person has sent more than the limit `post` of the settings lets through."""
    if request.method != "POST" or not request.user.is_authenticated:
        return False
    if getattr(view, "never_held_back", False):
        return False
    if consume(request, action="post", user=request.user):
        return False
    logger.warning("held back", user_id=request.user.pk)
    return True
