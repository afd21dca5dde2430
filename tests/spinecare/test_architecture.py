"""The picture of the house in docs/architecture.md is true."""

import re
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
APPS = ("spinecare", "exchange", "scheduling", "patients", "pathway", "accounts")
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


def rooms(app="patients"):
    """The rooms of an app, from the top."""
    listed = PAGE.split(f"## The rooms of {app}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)/` \|", listed, re.MULTILINE)


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


def room_in(app):
    """Says for a module in which room of this app it is."""
    listed = rooms(app)

    def room_of(module):
        parts = module.split(".")
        return parts[1] if parts[0] == app and parts[1:] and parts[1] in listed else None

    return room_of


def test_the_arrows_between_apps(graph):
    assert drawn("Each arrow between apps:") == imported(graph, app_of)


ARROWS = {
    "patients": "Each arrow between rooms:",
    "scheduling": "Each arrow between rooms of scheduling:",
}
each_app_with_rooms = pytest.mark.parametrize("app", ARROWS)


@each_app_with_rooms
def test_the_arrows_between_rooms(graph, app):
    assert drawn(ARROWS[app]) == imported(graph, room_in(app))


@each_app_with_rooms
def test_the_list_of_rooms_is_their_order(app):
    order = {room: place for place, room in enumerate(rooms(app))}
    assert [pair for pair in drawn(ARROWS[app]) if order[pair[0]] >= order[pair[1]]] == []


@each_app_with_rooms
def test_each_room_is_on_the_page(app):
    folders = {path.parent.name for path in (ROOT / app).glob("*/urls.py")}
    assert folders <= set(rooms(app))


def height(place):
    """How far up a room stands; templates that belong to nobody stand on top."""
    order = [
        *("patients/" + room for room in reversed(rooms("patients"))),
        "scheduling",
        *("scheduling/" + room for room in reversed(rooms("scheduling"))),
    ]
    return order.index(place) if place in order else -1


def place_of(path):
    """The room that a template's path names; `scheduling` for what its rooms share."""
    return "/".join(path.split("/")[:-1])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_reaches_up(template):
    """A fragment of a room above is not included below; what hangs in from above is a panel."""
    own = place_of(template.relative_to(ROOT / "templates").as_posix())
    if height(own) < 0:
        return
    named = re.findall(r'"((?:patients|scheduling)/[\w/]+\.html)', template.read_text())
    assert [path for path in named if height(place_of(path)) > height(own)] == []
