"""Which rows: the queries by which the other apps ask for the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from pathway.models import CriteriaSet, Protocol  # noqa: F401

# What people without a clinic read under /learn/, and what a new clinic starts with.
PUBLIC_PROTOCOL = "conservative-spine-care"


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def published(self) -> Self:
        return self.filter(sealed=True)

    def versions(self, key: str) -> Self:
        """Published versions of one protocol, newest first."""
        return self.published().filter(key=key).order_by("-version")

    def current(self, key: str = PUBLIC_PROTOCOL) -> Protocol:
        """The newest published version; `Protocol.DoesNotExist` before the first."""
        newest = self.versions(key).defer("source").first()
        if newest is None:
            raise self.model.DoesNotExist(f"No version of the protocol {key!r} is published.")
        return newest


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
