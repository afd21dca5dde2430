"""The patients' texts of the interface, gathered from templates and modules: `make messages`.

A tool of development: it needs Babel and no gettext programs. What only the clinic reads stays English
and is not gathered: `locale/english-only.txt` names its files, a new file counts as the patients'.
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
from babel import Locale
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from pathway.words import avoided

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
ENGLISH_ONLY = LOCALE / "english-only.txt"
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# Named places of a text, and the conversions of `%`.
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
APPS = ("accounts", "pathway", "patients", "scheduling")
# Pages of allauth that are closed here: nobody signs up, and nobody gives a phone number to it.
ALLAUTH = Path(allauth.__file__).parent
CLOSED = re.compile(
    r"signup|sign_up|phone|email_confirm|verified_email|verification_sent|trust|account_already"
)
CALLS = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), 1),
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
    return sorted({*ours} - english_only())


def english_only() -> set[Path]:
    """What only people of the clinic read."""
    files: set[Path] = set()
    for glob in globs():
        if glob.startswith("!"):
            files -= set(ROOT.glob(glob[1:]))
        else:
            files |= set(ROOT.glob(glob))
    return files


def globs() -> list[str]:
    """The lines of `locale/english-only.txt`, without its comments."""
    lines = ENGLISH_ONLY.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def allauth_files() -> list[Path]:
    """Those that we have no page or letter of our own for (tests/accounts/test_door.py says which)."""
    pages = (each for app in ("account", "mfa") for each in ALLAUTH.glob(f"templates/{app}/**/*.*"))
    opened = (each for each in pages if not CLOSED.search(each.as_posix()))
    return sorted(each for each in opened if not (ROOT / each.relative_to(ALLAUTH)).exists())


def gathered(language: str) -> Catalog:
    """Every text of these files, as a catalogue without translations."""
    catalog = empty(language)
    told = spoken_by_allauth(language)
    for file in [*patient_files(), *allauth_files()]:
        ours = file.is_relative_to(ROOT / "templates") or file.suffix == ".py"
        place = file.relative_to(ROOT if ours else ALLAUTH.parent).as_posix()
        for text, context in texts_of(file):
            if ours or text not in told:
                catalog.add(text, locations=[(place, 1)], context=context)
    return catalog


def empty(language: str) -> Catalog:
    name = Locale.parse(to_locale(language)).english_name
    about = {"project": "Spinecare", "version": "", "header_comment": f"# Spinecare in {name}.\n"}
    people = {"msgid_bugs_address": "", "last_translator": "", "language_team": language}
    return Catalog(locale=to_locale(language), charset="utf-8", fuzzy=False, **about, **people)


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


def spoken_by_allauth(language: str) -> set[Text]:
    """What allauth's own translation says well: as politely as we do."""
    informal = avoided(language)["informal"]
    theirs = read(ALLAUTH / "locale", language)
    return {
        _one_or_both(each.id)
        for each in theirs
        if each.id
        and not each.fuzzy
        and all(_all(each.string))
        and not informal.search(str(each.string))
    }


def po_of(language: str, locale: Path = LOCALE) -> Path:
    return locale / to_locale(language) / "LC_MESSAGES" / "django.po"


def written(language: str) -> Catalog:
    return read(LOCALE, language)


def read(locale: Path, language: str) -> Catalog:
    """The catalogue of this folder; an empty one where it has none."""
    po = po_of(language, locale)
    if not po.exists():
        return empty(language)
    with po.open("rb") as file:
        return pofile.read_po(file, locale=to_locale(language))


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
        return "not translated"
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


def update(language: str) -> list[str]:
    """Bring a .po up to date with the texts, compile it, and say what is missing."""
    catalog, po = written(language), po_of(language)
    catalog.update(gathered(language), update_creation_date=False)
    catalog.obsolete.clear()
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        pofile.write_po(
            file, catalog, width=100, include_lineno=False, ignore_obsolete=True, omit_header=False
        )
    po.with_suffix(".mo").write_bytes(compiled(catalog))
    return wanting(catalog)


def main() -> None:
    for language in LANGUAGES:
        name = po_of(language).relative_to(ROOT)
        sys.stdout.write("\n".join([*update(language), f"{name} is up to date.\n"]))


if __name__ == "__main__":
    main()
