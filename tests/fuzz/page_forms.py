"""The forms of a page as a browser would send them: where to, and which fields with which values."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One name of a form; `values` are those that may be chosen, or what stands there."""

    name: str
    kind: str
    values: list = field(default_factory=list)
    low: str = ""


@dataclass
class PageForm:
    """`action` may hold a query; `fields` by name, in their order."""

    method: str
    action: str
    is_multipart: bool = False
    fields: dict = field(default_factory=dict)

    @property
    def shape(self):
        """What makes two forms the same one for us: the same fields at the same kind of address."""
        return self.method, tuple(self.fields)

    def add(self, name, kind, value=None, low=""):
        one = self.fields.setdefault(name, Field(name, kind, low=low or ""))
        if value is not None:
            one.values.append(value)


class _Reader(HTMLParser):
    """Also fields outside of their form (`form="…"`) and buttons that send it elsewhere."""

    def __init__(self, address):
        super().__init__()
        self.address, self.forms, self.by_id = address, [], {}
        self.form = self.select = None

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self._begin(at)
        form = self.by_id.get(at.get("form")) or self.form
        if form and tag == "input":
            self._input(form, at)
        elif form and tag == "button":
            self._button(form, at)
        elif form and tag in ("select", "textarea") and at.get("name"):
            form.add(at["name"], tag)
            self.select = (form, at["name"]) if tag == "select" else None
        if self.select and tag == "option":
            self.select[0].add(self.select[1], "select", at.get("value") or "")

    def _begin(self, at):
        method = (at.get("method") or "get").lower()
        self.form = PageForm(method, at.get("action") or self.address)
        self.form.is_multipart = at.get("enctype") == "multipart/form-data"
        self.forms.append(self.form)
        if at.get("id"):
            self.by_id[at["id"]] = self.form

    def _input(self, form, at):
        name, kind = at.get("name"), at.get("type") or "text"
        if not name or name == "csrfmiddlewaretoken":
            return
        asks = kind in ("text", "search", "date", "number", "email", "tel", "time", "password")
        value = None if asks and not at.get("value") else at.get("value") or "on"
        form.add(name, kind, None if kind == "file" else value, at.get("min"))

    def _button(self, form, at):
        if at.get("name"):
            form.add(at["name"], "button", at.get("value") or "")
        if at.get("formaction"):
            method = (at.get("formmethod") or form.method).lower()
            other = PageForm(method, at["formaction"], form.is_multipart)
            other.fields = form.fields
            self.forms.append(other)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None


def forms_of(html, address):
    """All forms of a page at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.forms
