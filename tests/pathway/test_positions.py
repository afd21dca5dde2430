"""What guidelines say of a treatment, those that disagree side by side: dated, with an address, read again."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from pathway.models import Position
from pathway.publish import publish_protocol
from pathway.source import ProtocolRefused
from patients.flags.actions import request_review
from tests.conftest import SOURCE
from tests.pages import drawn

pytestmark = pytest.mark.django_db

BOTH_SIDES = "acupuncture-or-dry-needling"


def learn(client, key):
    return drawn(client.get(reverse("learn_modality", args=[key])))


def test_both_sides_stand_beside_each_other_with_day_and_address(protocol, client, now):
    page = learn(client, BOTH_SIDES)
    for words in (
        "What guidelines say", "WHO 2023", "In favor, with conditions (weak)",
        "NICE NG59", "2020-12-11", "Against (strength not said)",
        'href="https://www.nice.org.uk/guidance/ng59"',
        "low back pain of 12 weeks or more",
    ):  # fmt: skip
        assert words in page, words
    assert "To be read again" not in page


def test_past_its_day_of_review_it_says_so(protocol, client):
    with time_machine.travel(datetime(2028, 1, 3, 15, tzinfo=UTC)):
        assert "To be read again since Nov. 30, 2027" in learn(client, BOTH_SIDES)


def test_what_no_guideline_speaks_of_has_no_table(protocol, client, now):
    assert "What guidelines say" not in learn(client, "heat")


@pytest.mark.parametrize("line", ["stated", "url", "review_by", "stance", "population"])
def test_without_day_address_or_stance_it_is_not_published(protocol, line, now):
    head, tail = SOURCE.read_text().split("[[tiers.modalities.positions]]", 1)
    dropped = tail.splitlines()
    dropped.remove(next(each for each in dropped if each.startswith(f"{line} = ")))
    text = f"{head}[[tiers.modalities.positions]]" + "\n".join(dropped)
    with pytest.raises(ProtocolRefused) as refused:
        publish_protocol(source=text, translations={}, now=now)
    assert any(line in str(problem) for problem in refused.value.problems)


def test_the_strongest_words_against_are_those_of_the_guidelines(protocol):
    strong = Position.objects.filter(protocol=protocol, stance="against", strength="strong")
    assert {each.guideline for each in strong} == {"BMJ 2025;388:e079970", "VA/DoD 2022"}


def test_the_evidence_page_shows_them_folded(trial, episode, protocol, dr_kim, sign_in, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    page = drawn(sign_in(dr_kim).get(reverse("flag", args=[flag.pk])))
    assert "What guidelines say about this step" in page
    assert "low back pain: Against (strength not said)." in page
