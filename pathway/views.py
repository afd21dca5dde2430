"""Learn: what the published protocol says, for everybody. Nothing here is about a person."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pathway.audience import public
from pathway.models import Evidence, Modality, Option, Position, Protocol
from pathway.pyramid import PyramidStep, pyramid
from pathway.search import search as find
from pathway.standing import same_for_all

REASSESSMENT = 5
LONGEST = 80


@public
@same_for_all(of_protocol=True)
def learn(request: HttpRequest) -> HttpResponse:
    protocol = _current()
    tiers = list(protocol.tiers.order_by("level"))
    steps = [PyramidStep(each.level, each.title, each.short_title) for each in tiers]
    page: dict[str, object] = {"protocol": protocol, "tiers": tiers, "pyramid": pyramid(steps)}
    page["conditions"] = protocol.conditions.in_order()
    page["questions"] = protocol.questions.in_order()
    return render(request, "learn/learn.html", page)


@public
@same_for_all(of_protocol=True)
def tier(request: HttpRequest, level: int) -> HttpResponse:
    protocol = _current()
    tier = get_object_or_404(protocol.tiers, level=level)
    page: dict[str, object] = {"protocol": protocol, "tier": tier, "card": tier}
    page["modalities"] = tier.modalities.in_order()
    page["windows"] = tier.windows.in_order()
    page["options"] = _options(protocol) if level == REASSESSMENT else []
    return render(request, "learn/tier.html", page)


@public
@same_for_all(of_protocol=True)
def modality(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.modalities.select_related("tier"), key=key)
    page = {"protocol": protocol, "card": card, "positions": positions_on(card)}
    return render(request, "learn/modality.html", page)


def positions_on(card: Modality) -> list[tuple[Position, bool]]:
    """What guidelines say of it, each with whether it is past its day of review."""
    today = timezone.localdate()
    return [(each, each.is_due(today)) for each in card.positions.in_order()]


@public
@same_for_all(of_protocol=True)
def condition(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.conditions, key=key)
    page: dict[str, object] = {"protocol": protocol, "card": card}
    page["tiers"] = protocol.tiers.filter(level__in=card.usual_tiers).order_by("level")
    return render(request, "learn/condition.html", page)


@public
@same_for_all(of_protocol=True)
def question(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.questions, key=key)
    return render(request, "learn/question.html", {"protocol": protocol, "card": card})


@public
def search(request: HttpRequest) -> HttpResponse:
    """Cards that match the words; while somebody types, only the list."""
    protocol = _current()
    query = request.GET.get("q", "").strip()[:LONGEST]
    by_script = "HX-Request" in request.headers
    page: dict[str, object] = {"protocol": protocol, "query": query, "by_script": by_script}
    page["found"] = find(protocol, query) if query else []
    return render(request, f"learn/search.html{'#found' if by_script else ''}", page)


@public
@same_for_all(of_protocol=True)
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with what it found, and what each questionnaire's licence allows."""
    protocol = _current()
    page: dict[str, object] = {"protocol": protocol, "evidence": protocol.evidence.in_order()}
    page["instruments"] = protocol.instruments.in_order()
    return render(request, "learn/sources.html", page)


def _options(protocol: Protocol) -> list[tuple[Option, list[Evidence]]]:
    """What may be weighed at the last step, each with its sources."""
    options = list(protocol.options.in_order())
    keys = {key for option in options for key in option.evidence_keys}
    sources = {source.key: source for source in protocol.evidence.keyed([*keys])}
    return [(option, [sources[key] for key in option.evidence_keys]) for option in options]


def _current() -> Protocol:
    try:
        return Protocol.objects.current()
    except Protocol.DoesNotExist as missing:
        raise Http404 from missing
