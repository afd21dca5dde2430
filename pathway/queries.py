"""Which rows: the queries by which the other apps ask for the protocol."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models

if TYPE_CHECKING:
    from pathway.models import CriteriaSet, Protocol  # noqa: F401

# What people without a clinic read under /learn/, and what a new clinic starts with.
PUBLIC_PROTOCOL = "conservative-spine-care"
NEWEST = "SELECT id FROM pathway_protocol WHERE key = %s AND sealed ORDER BY version DESC LIMIT 1"


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def published(self) -> Self:
        return self.filter(sealed=True)

    def versions(self, key: str) -> Self:
        """Published versions of one protocol, newest first."""
        return self.published().filter(key=key).order_by("-version")

    def current(self, key: str = PUBLIC_PROTOCOL) -> Protocol:
        """The newest published version; `Protocol.DoesNotExist` before the first."""
        newest = newest_version(key)
        if newest is None:
            raise self.model.DoesNotExist(f"No version of the protocol {key!r} is published.")
        return self.version(newest)

    def version(self, pk: int) -> Protocol:
        """A published version, read once a process: it never changes. `Protocol.DoesNotExist` for one
        that is not sealed."""
        return _version(self.model, pk)


def newest_version(key: str = PUBLIC_PROTOCOL) -> int | None:
    """The key of its row, now; None before the first. Asked by every page for those who are signed out."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [key])
        found = cursor.fetchone()
    return found[0] if found else None


@lru_cache(maxsize=64)
def _version(model: type[Protocol], pk: int) -> Protocol:
    found: Protocol = model._default_manager.published().defer("source").get(pk=pk)
    return found


class PartQuerySet(models.QuerySet[Any]):
    def in_order(self) -> Self:
        """As the reviewed source has them."""
        return self.order_by("position")

    def keyed(self, keys: list[str]) -> Self:
        return self.filter(key__in=keys).in_order()


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def versions(self, key: str) -> Self:
        """Of one set, newest first."""
        return self.filter(key=key).order_by("-version")

    def in_force(self) -> Self:
        """The newest version of each set, by service."""
        newest = self.order_by("key", "-version").distinct("key")
        return self.filter(pk__in=newest.values("pk")).order_by("service", "key")
