"""Every component in every state, in every look: axe finds nothing, nothing is wider than a small phone."""

import pytest

from tests.browser.patient import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_every_component_in_every_look(site, browser, look):
    page = browser.new_context(base_url=site, **SMALL).new_page()
    for state in ("", "?form=filled", "?form=wrong"):
        assert page.goto(f"/look/{state}").status == 200
        look(page)
    page.context.close()
