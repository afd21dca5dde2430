"""The address of a worklist says which list, which kinds, which page; nonsense in it is passed over."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from patients.models import Flag
from patients.worklist.filters import LISTS, Filters, _place, back_to

DUE = datetime(2026, 3, 9, 22, tzinfo=UTC)


def asked(address):
    return {key: value for key, [value] in parse_qs(address).items()}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, Filters()),
        ({"list": "mine", "kind": "plateau", "tier": "2"}, Filters("mine", "plateau", "2")),
        ({"list": "theirs", "kind": "anger", "tier": "6"}, Filters()),
        ({"tier": "0"}, Filters()),
        ({"tier": "5"}, Filters(tier="5")),
        ({"q": "ortiz"}, Filters()),
        ({"after": "2-5-7" + "0" * 90}, Filters(after="2-5-7" + "0" * 55)),
    ],
)
def test_what_makes_no_sense_is_ignored(sent, read):
    assert Filters.read(sent) == read


@pytest.mark.parametrize("which", LISTS)
def test_every_list_has_an_address_and_comes_back_from_it(which):
    filters = Filters(which=which, kind="relapse", tier="3")
    assert Filters.of(filters.query) == filters
    assert ("list" in asked(filters.query)) is (which != "team")


def test_a_name_stands_sealed_in_the_address_and_is_read_from_it():
    filters = Filters.typed({"q": "  Ortiz ", "list": "mine"})
    assert filters.words == "Ortiz"
    assert "rtiz" not in filters.query
    assert Filters.of(filters.query) == filters


def test_a_saved_view_keeps_the_list_and_never_the_name():
    assert asked(Filters("mine", "plateau", "2", words="Ortiz").kept) == {
        "list": "mine", "kind": "plateau", "tier": "2",
    }  # fmt: skip


def test_another_filter_begins_on_the_first_page():
    filters = Filters(kind="plateau", after="2-5-7")
    assert asked(filters.query)["after"] == "2-5-7"
    assert asked(filters.address(tier="2")) == {"kind": "plateau", "tier": "2"}
    assert filters.address(kind="") == ""


@pytest.mark.parametrize(
    ("filters", "narrows"),
    [
        (Filters(), False),
        (Filters(which="mine", after="2-5-7"), False),
        (Filters(kind="plateau"), True),
        (Filters(tier="2"), True),
        (Filters(words="Ortiz"), True),
    ],
)
def test_a_kind_a_tier_and_a_name_narrow_a_list(filters, narrows):
    assert filters.narrows is narrows


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
def test_the_next_page_begins_exactly_behind_the_last_flag(microsecond):
    due = DUE.replace(microsecond=microsecond)
    flag = Flag(pk=7, severity=2, due_at=due, closed_at=due + timedelta(days=1))
    assert _place(Filters().next_after(flag)) == (2, due, 7)
    assert _place(Filters(which="closed").next_after(flag)) == (2, due + timedelta(days=1), 7)


@pytest.mark.parametrize(
    "after", ["", "2-5", "2-5-7-9", "2--5-7", "a-5-7", "2-٣-7", "2-5-", f"2-{9 * 10**25}-7"]
)
def test_a_place_that_is_none_is_the_first_page(after):
    assert _place(after) is None


def test_the_way_back_keeps_the_filters():
    assert back_to(Filters()).url == "/worklist/"
    assert back_to(Filters(which="mine")).url == "/worklist/?list=mine"
