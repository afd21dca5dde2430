"""A version in Spanish: checked text by text, published with the English one, and read without a word of it."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Prefetch
from django.utils import translation

from pathway.management.commands.publish_protocol import translations_of
from pathway.models import InstrumentItem, Protocol, Tier, Translation
from pathway.models.translation import Spoken, spoken_fields
from pathway.source import ProtocolRefused, read
from pathway.source.drafts import MODELS
from pathway.source.translated import read_translations
from tests.conftest import SOURCE, SPANISH

# Published wording that nobody translates by hand, and what reads the same in both languages.
NAMES = {"PEG", "Roland\u2013Morris", "ODI", "NDI", "STarT Back", "STarT MSK"}


@pytest.fixture
def spanish():
    with translation.override("es"):
        yield


def refusal_of(reviewed_text, old, new):
    text = SPANISH.read_text()
    assert old in text
    spoken = translations_of(SOURCE) | {"es": text.replace(old, new, 1)}
    with pytest.raises(ProtocolRefused) as refused:
        read_translations(spoken, read(reviewed_text))
    return [str(problem) for problem in refused.value.problems]


FAULTS = [
    ('title = "Calor"\n', "", "modalities.heat.title: the text is missing"),
    ('title = "Calor"\n', 'name = "Calor"\n', "modalities.heat.name: patients read no such text"),
    ('title = "Calor"\n', 'title = ""\n', "modalities.heat.title: This field cannot be blank."),
    ('title = "Calor"\n', "title = 7\n", "modalities.heat.title: expected text in quotes"),
    ('title = "Calor"\n', 'title = "Alivio 80 %"\n', "heat.title: patients never read “%”"),
    ("[modalities.heat]", "[modalities.warmth]", "modalities.heat.title: the text is missing"),
    (
        "[modalities.heat]",
        "[modalities.warmth]",
        "modalities.warmth.summary: patients read no such",
    ),
    ('short_title = "Terapia"', f'short_title = "{"T" * 25}"', "at most 24 characters"),
    ("antes era de {baseline}", "antes {base}", "messages.responded.patient: its {named} places"),
    ("{emergency_number} ahora", "911 ahora", "emergency_advice: its {named} places"),
    ("verified = false", 'verified = "no"', "verified: expected true or false"),
    ("sign_off =", "# sign_off =", "verified: false needs a sign_off"),
    (
        "[instrument_items.nrs-average]",
        '[instrument_items.peg-pain]\ntext = "Dolor"\n\n[instrument_items.nrs-average]',
        "instrument_items.peg-enjoyment.text: the text is missing",
    ),
    ('title = "Calor"', "title = Calor", "TOML: Invalid value"),
]


@pytest.mark.parametrize(("old", "new", "problem"), FAULTS)
def test_a_fault_is_named_with_language_line_and_key(reviewed_text, old, new, problem):
    said = refusal_of(reviewed_text, old, new)
    assert any(problem in each for each in said), said
    assert all(each.startswith("es, line ") for each in said)


def test_the_line_is_that_of_the_key_or_of_the_table_around_it(reviewed_text):
    lines = SPANISH.read_text().splitlines()
    heat = lines.index("[modalities.heat]") + 1
    [too_long] = refusal_of(reviewed_text, 'title = "Calor"', f'title = "{"C" * 81}"')
    assert too_long.startswith(f"es, line {heat + 1}: modalities.heat.title")
    [missing] = refusal_of(reviewed_text, 'title = "Calor"\n', "")
    assert missing.startswith(f"es, line {heat}: modalities.heat.title")


def test_no_version_comes_out_without_its_languages(reviewed_text):
    with pytest.raises(ProtocolRefused, match="es, line 1: source: the language is missing"):
        read_translations({}, read(reviewed_text))


@pytest.mark.django_db
def test_the_command_wants_the_spanish_file_beside_the_english_one(tmp_path, reviewed_text):
    file = tmp_path / "mine.toml"
    file.write_text(reviewed_text)
    with pytest.raises(CommandError, match=r"mine\.es\.toml cannot be read"):
        call_command("publish_protocol", str(file))


def test_a_changed_spanish_text_is_a_new_version_and_is_said(publish, reviewed_text):
    first = publish(reviewed_text).protocol
    text = SPANISH.read_text()
    assert not publish(reviewed_text, spanish=f"# leído\n{text}").is_new
    second = publish(reviewed_text, spanish=text.replace('"Calor"', '"Calor suave"'))
    assert second.changes == ["es: changed modalities.heat.title: Calor -> Calor suave"]
    assert (first.version, second.protocol.version) == (1, 2)
    with translation.override("es"):
        assert first.modalities.get(key="heat").title == "Calor"
        assert second.protocol.modalities.get(key="heat").title == "Calor suave"


def test_a_refused_spanish_text_publishes_nothing(publish, reviewed_text):
    with pytest.raises(ProtocolRefused):
        publish(reviewed_text, spanish=SPANISH.read_text().replace('title = "Calor"\n', ""))
    assert not Protocol.objects.filter(key="on-trial").exists()


def published(row, name):
    """Whether this is the wording of a questionnaire with an author."""
    asked = isinstance(row, InstrumentItem) or name == "instruction"
    return asked and getattr(row, "instrument", row).attribution


def rows_of(protocol):
    yield protocol
    for model in MODELS:
        yield from model.objects.filter(protocol=protocol)


def test_every_text_that_patients_read_is_in_spanish(protocol, spanish):
    seen = 0
    for row in rows_of(protocol):
        for name in spoken_fields(row):
            own = published(row, name)
            english, said = row.__dict__[name], getattr(row, name)
            seen += bool(english)
            assert not english or own or said != english or said in NAMES, (row, name, english)
    assert seen > 250


def test_english_stays_english_and_so_does_an_unpublished_draft(protocol):
    heat = protocol.modalities.get(key="heat")
    assert heat.title == "Heat"
    with translation.override(None):
        assert heat.title == "Heat"
    with translation.override("es"):
        heat._state.adding = True
        assert heat.title == "Heat"


def test_a_version_without_the_language_is_read_in_english(db, spanish):
    older = Protocol.objects.create(
        key="older", version=1, title="Care", published_at="2020-01-01T00:00Z"
    )
    assert older.title == "Care"


def test_a_page_of_texts_costs_no_query_for_each(protocol, spanish, django_assert_num_queries):
    protocol.title  # noqa: B018 - the first text in a process reads the language
    with django_assert_num_queries(2):
        tiers = list(protocol.tiers.prefetch_related(Prefetch("modalities")))
        words = [tier.title for tier in tiers] + [
            each.title for tier in tiers for each in tier.modalities.all()
        ]
    assert "Calor" in words


def test_a_deferred_text_is_fetched_and_spoken(protocol, spanish):
    assert protocol.tiers.defer("title").get(level=3).title == "Manejo con medicinas"
    assert isinstance(Protocol.title, Spoken)


def test_the_translation_is_kept_as_it_was_read(protocol):
    assert Translation.objects.get(protocol=protocol, key="es").source == SPANISH.read_text()


@pytest.mark.parametrize(("name", "kind"), [("title", "CharField"), ("summary", "TextField")])
def test_to_migrations_a_spoken_text_is_a_plain_column(name, kind):
    assert Tier._meta.get_field(name).deconstruct()[1] == f"django.db.models.{kind}"
