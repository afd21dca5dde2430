"""A part of a page that an app further up hangs in."""

import pytest

from accounts import panels


def test_one_app_fills_a_panel_and_a_second_is_refused(monkeypatch):
    monkeypatch.setattr(panels, "panels", {})
    panels.fills("greeting")(lambda name: f"Hello {name}")
    assert panels.panels["greeting"].fill("Maria") == "Hello Maria"
    with pytest.raises(LookupError, match="greeting is filled already"):
        panels.fills("greeting")(lambda name: "Bye")


def test_what_pages_ask_for_is_filled():
    assert {"closures", "next_visit", "next_visits", "next_visit_line"} <= set(panels.panels)
