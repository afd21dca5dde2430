"""What a browser sends of a page's first form with many fields: as it stands, without any button."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sent = {}
        self.text = self.select = None

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        name = own.get("name")
        if tag == "textarea":
            self.text, self.sent[name] = name, ""
        elif tag == "select":
            self.select, self.sent[name] = name, ""
        elif tag == "option" and self.select and "selected" in own:
            self.sent[self.select] = own.get("value", "")
        elif tag == "input" and name and self._is_sent(own):
            self.sent[name] = own.get("value", "on")

    def _is_sent(self, own):
        return own.get("type") not in ("radio", "checkbox") or "checked" in own

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = None
        if tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.text:
            self.sent[self.text] += data


def sent(answer):
    fields = Fields()
    fields.feed(answer.content.decode())
    # A browser drops the line break that a textarea begins with.
    return {name: text.removeprefix("\n") for name, text in fields.sent.items()}
