"""The patients' texts of the interface, gathered from templates and modules: `make messages`.

A tool of development: it needs Babel and no gettext programs. What is said by clinic-side files only
stays English and is not gathered; a new file counts as the patients' until it is named here.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import allauth
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# Named places of a text, and the conversions of `%`.
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
APPS = ("accounts", "pathway", "patients", "scheduling")
# Read by people who work in a clinic, and by nobody else.
CLINIC = re.compile(
    "|".join(
        (
            r"/migrations/|/management/",
            r"templates/clinic/|templates/accounts/(people|invite|change_clinic)\.html|notices/urgent_flag\.txt",
            r"templates/scheduling/(_contact|_offer|_reach|_refusal|_told|_week|_quiet|add_\w+|availability)\.html",
            r"templates/scheduling/(board|book|find_time|cancel_visit|reschedule_visit|referrals?)\.html",
            r"accounts/(forms|views)\.py",
            r"patients/(views/clinic|forms/clinic|importing|reading/timeline)/",
            r"patients/reading/(reasons|explain|evidence|calibration|worklist|flag_history|patient_list|yields)\.py",
            r"patients/actions/(effects|take_back)\.py",
            r"patients/forms/(care|care_team|decide|imports|intake_reported|intake_review|reassessment|records|score|shadow|worklist)\.py",
            r"scheduling/(timetable|models/(availability|call)|templatetags/timeline)\.py",
            r"scheduling/views/(board|calls|choosing|hours|referrals|times)\.py",
        )
    )
)
# Pages of allauth that are closed here: nobody signs up, and nobody gives a phone number to it.
ALLAUTH = Path(allauth.__file__).parent
CLOSED = re.compile(
    r"signup|sign_up|phone|email_confirm|verified_email|verification_sent|trust|account_already"
)
INFORMAL = re.compile(
    r"\b(tus?|tú|ti|tienes|puedes|deseas|estás|introdúcelo|se enumera)\b", re.IGNORECASE
)
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), 1),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), 2),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), 2),
}
CALL = re.compile(r"\b(?:_|[np]?gettext)\((?=u?['\"])")

Text: TypeAlias = "str | tuple[str, ...]"


def patient_files() -> list[Path]:
    """Templates and modules that patients, or people before they sign in, may read from."""
    ours = [
        *ROOT.glob("templates/**/*.*"),
        *(each for app in APPS for each in ROOT.glob(f"{app}/**/*.py")),
    ]
    return sorted(each for each in ours if not CLINIC.search(each.relative_to(ROOT).as_posix()))


def allauth_files() -> list[Path]:
    pages = (each for app in ("account", "mfa") for each in ALLAUTH.glob(f"templates/{app}/**/*.*"))
    return sorted(each for each in pages if not CLOSED.search(each.as_posix()))


def gathered() -> Catalog:
    """Every text of these files, as a catalogue without translations."""
    catalog = _empty()
    told = spoken_by_allauth()
    for file in [*patient_files(), *allauth_files()]:
        ours = file.is_relative_to(ROOT / "templates") or file.suffix == ".py"
        place = file.relative_to(ROOT if ours else ALLAUTH.parent).as_posix()
        for text, context in texts_of(file):
            if ours or text not in told:
                catalog.add(text, locations=[(place, 1)], context=context)
    return catalog


def _empty() -> Catalog:
    about = {"project": "Spinecare", "version": "", "header_comment": "# Spinecare in Spanish.\n"}
    people = {"msgid_bugs_address": "", "last_translator": "", "language_team": "es"}
    return Catalog(locale="es", charset="utf-8", fuzzy=False, **about, **people)


def texts_of(file: Path) -> Iterator[tuple[Text, str | None]]:
    """Every text of a file that goes through gettext, a plural with its singular; and its context."""
    source = file.read_text(encoding="utf-8")
    trees = [ast.parse(source)] if file.suffix == ".py" else _calls(templatize(source, str(file)))
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and (wanted := CALLS.get(ast.unparse(node.func), 0)):
            texts = tuple(ast.literal_eval(each) for each in node.args[:wanted])
            if wanted == 1:
                yield texts[0], None
            else:
                yield (texts, None) if ast.unparse(node.func)[0] == "n" else texts[::-1]


def _calls(source: str) -> Iterator[ast.AST]:
    """Django turns a template into calls of gettext among blanks; each one is parsed by itself."""
    for call in CALL.finditer(source):
        ends = (end.end() for end in re.finditer(r"\)", source[call.start() :]))
        pieces = (source[call.start() : call.start() + end] for end in ends)
        yield next(tree for piece in pieces if (tree := _parsed(piece)))


def _parsed(piece: str) -> ast.AST | None:
    try:
        return ast.parse(piece)
    except SyntaxError:
        return None


def spoken_by_allauth() -> set[Text]:
    """What allauth's own Spanish says well: to "usted", as we do."""
    with (ALLAUTH / "locale" / "es" / "LC_MESSAGES" / "django.po").open("rb") as file:
        theirs = pofile.read_po(file, locale="es")
    return {
        _one_or_both(each.id)
        for each in theirs
        if each.id
        and not each.fuzzy
        and all(_all(each.string))
        and not INFORMAL.search(str(each.string))
    }


def written() -> Catalog:
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="es")


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    mofile.write_mo(out, catalog)
    return out.getvalue()


def wanting(catalog: Catalog) -> list[str]:
    """What is missing, uncertain, or names other places than the English text."""
    return [
        f"{reason}: {message.id!r}"
        for message in catalog
        if message.id and (reason := _fault(message))
    ]


def _fault(message: Message) -> str:
    text, said = _all(message.id), _all(message.string)
    if not all(said):
        return "no Spanish"
    if message.fuzzy:
        return "fuzzy"
    asked, named = _places(text[-1]), [_places(each) for each in said]
    # The singular may say "one" instead of its number; the plural says it.
    ok = named[-1] == asked and all(each <= asked for each in named)
    return "" if ok else "other places"


def _places(text: str) -> set[str]:
    return set(PLACE.findall(text))


def _all(texts: str | Sequence[str] | None) -> Sequence[str]:
    return (texts or "",) if isinstance(texts, str | None) else texts


def _one_or_both(text: str | Sequence[str]) -> Text:
    return text if isinstance(text, str) else tuple(text)


def update() -> list[str]:
    """Bring the .po up to what is said now, compile it, and say what is wanting."""
    catalog = written()
    catalog.update(gathered(), update_creation_date=False)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        pofile.write_po(
            file, catalog, width=100, include_lineno=False, ignore_obsolete=True, omit_header=False
        )
    MO.write_bytes(compiled(catalog))
    return wanting(catalog)


if __name__ == "__main__":
    sys.stdout.write("\n".join([*update(), f"{PO.relative_to(ROOT)} is up to date.\n"]))
