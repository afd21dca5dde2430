"""A clinician states what no row proves, and signs how a record answers a payer's criteria."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from pathway.models import CriteriaSet
from patients.models import CriterionStatement, Episode, Packet
from patients.packets.selectors.proof import proof_page
from patients.packets.selectors.snapshot import snapshot


class NothingToState(Exception):
    """The set asks for no such statement, or the record answers it by itself."""


class SetExpired(Exception):
    """The numbers of the set may have changed since: nothing is signed against it."""


@dataclass(frozen=True)
class Said:
    """Of which criterion, whether it holds, and in a few words why."""

    key: str
    holds: bool
    words: str = ""


@transaction.atomic
def state_criterion(
    *, episode: Episode, asked: CriteriaSet, said: Said, by: User, now: datetime
) -> CriterionStatement:
    """Say by name whether a criterion holds; a later statement counts instead. The same said again by the
    same person is one. Raises NothingToState."""
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    lines = proof_page(episode, asked, episode.patient.clinic_date(now)).lines
    if not any(line.criterion.key == said.key and line.is_open for line in lines):
        raise NothingToState
    about = CriterionStatement.objects.filter(episode=episode, criteria_set=asked, key=said.key)
    newest = about.order_by("stated_at", "pk").last()
    if newest and (newest.stated_by, newest.holds, newest.words) == (by, said.holds, said.words):
        return newest
    return CriterionStatement.objects.create(
        episode=episode, criteria_set=asked, stated_at=now, stated_by=by, **asdict(said)
    )


@transaction.atomic
def sign_packet(*, episode: Episode, asked: CriteriaSet, by: User, now: datetime) -> Packet:
    """Keep the answers of today as they are. The same content signed again by the same person is one.
    Raises SetExpired."""
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    if asked.is_expired(episode.patient.clinic_date(now)):
        raise SetExpired
    content = snapshot(episode, asked, now)
    same = Packet.objects.filter(episode=episode, signed_by=by, digest=digest_of(content))
    return same.first() or Packet.objects.create(
        episode=episode,
        criteria_set=asked,
        content=content,
        digest=digest_of(content),
        signed_at=now,
        signed_by=by,
    )


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content in one shape, so that anybody can work it out again."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
