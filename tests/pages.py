"""Pages as they are drawn: where a template breaks its lines is nobody's business but the template's."""

import re

TAGS = "a|button|caption|dd|div|dt|h[1-6]|label|legend|li|option|p|span|summary|t[dhr]"
AFTER_OPENING = re.compile(rf"(<(?:{TAGS})\b[^<>]*>) ")
BEFORE_CLOSING = re.compile(rf" (?=</(?:{TAGS})>)|(?<=</dt>) (?=<dd)")


def drawn(page):
    """The markup of a response, or of a string, with one space for many and none at an element's edges or
    between a term and what it is."""
    html = page if isinstance(page, str) else page.content.decode()
    return BEFORE_CLOSING.sub("", AFTER_OPENING.sub(r"\1", " ".join(html.split())))
