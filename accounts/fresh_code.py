"""Before somebody changes how they sign in they show that it is still they who sit there.

Whoever has a password or a second factor is asked for it (allauth). All others get a code by e-mail, as
when they signed in; what was shown counts for ten minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import compare_user_code
from allauth.core.ratelimit import consume
from django.http import HttpRequest
from django.utils.http import urlencode

from accounts.sealing import seal, unseal

if TYPE_CHECKING:
    from accounts.access import Request

FRESH_FOR = timedelta(minutes=10)
MOST_TRIES = 3
# Pages that change how somebody signs in, or show what they could sign in with, or end other sessions.
PROTECTED = {
    "account_email",
    "account_set_password",
    "end_device",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "link_sign_on",
    "usersessions_list",
}
WAITING = "fresh_code"
SIGN_ON = "sign_on"


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether this session has shown something of its person within ten minutes. A clinic's sign-on is
    none: who runs it would set up a way of their own into the account."""
    shown = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record["method"] != SIGN_ON
    ]
    return bool(shown) and now.timestamp() - max(shown) < FRESH_FOR.total_seconds()


def way_to_show(request: HttpRequest) -> str:
    """Where somebody shows that it is still they, and then comes back here."""
    [way, *_others] = get_adapter().get_reauthentication_methods(request.user)
    return f"{way['url']}?{urlencode({'next': request.path})}"


def send(request: Request, now: datetime) -> bool:
    """Mail a code, which takes the place of an earlier one. False when too many were asked for."""
    if not consume(request, action="fresh_code", user=request.user):
        return False
    adapter = get_adapter()
    code = adapter.generate_login_code()
    waiting = {"code": seal(code), "at": now.timestamp(), "tries": 0}
    request.session[WAITING] = waiting
    adapter.send_mail("account/email/login_code", request.user.email, {"code": code})
    return True


def waiting(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """The code that was mailed, while it counts."""
    found: dict[str, Any] | None = request.session.get(WAITING)
    if found is None or now.timestamp() - found["at"] >= FRESH_FOR.total_seconds():
        return None
    return found if found["tries"] < MOST_TRIES else None


def check(request: HttpRequest, typed: str, now: datetime) -> bool:
    """Whether this is the code; three wrong ones and it counts no longer."""
    found = waiting(request, now)
    if found is None:
        return False
    if not compare_user_code(actual=typed, expected=unseal(found["code"])):
        request.session[WAITING] = found | {"tries": found["tries"] + 1}
        return False
    del request.session[WAITING]
    record_authentication(request, request.user, method="code", reauthenticated=True)
    return True
