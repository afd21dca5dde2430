"""What is sent is UTF-8: every page of ours says so, and no browser sends anything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.http import parse_header_parameters

REFUSAL = b"We could not read what was sent. Nothing was saved. Go back one page and try again.\n"


class OnlyUtf8:
    """Before Django: refuses a request whose content type names another charset. Django would decode by
    it, which fails with an error for one such as `hex`, and lets lone surrogates in by `unicode_escape`.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _kind, given = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if (given.get("charset") or "utf-8").lower() in ("utf-8", "utf8"):
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [REFUSAL]
