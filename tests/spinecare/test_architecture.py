"""The picture of the house in docs/architecture.md is true."""

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
APPS = ("spinecare", "scheduling", "patients", "pathway", "accounts")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def drawn(title):
    """The arrows of the block under this line, as pairs."""
    block = PAGE.split(title, 1)[1].split("```")[1]
    lines = [line.split("→") for line in block.strip().splitlines()]
    return {
        (above.strip(), below.strip())
        for above, listed in lines
        for below in listed.split(",")
        if below.strip()
    }


def rooms():
    return re.findall(r"^\| `(\w+)/` \|", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*APPS, exclude_type_checking_imports=True)


def imported(graph, name_of):
    """Pairs of the places that `name_of` gives modules, where one imports the other."""
    found = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = (name_of(module), name_of(other))
            if None not in pair and pair[0] != pair[1]:
                found.add(pair)
    return found


def app_of(module):
    return None if ".migrations" in module else module.split(".")[0]


def room_of(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "patients" and parts[1:] and parts[1] in rooms() else None


def test_the_arrows_between_apps(graph):
    assert drawn("Each arrow between apps:") == imported(graph, app_of)


def test_the_arrows_between_rooms(graph):
    assert drawn("Each arrow between rooms:") == imported(graph, room_of)


def test_the_list_of_rooms_is_their_order():
    order = {room: place for place, room in enumerate(rooms())}
    arrows = drawn("Each arrow between rooms:")
    assert [pair for pair in arrows if order[pair[0]] >= order[pair[1]]] == []


def test_each_room_is_on_the_page():
    folders = {path.parent.name for path in (ROOT / "patients").glob("*/urls.py")}
    assert folders <= set(rooms())


def height(place):
    """How far up an app or a room stands; templates that belong to nobody stand on top."""
    order = [*reversed(rooms()), "patients", "scheduling"]
    return order.index(place) if place in order else -1


def places_of(path):
    """The app, and in patients the room, that a template's path names."""
    parts = path.split("/")
    return parts[1] if parts[0] == "patients" else parts[0]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_reaches_up(template):
    """A fragment of a room above is not included below; what hangs in from above is a panel."""
    own = places_of(template.relative_to(ROOT / "templates").as_posix())
    if height(own) < 0:
        return
    named = re.findall(r'"((?:patients|scheduling)/[\w/]+\.html)', template.read_text())
    assert [path for path in named if height(places_of(path)) > height(own)] == []
