from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from pathway.models import Threshold
from pathway.models.threshold import rules_of
from pathway.rules import Rules
from pathway.source.checks import check
from pathway.source.drafts import Draft, draft_protocol
from pathway.source.lines import key_lines, line_of
from pathway.source.problems import Fault, Problem, ProtocolRefused, key_name

Content: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True)
class Reviewed:
    """A source without a problem: its content, and its unsaved rows with the protocol first."""

    text: str
    content: Content
    drafts: Sequence[Draft]

    @property
    def thresholds(self) -> Rules:
        """The numbers that the rules would run on."""
        return rules_of(draft.row for draft in self.drafts if isinstance(draft.row, Threshold))


def digest(content: Content, translated: Mapping[str, Content]) -> str:
    """Of what it says in every language: a comment or another order of keys makes no new version."""
    canonical = json.dumps([content, translated], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(text: str) -> Reviewed:
    """Raises ProtocolRefused with every problem of the source."""
    content = parse(text)
    found = list(draft_protocol(content))
    drafts = [each for each in found if isinstance(each, Draft)]
    faults = [*(each for each in found if isinstance(each, Fault)), *check(drafts)]
    if faults:
        lines = key_lines(text)
        raise ProtocolRefused(
            Problem(line_of(fault.path, lines), key_name(fault.path, content), fault.reason)
            for fault in faults
        )
    return Reviewed(text, content, drafts)


def parse(text: str) -> Content:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else len(text.splitlines())
        raise ProtocolRefused([Problem(line, "TOML", str(error))]) from error
