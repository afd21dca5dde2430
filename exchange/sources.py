"""Tables that become resources: which rows, in which order, since when, and how each is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery

from accounts.models import System
from exchange.datatypes import Resource
from exchange.params import Param
from patients.models import Patient

Viewer = System | Patient


@dataclass(frozen=True)
class Source:
    """Rows of one table as resources of one type.

    `prefix` tells its keys from those of other tables of the same type. `patient` is the path to the
    patient's key; none: of the protocol, the same for all. `stamp` is the moment at which a row was made
    that never changes; without it, the history says when a row was changed last.
    """

    model: type[Model]
    draw: Callable[[Any, str], Resource]
    prefix: str = ""
    patient: str | None = "episode__patient"
    joined: tuple[str, ...] = ()
    kept: Q = field(default_factory=Q)
    stamp: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)
    gathered: tuple[str, ...] = ()

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """All that this viewer may read, each with `updated_at` and the key of its patient."""
        rows: Any = self.model._default_manager.all()
        if self.patient is not None:
            rows = rows.visible_to(viewer).annotate(of_patient=F(self.patient))
        rows = rows.filter(self.kept).select_related(*self.joined)
        whole: QuerySet[Any] = rows.prefetch_related(*self.gathered)
        dated: QuerySet[Any] = whole.annotate(updated_at=self._updated)
        return dated

    @property
    def _updated(self) -> Any:
        if self.stamp:
            return F(self.stamp)
        last = self._events.filter(pgh_obj=OuterRef("pk")).order_by().values("pgh_obj")
        return Subquery(last.annotate(last=Max("pgh_created_at")).values("last"))

    def changed_from(self, moment: datetime) -> Q:
        """Rows that were changed at this moment or later."""
        if self.stamp:
            return Q(**{f"{self.stamp}__gte": moment})
        return Q(Exists(self._events.filter(pgh_obj=OuterRef("pk"), pgh_created_at__gte=moment)))

    @cached_property
    def _events(self) -> QuerySet[Any]:
        event = apps.get_model(self.model._meta.app_label, f"{self.model.__name__}Event")
        rows: QuerySet[Any] = event._default_manager.all()
        return rows

    def key(self, row: Model) -> str:
        return f"{self.prefix}-{row.pk}" if self.prefix else str(row.pk)

    def row_key(self, key: str) -> int | None:
        """None where it is no key of this table."""
        before = f"{self.prefix}-" if self.prefix else ""
        found = re.fullmatch(rf"{before}([0-9]{{1,18}})", key)
        return int(found[1]) if found else None

    def resource(self, row: Any) -> Resource:
        return self.draw(row, self.key(row))


@dataclass(frozen=True)
class Kind:
    """A type of resource. `fixed` are search parameters that are the same for each of its resources."""

    name: str
    sources: tuple[Source, ...]
    profile: str = ""
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, str]:
        """Name and type of each that it knows."""
        known = {"_id": "token", "_lastUpdated": "date"} | dict.fromkeys(self.fixed, "token")
        if self.is_of_patients:
            known["patient"] = "reference"
            known |= {} if self.name == "Patient" else {"subject": "reference"}
        for source in self.sources:
            known |= {name: param.kind for name, param in source.params.items()}
        if self.name in ("Patient", "Appointment"):
            known.pop("subject", None)
        if self.name == "Patient":
            del known["patient"]
        return known

    @property
    def is_of_patients(self) -> bool:
        return all(source.patient is not None for source in self.sources)
