"""The interface in Spanish is complete: every text that a patient can meet, and no text beside the catalogue."""

import gettext
from pathlib import Path

import pytest

from spinecare import catalogue
from tests.english import bare_text, english_in

# Names, and abbreviations that are the same in both languages.
SAME = {"English", "Español", "Spinecare"}


def key(message):
    return (message.context, message.id) if message.context else message.id


def test_the_catalogue_holds_every_text_that_patients_meet():
    """Not so? `make messages`, then write the Spanish of what it names."""
    wanted = {key(each) for each in catalogue.gathered() if each.id}
    there = {key(each) for each in catalogue.written() if each.id}
    assert wanted == there


def test_every_text_has_its_spanish():
    assert catalogue.wanting(catalogue.written()) == []


def test_what_is_compiled_is_what_is_written():
    """Not so? `make messages`."""
    with catalogue.MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue.written():
        if catalogue._fault(message):
            continue
        if isinstance(message.id, tuple):
            said = tuple(compiled.ngettext(*message.id, n) for n in (1, 2))
            assert said == tuple(message.string)
        elif message.context:
            assert compiled.pgettext(message.context, message.id) == message.string
        elif message.id:
            assert compiled.gettext(message.id) == message.string


def fault_of(text, said, **more):
    catalog = catalogue._empty()
    catalog.add(text, string=said, **more)
    return catalogue.wanting(catalog)


@pytest.mark.parametrize(
    ("text", "said", "more", "fault"),
    [
        ("Save", "", {}, ["no Spanish: 'Save'"]),
        ("Save", "Guardar", {}, []),
        ("Save", "Guardar", {"flags": ["fuzzy"]}, ["fuzzy: 'Save'"]),
        ("Call %(phone)s", "Llame", {}, ["other places: 'Call %(phone)s'"]),
        ("Call %(phone)s", "Llame al %(number)s", {}, ["other places: 'Call %(phone)s'"]),
        (("%(n)s day", "%(n)s days"), ("un día", "%(n)s días"), {}, []),
        (
            ("%(n)s day", "%(n)s days"),
            ("un día", ""),
            {},
            ["no Spanish: ('%(n)s day', '%(n)s days')"],
        ),
    ],
)
def test_what_is_wanting_is_named(text, said, more, fault):
    assert fault_of(text, said, **more) == fault


def test_texts_are_found_wherever_they_stand(tmp_path):
    module, page = tmp_path / "words.py", tmp_path / "page.html"
    module.write_text('a = f"{_(\'in a string\')}"\nb = pgettext_lazy("door", "Open")\n')
    page.write_text(
        '{% load i18n %}<p title="{% translate "In a tag" %}">{{ day|date:_("F j") }}'
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{% blocktranslate with x=y|date:_("j") %}100 % of {{ x }} (all){% endblocktranslate %}'
        '{% translate "May" context "month" %}</p>'
    )
    assert set(catalogue.texts_of(module)) == {("in a string", None), ("Open", "door")}
    assert list(catalogue.texts_of(page)) == [
        ("In a tag", None),
        ("F j", None),
        (("%(n)s day", "%(n)s days"), None),
        ("j", None),
        ("100 %% of %(x)s (all)", None),
        ("May", "month"),
    ]


def test_a_text_that_nobody_can_translate_is_refused(tmp_path):
    module = tmp_path / "words.py"
    module.write_text("said = _(words)\n")
    with pytest.raises(ValueError, match="malformed"):
        list(catalogue.texts_of(module))


PAGES = [each for each in catalogue.patient_files() if each.suffix == ".html"]


@pytest.mark.parametrize(
    "file", PAGES, ids=lambda file: file.relative_to(catalogue.ROOT).as_posix()
)
def test_no_page_holds_words_outside_of_the_catalogue(file):
    assert set(bare_text(file.read_text())) <= SAME


def test_bare_words_are_found_and_markup_is_not():
    assert bare_text('<p class="lead" aria-label="Your plan">{{ x }} Hello {% if x %}</p>') == [
        "Your plan",
        "Hello",
    ]
    assert bare_text("{% translate 'Hello' %} · {% comment %}why{% endcomment %}<br>") == []
    assert english_in('<p>Hola</p><p lang="en">Save your log</p><p>Guarde the log</p>') == [
        "Guarde the log"
    ]


def test_the_clinics_files_exist():
    """A moved file must not keep its exception by an old name."""
    clinic = [
        each
        for each in [*Path("templates").rglob("*.*"), *Path().glob("[aps]*/**/*.py")]
        if catalogue.CLINIC.search(each.as_posix())
    ]
    assert len(clinic) > 40
