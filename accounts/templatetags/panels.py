from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from accounts.panels import panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, name: str, *about: Any) -> Any:
    """`{% panel "next_visit" patient %}`, or `{% panel "next_visits" patients as visits %}` for a value."""
    fill, drawn_with = panels[name]
    if not drawn_with:
        return fill(*about)
    engine = context.template.engine  # type: ignore[union-attr]
    inner = context.new(fill(*about))
    inner["csrf_token"] = context.get("csrf_token")
    return engine.get_template(drawn_with).render(inner)
