"""The code of an e-mail, as a person finds it there."""

import re


def code_in(message):
    return re.search(r"^[A-Z0-9-]{6,9}$", message.body, re.MULTILINE).group()
