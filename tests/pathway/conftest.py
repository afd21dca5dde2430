import pytest

from pathway.management.commands.publish_protocol import translations_of
from pathway.publish import publish_protocol
from tests.conftest import MONDAY_MORNING, SOURCE


@pytest.fixture(scope="session")
def reviewed_text():
    """The source as it is reviewed, under a key of its own so that nothing is published yet."""
    return SOURCE.read_text().replace('key = "conservative-spine-care"', 'key = "on-trial"', 1)


@pytest.fixture
def rewrite(reviewed_text):
    """The source with one passage replaced; the passage has to be there."""

    def replace(old, new):
        assert old in reviewed_text
        return reviewed_text.replace(old, new, 1)

    return replace


@pytest.fixture
def publish(db):
    def publish_text(text, now=MONDAY_MORNING, spanish=None, spoken=None):
        spoken = spoken or translations_of(SOURCE) | ({"es": spanish} if spanish else {})
        return publish_protocol(source=text, translations=spoken, now=now)

    return publish_text
