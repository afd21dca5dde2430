from pathlib import Path

import pytest
from django.urls import reverse

from pathway.publish_criteria import publish_criteria
from pathway.rules.criteria import State
from patients.packets.selectors.proof import proof_page


@pytest.fixture
def sets(db, protocol, now):
    """Our criteria sets, published; by key."""
    files = sorted(Path("pathway/criteria").glob("*.toml"))
    published = [publish_criteria(source=file.read_text(), now=now)[0] for file in files]
    return {one.key: one for one in published}


@pytest.fixture
def desk(sign_in, dr_kim):
    return sign_in(dr_kim)


@pytest.fixture
def page_of(desk, episode, sets):
    def shown(key):
        return desk.get(reverse("proof", args=[episode.pk, key]))

    return shown


@pytest.fixture
def answers(episode, sets, now):
    """Key of a criterion → its state, for a set."""

    def of(key, today=None):
        page = proof_page(episode, sets[key], today or now.date())
        return {line.criterion.key: State(line.answer.state) for line in page.lines}

    return of
