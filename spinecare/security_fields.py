"""Who may write which field: the forms that each page takes, found in the code of its view."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.forms import BaseForm, BaseFormSet

from spinecare.privileges import APPS

# Functions of these modules are read as well, where a view names one.
READ = {"views", "forms"}
Page = tuple[str, Callable[..., object], str]  # name, view, who may open it


def field_lines(pages: Iterator[Page]) -> Iterator[str]:
    """A line of the table for each form: its name, fields, who may send it, and from which pages."""
    found: dict[type[BaseForm], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, view, roles in pages:
        for form in forms_of(view):
            found[form][roles].add(name)
    for form in sorted(found, key=lambda each: (each.__module__, each.__qualname__)):
        for roles, names in sorted(found[form].items()):
            place = f"{form.__module__}.{form.__qualname__}"
            yield f"| {place} | {_fields(form)} | {roles} | {' '.join(sorted(names))} |"


def _fields(form: type[BaseForm]) -> str:
    named = [*getattr(form, "base_fields", {})]
    asked = ["what the protocol or the row asks"] if "__init__" in vars(form) else []
    return " and ".join(filter(None, (" ".join(named), *asked)))


def forms_of(view: Callable[..., object]) -> set[type[BaseForm]]:
    """The forms that a view, or what it calls beside it, names."""
    found: set[type[BaseForm]] = set()
    seen: set[object] = set()
    waiting: list[Any] = [inspect.unwrap(view)]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, FunctionType) or one in seen:
            continue
        seen.add(one)
        for named in _named_in(one):
            if isinstance(named, type):
                found |= _forms(named)
                waiting += vars(named).values() if READ & {*named.__module__.split(".")} else ()
            elif isinstance(named, FunctionType) and READ & {*named.__module__.split(".")}:
                waiting.append(inspect.unwrap(named))
    return found


def _forms(named: type) -> set[type[BaseForm]]:
    if issubclass(named, BaseFormSet):
        return _forms(named.form) if getattr(named, "form", None) else set()
    is_ours = named.__module__.split(".")[0] in APPS
    return {named} if is_ours and issubclass(named, BaseForm) else set()


def _named_in(function: FunctionType) -> Iterator[object]:
    """What the words of its code mean: globals of its module, and what modules named there hold."""
    words = set(_words(function.__code__))
    for word in words & function.__globals__.keys():
        value = function.__globals__[word]
        yield from _held_by(value)
        if isinstance(value, ModuleType):
            yield from (getattr(value, other) for other in words if hasattr(value, other))


def _held_by(value: object) -> Iterator[object]:
    """The value, or what a table of forms holds: the forms, or sheets with one each."""
    rows = list(value.values()) if isinstance(value, dict) else value
    for one in rows if isinstance(rows, list | tuple) else [rows]:
        yield vars(one).get("form", one) if hasattr(one, "__dict__") else one


def _words(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _words(inner)
