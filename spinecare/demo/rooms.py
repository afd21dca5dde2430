"""What stands in the safety desk and the reassessment room, so that both can be looked at: an emergency that
nobody called about yet, a patient who did not pick up, one who was examined; and a reassessment that was
finished, with a letter that is final, one that is a draft, and a visit asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from pathway.models import Protocol
from patients.flags.safety_answers import answer_safety
from patients.models import (
    Flag,
    Letter,
    Reassessment,
    SafetyAdvice,
    SafetyCall,
    SafetyOutcome,
    VisitRequest,
)
from patients.reassessment.actions.answers import answer
from patients.reassessment.actions.letters import Words, make_final, write_letter
from patients.reassessment.actions.reassessment import begin_reassessment, finish_reassessment
from patients.reassessment.actions.visit_request import request_visit
from patients.reassessment.questions import NO, YES, questions_of
from patients.reassessment.selectors.facts import facts_of
from patients.reassessment.selectors.letter_clinic import gp_letter
from patients.reassessment.selectors.letter_patient import patient_letter
from patients.safety_desk.actions.calls import note_call
from patients.safety_desk.actions.outcomes import Found, record_outcome
from spinecare.demo.diary import Diary
from spinecare.demo.records import look_at_images
from spinecare.demo.staff import Staff

SAID = {
    "imaging": {
        "imaging_reviewed": YES,
        "imaging_note": "Both pictures looked at together: the same bulge, no nerve pressed.",
    },
    "function": {"function_note": "Walks half an hour, sits for one. Lifting is what is hard."},
    "goals": {"goals": "Back to work for full days; carry the shopping home."},
    "option-continue-conservative-care": {
        "considered": YES,
        "note": "Would go on if nothing else promises more.",
    },
    "option-multidisciplinary-rehabilitation": {
        "considered": YES,
        "note": "Three weeks, by day. Wants to try this first.",
    },
    "option-biologic-or-intradiscal": {"considered": NO, "note": ""},
    "option-surgical-consultation": {
        "considered": YES,
        "note": "Does not want an operation now; would hear an opinion later.",
    },
    "interest": {"interest_disclosed": "The clinic runs the rehabilitation programme itself."},
    "decision": {"shared_decision": "The rehabilitation programme, then we look again."},
    "outcome": {"outcome": "multidisciplinary-rehabilitation"},
}
FAMILY_DOCTOR = "Dr. Ellen Park, Riverside Family Practice"


def fill_rooms(diaries: list[Diary], staff: Staff, *, now: datetime) -> None:
    _was_examined(diaries[21], staff, now - timedelta(days=3))
    _did_not_pick_up(diaries[27], staff, now - timedelta(hours=2))
    _finish_reassessment(diaries[53], staff, now)


def _say_yes(diary: Diary, key: str, now: datetime) -> Flag:
    question = Protocol.objects.current().safety_questions.get(key=key)
    answer_safety(
        episode=diary.episode,
        yes_to=[question],
        submission_id=uuid5(NAMESPACE_URL, f"{diary.person.number}/{key}"),
        by=diary.episode.patient.user or diary.episode.patient.registered_by,
        now=now,
    )
    return Flag.objects.holding().get(episode=diary.episode)


def _did_not_pick_up(diary: Diary, staff: Staff, now: datetime) -> None:
    flag = _say_yes(diary, "fever", now)
    note_call(
        flag=flag,
        result=SafetyCall.Result.NO_ANSWER,
        note="Rang out twice; no answering machine.",
        by=staff.second_clinician,
        now=now + timedelta(minutes=25),
    )


def _was_examined(diary: Diary, staff: Staff, now: datetime) -> None:
    """Called within the hour, seen on the same day; the rules have looked at the scores since."""
    flag, by = _say_yes(diary, "weakness", now), staff.clinician
    note_call(
        flag=flag,
        result=SafetyCall.Result.REACHED,
        note="Left foot feels weaker since Friday, no numbness. Comes in at three.",
        by=by,
        now=now + timedelta(minutes=40),
    )
    newest = SafetyAdvice.objects.filter(episode=diary.episode).latest("pk")
    found = Found(SafetyOutcome.Kind.EXAMINED, "Strength full and equal, reflexes as before.")
    record_outcome(flag=flag, found=found, seen=newest.pk, by=by, now=now + timedelta(hours=5))


def _finish_reassessment(diary: Diary, staff: Staff, now: datetime) -> None:
    by, held_on = staff.clinician, now - timedelta(days=2)
    look_at_images(diary.episode, by, held_on)
    own = begin_reassessment(episode=diary.episode, by=by, now=held_on)
    for key, question in questions_of(own).items():
        said = {"confirmed": NO} if key.startswith("sign-") else SAID.get(key)
        if said:
            answer(question=question, said=said, seen=0, by=by, now=held_on)
    own.refresh_from_db()
    own = finish_reassessment(reassessment=own, by=by, now=held_on + timedelta(minutes=30))
    due_on = (now + timedelta(days=9)).date()
    purpose = VisitRequest.Purpose.NEXT_STEP
    request_visit(reassessment=own, purpose=purpose, due_on=due_on, by=by, now=held_on)
    _write_letters(own, staff, held_on + timedelta(hours=1))


def _write_letters(own: Reassessment, staff: Staff, now: datetime) -> None:
    """To the family doctor, ready to be printed; to the patient, still a draft."""
    facts, by = facts_of(own, now), staff.clinician
    to_doctor = Words(gp_letter(facts), "en", FAMILY_DOCTOR)
    letter = write_letter(
        reassessment=own, kind=Letter.Kind.GP, words=to_doctor, seen=0, by=by, now=now
    )
    make_final(letter=letter, by=by, now=now + timedelta(minutes=5))
    to_patient = Words(patient_letter(facts), own.episode.patient.language)
    write_letter(
        reassessment=own, kind=Letter.Kind.PATIENT, words=to_patient, seen=0, by=by, now=now
    )
