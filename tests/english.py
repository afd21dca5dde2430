"""Finds English in a page that is meant to be Spanish, and text in a template that no language can change."""

import re
from html.parser import HTMLParser

# Words without which hardly an English sentence can do, and which are no words in Spanish.
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|this|that|of|for|is|are|was|were|not|what|when|how|from|have|will|"
    r"they|their|if|we|our|all|more|which|there|than|been|log|sign|pain|visit|step|week|day|"
    r"questions?|answers?|save|send|choose|team|care|must|should|please|valid|required|field)\b",
    re.IGNORECASE,
)
SPOKEN = {"alt", "aria-label", "title", "placeholder", "data-error-prefix", "data-label"}
UNSPOKEN = {"script", "style"}
# Elements without an end.
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Words(HTMLParser):
    """What a person reads or hears; parts marked as English are left out."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.inside = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        silent = tag in UNSPOKEN or attributes.get("lang") == "en"
        if not silent and not any(self.inside):
            self.found += [attributes[name] or "" for name in sorted(SPOKEN & attributes.keys())]
        if tag not in VOID:
            self.inside.append(silent)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.inside.pop()

    def handle_endtag(self, tag):
        if tag not in VOID and self.inside:
            self.inside.pop()

    def handle_data(self, data):
        if data.strip() and not any(self.inside):
            self.found.append(" ".join(data.split()))


def words_of(html):
    reader = Words()
    reader.feed(html)
    return reader.found


def english_in(html):
    """The texts of a page that hold an English word."""
    return [text for text in words_of(html) if ENGLISH.search(text)]


# What stands between the tags of Django's template language: tags, variables and comments cut out, and
# whole {% blocktranslate %} and {% comment %} blocks with them.
BLOCKS = re.compile(
    r"\{%\s*(blocktranslate|comment)\b.*?%\}.*?\{%\s*end\1\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
    re.DOTALL,
)


def bare_text(template):
    """Words of a template that no translation reaches; names and single letters are nobody's."""
    texts = words_of(BLOCKS.sub("", template))
    return [text for text in texts if re.search(r"[A-Za-z]{2,}", text)]
