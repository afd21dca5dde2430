"""The protocol: PlanDefinition, one for each published version."""

from __future__ import annotations

from django.db.models import Q

from exchange.datatypes import Piece, Resource, base, day, resource
from exchange.params import beginning, ending_in, token
from exchange.sources import Kind, Source
from pathway.models import Protocol, Tier


def plan_definition(row: Protocol, key: str) -> Resource:
    return resource(
        "PlanDefinition",
        row,
        key,
        url=f"{base()}/PlanDefinition/{row.key}",
        version=str(row.version),
        name="".join(part.capitalize() for part in row.key.split("-")),
        title=row.title,
        status="active",
        date=day(row.published_at.date()),
        description=row.summary,
        usage=row.clinician_disclaimer,
        action=[_tier(each) for each in sorted(row.tiers.all(), key=lambda each: each.level)],
    )


def _tier(tier: Tier) -> Piece:
    modalities = sorted(tier.modalities.all(), key=lambda each: each.position)
    return {
        "prefix": str(tier.level),
        "title": str(tier.title),
        "description": str(tier.summary),
        "action": [
            {"title": str(each.title), "description": str(each.summary)} for each in modalities
        ],
    }


PLAN_DEFINITION = Kind(
    "PlanDefinition",
    (
        Source(
            Protocol,
            plan_definition,
            patient=None,
            gathered=("tiers__modalities",),
            kept=Q(sealed=True),
            stamp="published_at",
            params={
                "url": ending_in("key"),
                "version": token("version"),
                "title": beginning("title"),
            },
        ),
    ),
    fixed={"status": ("active",)},
)
