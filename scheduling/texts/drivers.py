"""Where text messages leave: one service behind one small protocol, chosen by the settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

HERE = {"127.0.0.1", "::1", "localhost"}
PATIENCE = 10  # seconds
MOST_READ = 10_000  # bytes of an answer


class NumberRefused(Exception):
    """The service will never take a text to this number."""


class ServiceAway(OSError):
    """The service takes nothing now; the next run tries again."""


class Driver(Protocol):
    def send(self, *, to: str, text: str, reference: str) -> str:
        """Hand one text over; `reference` is the same each time that this one is sent. Returns the
        service's name of it. Raises NumberRefused, OSError."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """A text goes where the settings say, and nowhere else."""


@dataclass(frozen=True)
class HttpDriver:
    """JSON by POST: {"to", "from", "text", "reference"}, with a bearer token; the answer is {"id": …}."""

    url: str
    token: str
    sender: str

    def send(self, *, to: str, text: str, reference: str) -> str:
        said = {"to": to, "from": self.sender, "text": text, "reference": reference}
        request = Request(self._address(), json.dumps(said).encode(), method="POST")  # noqa: S310
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Idempotency-Key", reference)
        try:
            with build_opener(_NoRedirects).open(request, timeout=PATIENCE) as answer:
                return _name_in(answer.read(MOST_READ))
        except HTTPError as refused:
            with refused:
                raise _meant(refused.code) from refused

    def _address(self) -> str:
        where = urlsplit(self.url)
        if where.scheme != "https" and not (where.scheme == "http" and where.hostname in HERE):
            raise ServiceAway("Texts leave by https alone.")
        return self.url


def _meant(code: int) -> Exception:
    """A number that is wrong, or a service that is: only the first is said for good."""
    wrong_number = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
    return NumberRefused(code) if code in wrong_number else ServiceAway(code)


def _name_in(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("id", ""))[:80] if isinstance(said, dict) else ""


def texts_are_on() -> bool:
    return bool(settings.SMS_URL)


def driver() -> Driver:
    return HttpDriver(settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_FROM)
