"""A time that is kept for somebody in line."""

from scheduling.models import WaitlistOffer
from scheduling.waitlist.actions.answering import join_waitlist
from scheduling.waitlist.actions.offering import offer_time


def a_kept_time(patient, kind, slot, by, now):
    wish = {"visit_type": kind, "reach": "email", "notice_hours": 2}
    entry = join_waitlist(patient=patient, by=by, now=now, **wish)
    assert offer_time(entry=entry, slot=slot, now=now)
    return WaitlistOffer.objects.get(entry=entry)
