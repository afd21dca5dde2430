"""Questionnaires: exact wording where the licence is free, a total score where it is not."""

import pytest

from pathway.models import ItemsNotFreeToShip

LICENSED = ["odi", "ndi", "start-back", "start-msk", "promis-physical-function"]


def wording(protocol, key):
    return [item.text for item in protocol.instruments.get(key=key).items_to_show()]


def test_peg_has_its_published_wording(protocol):
    """Krebs 2009, doi 10.1007/s11606-009-0981-1; compared with LOINC 75893-8 and four copies."""
    assert wording(protocol, "peg") == [
        "What number best describes your pain on average in the past week?",
        "What number best describes how, during the past week, pain has interfered with your "
        "enjoyment of life?",
        "What number best describes how, during the past week, pain has interfered with your "
        "general activity?",
    ]
    items = protocol.instruments.get(key="peg").items_to_show()
    assert {(item.low_anchor, item.high_anchor) for item in items} == {
        ("No pain", "Pain as bad as you can imagine"),
        ("Does not interfere", "Completely interferes"),
    }


def test_roland_morris_has_its_24_sentences_as_printed(protocol):
    """Roland and Morris 1983, the original English form; its "then" in sentence 9 is printed so."""
    sentences = wording(protocol, "rmdq")
    assert len(sentences) == 24
    assert sentences[0] == "I stay at home most of the time because of my back."
    assert sentences[8] == "I get dressed more slowly then usual because of my back."
    assert sentences[23] == "I stay in bed most of the time because of my back."


def test_overall_change_has_seven_levels_from_better_to_worse(protocol):
    (item,) = protocol.instruments.get(key="pgic").items_to_show()
    assert len(item.choices) == 7
    assert item.choices[0] == "Very Much Improved"
    assert item.choices[6] == "Very Much Worse"


def test_the_patients_own_activities_are_three_and_higher_is_worse(protocol):
    activities = protocol.instruments.get(key="my-three-activities")
    assert activities.items_to_show().count() == 3
    assert activities.higher_is_worse


@pytest.mark.parametrize("key", LICENSED)
def test_a_licensed_questionnaire_is_not_rendered(protocol, key):
    instrument = protocol.instruments.get(key=key)
    with pytest.raises(ItemsNotFreeToShip, match="Enter the total score instead"):
        instrument.items_to_show()
    assert not instrument.items.exists()


def test_a_questionnaire_of_unsettled_licence_is_not_rendered(publish, rewrite):
    """Even one whose items someone added: the licence decides, not what is in the table."""
    text = rewrite(
        'licence = "licensed"\nlicence_note = "Copyright Vernon',
        'licence = "unknown"\nlicence_note = "Copyright Vernon',
    )
    ndi = publish(text).protocol.instruments.get(key="ndi")
    with pytest.raises(ItemsNotFreeToShip, match="licence unknown"):
        ndi.items_to_show()


def test_directions_and_ranges_are_recorded(protocol):
    recorded = {
        each.key: (each.minimum, each.maximum, each.higher_is_worse)
        for each in protocol.instruments.in_order()
    }
    assert recorded["nrs"] == (0, 10, True)
    assert recorded["rmdq"] == (0, 24, True)
    assert recorded["odi"] == (0, 100, True)
    assert recorded["promis-physical-function"] == (10, 90, False)
