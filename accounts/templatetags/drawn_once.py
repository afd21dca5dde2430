"""`{% drawn_once role=membership.role %} … {% enddrawn_once %}`: what is the same for many is drawn once a process.

Inside, only what the tag names is known, beside the language: no request, no person, no form. So nothing that
belongs to a person can be kept by mistake, and what is named must come from a short list of words, such as a
role or the name of a page (tests/accounts/test_drawn_once.py holds the list).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 512


class DrawnOnce(Node):
    """Keeps the last MOST drawings; its node lives as long as the process keeps the template."""

    def __init__(self, inside: NodeList, named: dict[str, FilterExpression]) -> None:
        self.inside, self.named = inside, named
        self.kept: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()

    def render(self, context: Context) -> SafeString:
        named = {name: _plain(each.resolve(context)) for name, each in self.named.items()}
        key = (get_language(), *named.values())
        drawn = self.kept.get(key)
        if drawn is None:
            drawn = self.kept[key] = self._draw(context, named)
            while len(self.kept) > MOST:
                self.kept.popitem(last=False)
        return drawn

    def _draw(self, context: Context, named: dict[str, Any]) -> SafeString:
        alone = Context(named, autoescape=context.autoescape)
        with alone.bind_template(context.template):  # type: ignore[arg-type]
            return self.inside.render(alone)


def _plain(value: Any) -> str | int | None:
    """Raises TypeError for anything that has more to it than a word or a number."""
    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"What is drawn once depends on words and numbers, not on {type(value)}.")


@register.tag
def drawn_once(parser: Parser, token: Token) -> DrawnOnce:
    _name, *given = token.split_contents()
    named = token_kwargs(given, parser)
    if given:
        raise template.TemplateSyntaxError("drawn_once takes name=value only.")
    inside = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    return DrawnOnce(inside, named)
