"""The public pages: what anybody may read, with sources, dates, labels and the disclaimer."""

import pgtrigger
import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from pathway import urls
from pathway.models import Protocol
from tests.english import words_of

pytestmark = pytest.mark.usefixtures("protocol")


def read(client, name, *args):
    return client.get(reverse(name, args=args))


def test_every_page_names_its_audience_as_public():
    for pattern in urls.urlpatterns:
        assert pattern.callback.audience == "public"
        assert not pattern.callback.login_required


def test_anybody_reads_the_five_steps_from_the_lowest_up(client):
    page = read(client, "learn")
    assertContains(page, 'role="img"')
    text = page.content.decode()
    places = [text.index(f"{level}. ") for level in range(1, 6)]
    assert places == sorted(places)
    assertContains(page, "Conditions")
    assertContains(page, "Could I be a candidate for more than this kind of care?")


def test_a_step_tells_its_parts_its_usual_length_and_where_that_comes_from(client):
    page = read(client, "learn_tier", 2)
    assertContains(page, "not recommended as routine (WHO 2023)", count=4)
    page = read(client, "learn_tier", 4)
    assertContains(page, "Step 4 of 5")
    assertNotContains(page, "not recommended as routine")
    assertContains(page, "12 to 26 weeks")
    assertContains(page, "Experts disagree")
    assertContains(page, "BMJ clinical practice guideline")
    assertContains(page, "your team can change it")
    assertNotContains(page, "Options to weigh")


def test_the_last_step_lists_its_options_without_preferring_one(client):
    page = read(client, "learn_tier", 5)
    assertContains(page, "In no special order. None of them has to be your next step.")
    assertContains(page, "no better than salt water")
    assertContains(page, "VA evidence synthesis: intradiscal fibrin")
    assertContains(page, "2026-01")
    assertContains(page, "up to 2 weeks", count=2)


@pytest.mark.parametrize("level", [0, 6])
def test_there_is_no_other_step(client, level):
    assert read(client, "learn_tier", level).status_code == 404


def test_a_treatment_shows_its_mark_and_not_the_clinicians_note(client, protocol):
    page = read(client, "learn_modality", "opioid")
    assertContains(page, "not for long-term use")
    assertContains(page, "do not stop suddenly on your own")
    assertContains(page, "A clinician has not checked this text yet.")
    assertNotContains(page, "OPAL 2023, which is contested")
    assert read(client, "learn_modality", "magnets").status_code == 404


def test_a_treatment_without_sources_of_its_own_shows_those_of_its_step(client):
    page = read(client, "learn_modality", "heat")
    assertNotContains(page, "Where this comes from")
    assertContains(page, "Where this step comes from")
    assertContains(page, "Expert agreement, few studies")
    assertNotContains(page, "has not checked")


def test_a_condition_names_the_steps_that_are_usual(client):
    page = read(client, "learn_condition", "mechanical-pain")
    assertContains(page, "Usually steps 1 to 3 are enough.")
    assertContains(page, reverse("learn_tier", args=[3]))
    assertNotContains(page, reverse("learn_tier", args=[4]))
    assert read(client, "learn_condition", "unknown").status_code == 404


def test_a_question_is_answered_with_source_and_date(client):
    page = read(client, "learn_question", "do-epidural-injections-work")
    assertContains(page, "guidelines disagree or advise against them")
    assertContains(page, "2025")
    assert read(client, "learn_question", "unknown").status_code == 404


def test_veterans_read_that_va_decides(client):
    page = read(client, "learn_question", "veterans-and-va")
    assertContains(page, "VA makes the coverage decision")


def test_all_sources_stand_on_one_page_with_the_licences(client, protocol):
    page = read(client, "learn_sources")
    for source in protocol.evidence.all():
        assertContains(page, f'id="source-{source.key}"')
    assertContains(page, "https://doi.org/10.1007/s11606-009-0981-1")
    assertContains(page, "no permission is required from the authors")
    assertNotContains(page, "SRD -24")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("learn", []),
        ("learn_tier", [2]),
        ("learn_modality", ["tens"]),
        ("learn_condition", ["sciatica"]),
        ("learn_question", ["how-long-to-try"]),
        ("learn_sources", []),
    ],
)
def test_every_page_carries_the_disclaimer_and_the_version(client, name, args):
    page = read(client, name, *args)
    assertContains(page, "This is general information. It is not medical advice")
    assertContains(page, "Version 1, published on March 2, 2026.")
    assertNotContains(page, "style=")
    assert "%" not in " ".join(words_of(page.content.decode()))


def test_a_longer_list_costs_no_further_query(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        read(client, "learn")
    with django_assert_max_num_queries(8):
        read(client, "learn_tier", 5)


def test_before_anything_is_published_there_is_nothing_to_read(client):
    with pgtrigger.ignore():
        Protocol.objects.update(sealed=False)
    assert read(client, "learn").status_code == 404
