"""Free times are offered to whoever is in line for them: each to the first whom it suits, then to the next.

What is free is looked up, not reported: a visit that was cancelled or moved, leave that was taken back and
new hours all come to the same, and a sweep that dies loses nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse

from accounts.actions import JobRun, post_notice
from accounts.last_look import Hold, looks_after
from accounts.models import JobFailure, Notice
from scheduling import slots
from scheduling.models import Consultation, VisitType, WaitlistEntry, WaitlistOffer
from scheduling.rules.hours import Slot
from scheduling.rules.reminding import is_night
from scheduling.rules.waiting import Wish, matched
from scheduling.visits.actions.locks import Refused, lock_patient, place, taking
from scheduling.waitlist.actions.answering import close
from scheduling.waitlist.links import offer_token

ANSWER_WITHIN = timedelta(hours=2)
AHEAD = timedelta(days=28)
# Whoever did not answer is not asked again so soon, so that the next in line get their turn.
PAUSE = timedelta(days=1)
Answer = WaitlistOffer.Answer


def offer_free_times(*, now: datetime) -> int:
    """Offer what is free to those in line. Returns how many times were offered."""
    run = JobRun(JobFailure.Job.WAITLIST, now)
    return sum(_offer_of_kind(run, kind) for kind in WaitlistEntry.objects.open().kinds())


def _offer_of_kind(run: JobRun, kind: VisitType) -> int:
    now = run.now
    settle_ended(kind, now)
    line = list(WaitlistEntry.objects.in_line(kind, paused_since=now - PAUSE))
    wishes = [_wish(entry) for entry in line if _may_hear_now(entry, now)]
    found = matched(wishes, _free(kind, now), now=now, zone=kind.clinic.zone) if wishes else []
    entries, times = {entry.pk: entry for entry in line}, dict(found)

    def offer(chosen: list[int]) -> int:
        return sum(offer_time(entry=entries[pk], slot=times[pk], now=now) for pk in chosen)

    return sum(run.do([pk], offer) for pk in times)


def settle_ended(kind: VisitType, now: datetime) -> None:
    """What ended without an answer: the time ran out, or staff let it go or gave it to somebody else."""
    unanswered = WaitlistOffer.objects.unanswered().filter(entry__visit_type=kind)
    unanswered.filter(until__lte=now).update(answer=Answer.LAPSED, answered_at=F("until"))
    unanswered.filter(hold=None).update(answer=Answer.RELEASED, answered_at=now)
    for entry in WaitlistEntry.objects.over().filter(visit_type=kind).select_related("visit"):
        close(entry, WaitlistEntry.Closing.OVER, entry.added_by, now)


def _free(kind: VisitType, now: datetime) -> list[Slot]:
    today = now.astimezone(kind.clinic.zone).date()
    last = today + min(AHEAD, timedelta(days=kind.ahead_days))
    offered = slots.offered(kind.clinic, today, last, kind=kind)
    return slots.free(kind.clinic, offered, patient=None, now=now, kind=kind)


def _may_hear_now(entry: WaitlistEntry, now: datetime) -> bool:
    """Nobody has two hours to answer while they sleep."""
    by_mail = entry.reach == entry.Reach.EMAIL
    return not (by_mail and is_night(now, entry.patient.zone))


def _wish(entry: WaitlistEntry) -> Wish:
    wish = Wish(
        entry=entry.pk,
        notice=max(timedelta(hours=entry.notice_hours), ANSWER_WITHIN),
        weekdays=frozenset(entry.weekdays),
        from_time=entry.from_time,
        until_time=entry.until_time,
        first_on=entry.first_on,
        last_on=entry.last_on,
        clinician=entry.clinician_id,
        had=frozenset(offer.slot_key for offer in entry.offers.all()),
    )
    return wish if entry.visit is None else _earlier(wish, entry.visit)


def _earlier(wish: Wish, has: Consultation) -> Wish:
    """Whoever has a visit at a time that suits them wants an earlier one."""
    zone = has.patient.clinic.zone
    suits = has.is_to_come and wish.suits(has.starts, has.ends, zone)
    return replace(wish, before=has.starts) if suits else wish


def offer_time(*, entry: WaitlistEntry, slot: Slot, now: datetime) -> bool:
    """Hold the time and tell them; False where somebody was quicker, or they have a visit then."""
    kind = entry.visit_type
    try:
        with taking(slot, entry.patient, now, kind):
            lock_patient(entry.patient)
            if not WaitlistEntry.objects.open_without_offer().filter(pk=entry.pk).exists():
                return False
            hold = _hold(entry, slot, now)
            _tell(_note(entry, hold, now), now)
    except Refused:
        return False
    return True


def _kept_until(entry: WaitlistEntry, slot: Slot, now: datetime) -> datetime:
    by_phone = entry.reach == entry.Reach.PHONE
    return slot.starts if by_phone else min(now + ANSWER_WITHIN, slot.starts)


def _hold(entry: WaitlistEntry, slot: Slot, now: datetime) -> Consultation:
    hold = Consultation(
        patient=entry.patient,
        visit_type=entry.visit_type,
        state=Consultation.State.HELD,
        held_until=_kept_until(entry, slot, now),
        held_by=entry.added_by,
        offered_at=now,
    )
    place(hold, slot, now)
    return hold


def _note(entry: WaitlistEntry, hold: Consultation, now: datetime) -> WaitlistOffer:
    slot = hold.slot
    return WaitlistOffer.objects.create(
        entry=entry,
        hold=hold,
        slot_key=slot.key,
        starts_at=slot.starts,
        clinician_id=slot.clinician,
        offered_at=now,
        until=_kept_until(entry, slot, now),
    )


def _tell(offer: WaitlistOffer, now: datetime) -> None:
    """By e-mail where they want it so; the others are on the waitlist's page, to be called."""
    patient = offer.entry.patient
    if offer.entry.reach == WaitlistEntry.Reach.PHONE or patient.user is None:
        return
    post_notice(
        kind=Notice.Kind.WAITLIST_OFFER,
        key=f"waitlist-offer:{offer.hold and offer.hold.uid}",
        clinic=patient.clinic,
        email=patient.user.email,
        whom=patient.mail_name,
        language=patient.language,
        path=reverse("offered_time", args=[offer_token(offer)]),
        now=now,
    )


@looks_after(Notice.Kind.WAITLIST_OFFER)
def look_once_more(notice: Notice, now: datetime) -> Hold | None:
    """A time that ended meanwhile is not told of any more."""
    uid = notice.key.removeprefix("waitlist-offer:")
    held = Consultation.objects.select_for_update(no_key=True).filter(uid=uid, held_until__gt=now)
    return None if held.first() else Hold()
