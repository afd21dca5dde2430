"""Learn: what the published protocol says, for everybody. Nothing here is about a person."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pathway.audience import public
from pathway.models import Protocol
from pathway.pyramid import Step, pyramid

REASSESSMENT = 5


@public
def learn(request: HttpRequest) -> HttpResponse:
    protocol = _current()
    tiers = list(protocol.tiers.order_by("level"))
    steps = [Step(each.level, each.title, each.short_title) for each in tiers]
    page: dict[str, object] = {"protocol": protocol, "tiers": tiers, "pyramid": pyramid(steps)}
    page["conditions"] = protocol.conditions.in_order()
    page["questions"] = protocol.questions.in_order()
    return render(request, "learn/learn.html", page)


@public
def tier(request: HttpRequest, level: int) -> HttpResponse:
    protocol = _current()
    tier = get_object_or_404(protocol.tiers, level=level)
    page: dict[str, object] = {"protocol": protocol, "tier": tier, "card": tier}
    page["modalities"] = tier.modalities.in_order()
    page["windows"] = tier.windows.in_order()
    page["options"] = protocol.options.in_order() if level == REASSESSMENT else []
    return render(request, "learn/tier.html", page)


@public
def modality(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.modalities.select_related("tier"), key=key)
    return render(request, "learn/modality.html", {"protocol": protocol, "card": card})


@public
def condition(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.conditions, key=key)
    page: dict[str, object] = {"protocol": protocol, "card": card}
    page["tiers"] = protocol.tiers.filter(level__in=card.usual_tiers).order_by("level")
    return render(request, "learn/condition.html", page)


@public
def question(request: HttpRequest, key: str) -> HttpResponse:
    protocol = _current()
    card = get_object_or_404(protocol.questions, key=key)
    return render(request, "learn/question.html", {"protocol": protocol, "card": card})


@public
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with what it found, and what each questionnaire's licence allows."""
    protocol = _current()
    page: dict[str, object] = {"protocol": protocol, "evidence": protocol.evidence.in_order()}
    page["instruments"] = protocol.instruments.in_order()
    return render(request, "learn/sources.html", page)


def _current() -> Protocol:
    try:
        return Protocol.objects.current()
    except Protocol.DoesNotExist as missing:
        raise Http404 from missing
