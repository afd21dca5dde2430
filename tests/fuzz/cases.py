"""Every form of the product, found by walking its pages as each person, and each way to spoil it."""

from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from patients.record.forms.records import SHEETS
from tests.conftest import HANDLER
from tests.fuzz.hostile import (
    BODIES,
    HEADERS,
    METHODS,
    SHAPES,
    VALUES,
    encoded,
    multipart,
)
from tests.fuzz.page_forms import Field, PageForm, forms_of
from tests.test_access_matrix import ALL
from tests.test_two_hats import ROW_OF, about

DIARY = b"date,pain\n2026-02-01,4\n"
OTHER_KEYS = {
    "log_day": {"day": "2026-03-01"}, "intake_page": {"key": "safety"}, "learn_tier": {"level": 2},
    "questionnaire": {"key": "check-in"}, "offline_log": {"language": "en"}, "join": {"token": "no-such-token"},
    "reminders_off": {"token": "no-such-token"}, "visit_link": {"token": "no-such-token"},
    "offered_time": {"token": "no-such-token"}, "learn_modality": {"key": "nsaid"},
    "learn_condition": {"key": "mechanical-pain"}, "learn_question": {"key": "fever"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "mfa_remove_webauthn": {"pk": 1}, "mfa_edit_webauthn": {"pk": 1},
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One request: a form, as `who`, with one fault. `number` is its place in the walk."""

    number: int
    who: str
    form: PageForm
    fault: str
    field: str = ""

    def __str__(self):
        at = f" in {self.field}" if self.field else ""
        return f"#{self.number} {self.who}: {self.fault}{at}, {self.form.method} {self.form.action}"


def addresses(record):
    """Every address of the product, about this record where it has a key."""
    for url in ALL:
        for given in _keys(url, record):
            yield reverse(url.name, kwargs=given)


def _keys(url, record):
    if url.name in OTHER_KEYS:
        return [OTHER_KEYS[url.name]]
    if url.name == "record_add":
        return [{"pk": record.episode.pk, "kind": kind} for kind in SHEETS]
    if url.name not in ROW_OF:
        return [{}] if not url.pattern.converters else []
    return [about(url, record)]


def found_forms(people, record):
    """(who, form) of every form that a page shows to somebody; an address that shows none and takes a
    POST is a form without fields. Also the pages that opened, and to whom (address → who)."""
    forms, pages, seen = [], {}, set()
    for who, user in people.items():
        client = signed_in(user)
        for address in addresses(record):
            answer = client.get(address)
            html = said_in(answer)
            if answer.status_code == 200:
                pages.setdefault(address, who)
            shown = forms_of(html, address) if answer.status_code < 500 else []
            bare = [PageForm("post", address)] if answer.status_code in (200, 405) else []
            for form in (*shown, *bare):
                form.action = form.action or address
                key = (form.method, urlsplit(form.action).path, tuple(form.fields))
                if key not in seen and form.action.startswith("/"):
                    seen.add(key)
                    forms.append((who, form))
    return forms, pages


def signed_in(user):
    client = Client()
    client.handler = HANDLER
    if user:
        client.force_login(type(user).objects.get(pk=user.pk))  # a password may be new
    return client


def said_in(answer):
    """The text of an answer, read to its end, so that a file behind it is closed."""
    said = answer.getvalue() if answer.streaming else answer.content
    return said.decode(errors="ignore")


def all_cases(forms):
    """Each form with each fault in each field, and each fault of a form as a whole."""
    faults = []
    for who, form in forms:
        wanted = (*VALUES, "missing", "doubled", "array", "foreign id")
        faults += [(who, form, fault, name) for name in form.fields for fault in wanted]
        faults += [
            (who, form, fault, "") for fault in ("as it is", *SHAPES, *BODIES, *METHODS, *HEADERS)
        ]
    return [Case(number, *fault) for number, fault in enumerate(faults)]


def plausible(one: Field, chance: Random):
    """What somebody might fill in."""
    if one.kind == "file":
        return ("diary.csv", DIARY)
    if one.kind in ("select", "radio", "checkbox", "button") and one.values:
        return chance.choice(one.values)
    usual = {
        "date": one.low or "2026-03-02", "number": one.low or "5", "time": "09:00", "email": "new@mail.example",
        "tel": "555-0177", "password": "correct horse battery",
    }  # fmt: skip
    return one.values[0] if one.values else usual.get(one.kind, "Some words")


def body_of(case: Case, chance: Random, foreign):
    """The fields of a case, spoiled."""
    fields = [(name, plausible(one, chance)) for name, one in case.form.fields.items()]
    fields = [pair for pair in fields if pair[1] != "on" or chance.random() < 0.5]
    if case.field:
        return _spoil(fields, case, chance, foreign)
    if case.fault == "ten thousand":
        return fields + [(f"f{number}", "1") for number in range(10_000)]
    if case.fault == "too large":
        return [*fields, *[(f"f{number}", "x" * 900_000) for number in range(3)]]
    return [] if case.fault == "nothing at all" else fields


def _spoil(fields, case, chance, foreign):
    kept = [pair for pair in fields if pair[0] != case.field]
    value = next((value for name, value in fields if name == case.field), "1")
    if case.fault == "missing":
        return kept
    if case.fault == "doubled":
        return [*fields, (case.field, value), (case.field, "")]
    if case.fault == "array":
        return [*kept, (f"{case.field}[]", value), (f"{case.field}[0][x]", value)]
    if case.fault == "foreign id":
        return [*kept, (case.field, chance.choice(foreign))]
    hostile = VALUES[case.fault]
    if isinstance(value, tuple):
        name = hostile if isinstance(hostile, str) and len(hostile) < 500 else "x.csv"
        hostile = (name.replace('"', "").replace("\r\n", ""), DIARY + _raw(hostile))
    return [*kept, (case.field, hostile)]


def _raw(value):
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def send(client, case: Case, chance: Random, foreign):
    """The answer of the product."""
    fields = body_of(case, chance, foreign)
    headers = HEADERS.get(case.fault, {})
    method = case.fault if case.fault in METHODS else case.form.method
    if case.fault in BODIES:
        kind, body = BODIES[case.fault]
        name = next(iter(case.form.fields), "a").encode()
        return client.generic("POST", case.form.action, body.replace(b"{name}", name), kind)
    if method == "get":
        apart = "&" if "?" in case.form.action else "?"
        asked = [(name, value) for name, value in fields if not isinstance(value, tuple)][:50]
        return client.get(
            f"{case.form.action}{apart}{encoded(asked)[:100_000].decode()}", headers=headers
        )
    if method in ("head", "trace"):
        return getattr(client, method)(case.form.action, headers=headers)
    files = case.form.is_multipart or any(isinstance(value, tuple) for _name, value in fields)
    kind, body = (
        multipart(fields) if files else ("application/x-www-form-urlencoded", encoded(fields))
    )
    return getattr(client, method)(case.form.action, body, content_type=kind, headers=headers)
