"""What Joy answers on each page of her intake, and how she gets through it."""

from itertools import takewhile
from uuid import uuid4

from django.urls import reverse

from patients.intake.actions import answer_intake

ANSWERS = {
    "safety": {"alarms": ["none"]},
    "risks": {"facts": ["none"]},
    "health": {"alarms": ["none"]},
    "where": {"region": "back"},
    "spread": {"spread": "yes"},
    "words": {"words": "I want to lift my grandson again."},
    "onset": {"onset_on": "", "about": "4", "unit": "years"},
    "self-care": {
        "tried": ["heat", "other"], "other": "Swimming", "weeks": "100", "done": "most",
        "helped": "some",
    },
    "therapy": {
        "tried": ["core-and-hip-strengthening"], "weeks": "12", "done": "most", "helped": "no",
    },
    "medication": {"tried": ["none"]},
    "procedures": {"tried": ["none"]},
    "pain": {"usual_pain": "6"},
    "daily-life": {},  # by the protocol's items: see `page_answers`
    "medicines": {"name_0": "Ibuprofen", "use_0": "needed", "name_1": "", "name_2": ""},
    "pictures": {"mri": "2025-11", "ct": "", "xray": ""},
    "veteran": {"veteran": "yes"},
    "contact": {"phone": "555-0199", "reach": "phone", "language": "en", "reminder_hour": "18"},
}  # fmt: skip
YEARS_OF_CARE = {
    "medication": {"tried": ["nsaid"], "weeks": "8", "done": "most", "helped": "no"},
    "procedures": {
        "tried": ["epidural-steroid-injection"], "weeks": "1", "done": "most", "helped": "some",
    },
}  # fmt: skip


def page_answers(key, protocol, **changes):
    if key == "daily-life":
        items = protocol.instruments.get(key="peg").items_to_show()
        return {item.key: "5" for item in items} | changes
    return ANSWERS[key] | changes


def url(key):
    return reverse("intake_page", args=[key])


def answer(browser, key, protocol, **changes):
    """Fill in one page; returns the answer of the server."""
    sent = page_answers(key, protocol, **changes)
    return browser.post(url(key), {"submission_id": uuid4(), **sent})


def answer_all(joy, protocol, now, changes=None, up_to="check"):
    """Every page up to this one, without the pages' forms in between: that is quicker."""
    for key in takewhile(lambda one: one != up_to, ANSWERS):
        answer_intake(
            patient=joy,
            page=key,
            answers=page_answers(key, protocol, **(changes or {}).get(key, {})),
            by=joy.user,
            now=now,
        )


def send(phone):
    return phone.post(reverse("intake_check"))
