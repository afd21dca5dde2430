"""Each language is complete: every text that a patient can meet, and no text beside the catalogue."""

import gettext

import pytest

from spinecare import catalogue
from tests.english import bare_text, english_in

# Names, which are the same in every language.
SAME = {"Spinecare"}


def key(message):
    return (message.context, message.id) if message.context else message.id


@pytest.fixture(params=catalogue.LANGUAGES)
def language(request):
    return request.param


def test_the_catalogue_holds_every_text_that_patients_meet(language):
    """Not so? `make messages`, then translate what it names."""
    wanted = {key(each) for each in catalogue.gathered(language) if each.id}
    there = {key(each) for each in catalogue.written(language) if each.id}
    assert wanted == there


def test_every_text_is_translated(language):
    assert catalogue.wanting(catalogue.written(language)) == []


def test_what_is_compiled_is_what_is_written(language):
    """Not so? `make messages`."""
    with catalogue.po_of(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue.written(language):
        if catalogue._fault(message):
            continue
        if isinstance(message.id, tuple):
            said = {compiled.ngettext(*message.id, n) for n in range(200)}
            assert said == set(message.string)
        elif message.context:
            assert compiled.pgettext(message.context, message.id) == message.string
        elif message.id:
            assert compiled.gettext(message.id) == message.string


def fault_of(text, said, **more):
    catalog = catalogue.empty("es")
    catalog.add(text, string=said, **more)
    return catalogue.wanting(catalog)


@pytest.mark.parametrize(
    ("text", "said", "more", "fault"),
    [
        ("Save", "", {}, ["not translated: 'Save'"]),
        ("Save", "Guardar", {}, []),
        ("Save", "Guardar", {"flags": ["fuzzy"]}, ["fuzzy: 'Save'"]),
        ("Call %(phone)s", "Llame", {}, ["other places: 'Call %(phone)s'"]),
        ("Call %(phone)s", "Llame al %(number)s", {}, ["other places: 'Call %(phone)s'"]),
        (("%(n)s day", "%(n)s days"), ("un día", "%(n)s días"), {}, []),
        (
            ("%(n)s day", "%(n)s days"),
            ("un día", ""),
            {},
            ["not translated: ('%(n)s day', '%(n)s days')"],
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


@pytest.mark.parametrize("glob", catalogue.globs())
def test_what_stays_english_is_a_file_of_ours(glob):
    """A moved file must not keep its exception by an old name."""
    assert list(catalogue.ROOT.glob(glob.removeprefix("!")))


def test_a_file_that_nothing_names_is_the_patients(tmp_path, monkeypatch):
    for name in ("ward.html", "welcome.html", "new.html"):
        page = tmp_path / "templates" / name
        page.parent.mkdir(exist_ok=True)
        page.touch()
    (tmp_path / "english-only.txt").write_text("# Ours.\ntemplates/w*\n!templates/welcome.html\n")
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "ENGLISH_ONLY", tmp_path / "english-only.txt")
    assert [each.name for each in catalogue.patient_files()] == ["new.html", "welcome.html"]
