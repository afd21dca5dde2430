"""What can be wrong, always as a sentence that the person who sent the file can act on."""


class BadFile(Exception):
    """The file as a whole cannot be read, or not with these columns."""


class BadValue(Exception):
    """One line cannot be taken; the message is its reason."""


def quoted(text: str) -> str:
    """A cell inside a sentence: cut where it is long, without what would break the line."""
    shown = text.strip() if len(text.strip()) <= 40 else f"{text.strip()[:40]}…"
    return f"“{''.join(sign if sign.isprintable() else '?' for sign in shown)}”"
