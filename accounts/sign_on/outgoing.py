"""Requests from this server to a clinic's sign-on, whose address its administrator typed: over TLS, to no
private network, without following redirects, and not for long."""

from __future__ import annotations

import ipaddress
import socket
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

LONGEST_WAIT = 5  # seconds
LARGEST = 512 * 1024  # bytes


class NotAllowed(requests.RequestException):
    """An address that this server does not ask."""


class OnlyOutside(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:  # type: ignore[override]
        check_address(request.url or "")
        answer = super().send(request, **{**how, "stream": True})
        body = answer.raw.read(LARGEST + 1, decode_content=True)
        if len(body) > LARGEST:
            raise NotAllowed("The answer is too long.")
        answer._content, answer._content_consumed = body, True
        return answer


def check_address(address: str) -> None:
    """Raises NotAllowed."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "http" and not settings.PRODUCTION and _all(host, "is_loopback"):
        return
    if parts.scheme != "https":
        raise NotAllowed("Only https is asked.")
    if host not in settings.SIGN_ON_HOSTS and not _all(host, "is_global"):
        raise NotAllowed("This address is in a private network.")


def _all(host: str, kind: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(
        getattr(ipaddress.ip_address(str(place[0])), kind) for *_rest, place in found
    )


def outgoing() -> requests.Session:
    """Of one request; the environment's proxies and passwords are not used."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", OnlyOutside())
    session.mount("http://", OnlyOutside())
    session.request = partial(  # type: ignore[method-assign]
        session.request, timeout=LONGEST_WAIT, allow_redirects=False
    )
    return session
