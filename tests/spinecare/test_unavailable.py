"""The page that stands when nothing of ours answers says the same as "Get help now"."""

import re
from html import unescape

from django.conf import settings
from django.utils.translation import gettext, override

PAGE = (settings.BASE_DIR / "deploy" / "unavailable.html").read_text()
SAME = ["_emergency.html", "_crisis.html"]


def test_its_emergencies_are_those_of_the_help_page_in_both_languages():
    texts = [
        text
        for name in SAME
        for text in re.findall(r'translate "([^"]+)"', (settings.BASE_DIR / "templates" / name).read_text())
    ]  # fmt: skip
    assert len(texts) > 10
    said = unescape(PAGE)
    for language in ("en", "es"):
        with override(language):
            assert [text for text in texts if gettext(text) not in said] == []


def test_it_needs_nothing_else_to_be_shown():
    assert not re.search(r"<(script|style|link|img)|src=|http", PAGE)
    assert re.findall(r'href="([^"]+)"', PAGE) == ["tel:911", "tel:988"] * 2
