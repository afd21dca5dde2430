"""Free times are offered to whoever is in line for them: each to the first whom it suits, then to the next.

What is free is looked up, not reported: a visit that was cancelled or moved, leave that was taken back and
new hours all come to the same, and a sweep that dies loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse

from accounts.actions import NO_ROWS_FAULT, JobRun, post_notice
from accounts.last_look import Hold, looks_after
from accounts.models import JobFailure, Notice
from scheduling import slots
from scheduling.models import Consultation, VisitType, WaitlistEntry, WaitlistOffer
from scheduling.rules.hours import Slot
from scheduling.rules.reminding import is_night
from scheduling.rules.waiting import Wish, matched
from scheduling.visits.actions.locks import Refused, lock_patient, place, taking
from scheduling.waitlist.links import offer_token

ANSWER_WITHIN = timedelta(hours=2)
AHEAD = timedelta(days=28)
# Whoever did not answer is not asked again so soon, so that the next in line get their turn.
PAUSE = timedelta(days=1)
Answer = WaitlistOffer.Answer


def offer_free_times(*, now: datetime) -> int:
    """Offer what is free to those in line. Returns how many times were offered.

    Each type of visit by itself: one whose hours cannot be read keeps nobody else from a time.
    """
    kinds = WaitlistEntry.objects.open().values_list("visit_type", flat=True)
    return sum(_offer_or_set_apart(kind, now) for kind in kinds.order_by("visit_type").distinct())


def _offer_or_set_apart(kind: int, now: datetime) -> int:
    """In no transaction of its own: whoever books must not wait for all of these offers."""
    run = JobRun(JobFailure.Job.WAITLIST_OF_TYPE, now)
    try:
        offered = _offer_of_kind(VisitType.objects.select_related("clinic").get(pk=kind), now)
    except NO_ROWS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one type does, the others go on
        run.failed(kind, error)
        return 0
    run.done([kind])
    return offered


def _offer_of_kind(kind: VisitType, now: datetime) -> int:
    """A time whose offer raised goes to the next in line, in the same run; whoever it was for is tried with
    another once, since the row at fault may be the time's."""
    run, offered, raised = JobRun(JobFailure.Job.WAITLIST, now), 0, dict[int, set[str]]()
    settle_ended(kind, run)
    line = [entry for entry in _line(kind, run) if _may_hear_now(entry, now)]
    while line:
        wishes = [_wish(entry, raised.get(entry.pk, set())) for entry in line]
        times = dict(matched(wishes, _free(kind, now), now=now, zone=kind.clinic.zone))
        asked = [entry for entry in line if entry.pk in times]
        told = {entry.pk: _offer(run, entry, times[entry.pk]) for entry in asked}
        offered += list(told.values()).count(True)
        at_fault = {pk for pk, heard in told.items() if heard is None}
        if not at_fault:
            break
        again = at_fault - raised.keys()
        for pk in at_fault:
            raised.setdefault(pk, set()).add(times[pk].key)
        line = [entry for entry in line if entry.pk not in told or entry.pk in again]
    return offered


def _offer(run: JobRun, entry: WaitlistEntry, slot: Slot) -> bool | None:
    """As `offer_time`; None where it raised, and the entry is set apart."""
    told: list[bool] = []

    def offer(_entries: list[int]) -> int:
        told.append(offer_time(entry=entry, slot=slot, now=run.now))
        return 0

    run.do([entry.pk], offer)
    return told[0] if told else None


def _line(kind: VisitType, run: JobRun) -> list[WaitlistEntry]:
    """Whoever waits, in their order, but for rows that cannot be read."""
    rows = WaitlistEntry.objects.in_line(kind, paused_since=run.now - PAUSE)
    line: list[WaitlistEntry] = []

    def read(entries: list[int]) -> int:
        line.extend(rows.filter(pk__in=entries))
        return 0

    run.do(rows.values_list("pk", flat=True), read)
    return sorted(line, key=lambda entry: (entry.added_at, entry.pk))


def settle_ended(kind: VisitType, run: JobRun) -> None:
    """What ended without an answer: the time ran out, or staff let it go or gave it to somebody else."""
    unanswered = WaitlistOffer.objects.unanswered().filter(entry__visit_type=kind)
    ran_out, let_go = unanswered.filter(until__lte=run.now), unanswered.filter(hold=None)
    over = WaitlistEntry.objects.over().filter(visit_type=kind)

    def settle(entries: list[int]) -> int:
        of_these = {"entry__in": entries}
        ran_out.filter(**of_these).update(answer=Answer.LAPSED, answered_at=F("until"))
        let_go.filter(**of_these).update(answer=Answer.RELEASED, answered_at=run.now)
        ended = {"closing": WaitlistEntry.Closing.OVER, "closed_at": run.now}
        return over.filter(pk__in=entries).update(closed_by=F("added_by"), **ended)

    ended_offers = (ran_out | let_go).values_list("entry", flat=True)
    run.do({*ended_offers, *over.values_list("pk", flat=True)}, settle)


def _free(kind: VisitType, now: datetime) -> list[Slot]:
    today = now.astimezone(kind.clinic.zone).date()
    last = today + min(AHEAD, timedelta(days=kind.ahead_days))
    offered = slots.offered(kind.clinic, today, last, kind=kind)
    return slots.free(kind.clinic, offered, patient=None, now=now, kind=kind)


def _may_hear_now(entry: WaitlistEntry, now: datetime) -> bool:
    """Nobody has two hours to answer while they sleep."""
    by_mail = entry.reach == entry.Reach.EMAIL
    return not (by_mail and is_night(now, entry.patient.zone))


def _wish(entry: WaitlistEntry, raised: Collection[str]) -> Wish:
    wish = Wish(
        entry=entry.pk,
        notice=max(timedelta(hours=entry.notice_hours), ANSWER_WITHIN),
        weekdays=frozenset(entry.weekdays),
        from_time=entry.from_time,
        until_time=entry.until_time,
        first_on=entry.first_on,
        last_on=entry.last_on,
        clinician=entry.clinician_id,
        had=frozenset({*raised, *(offer.slot_key for offer in entry.offers.all())}),
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
