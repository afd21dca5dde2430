"""What the database refuses by itself, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from patients.models import Letter, OptionWeighed, Reassessment, ReassessmentEntry, SignSeen
from patients.reassessment.actions.letters import Words, write_letter
from tests.patients.reassessment.room import answer_all, begin, finished, say
from tests.stage import staged

pytestmark = pytest.mark.django_db


@staged
def whole(trial, episode, dr_kim, now):
    """Finished, with a draft to the GP."""
    own = finished(episode, dr_kim, now)
    words = Words("Dear colleague", "en")
    write_letter(reassessment=own, kind="gp", words=words, seen=0, by=dr_kim, now=now)
    return own


def refuses(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def entry(own, by, now, **more):
    fields = {"question": "goals", "version": 1, "said": {"goals": "x"}, "entered_at": now}
    return ReassessmentEntry.objects.create(reassessment=own, entered_by=by, **fields | more)


def letter(own, by, now, **more):
    fields = {
        "kind": "gp", "version": 2, "state": "draft", "language": "en", "text": "x",
        "entered_at": now,
    }  # fmt: skip
    return Letter.objects.create(reassessment=own, entered_by=by, **fields | more)


@pytest.mark.parametrize("version", [0, 2, 3])
def test_an_answer_is_numbered_without_a_gap(trial, episode, dr_kim, now, version):
    own = begin(episode, dr_kim, now)
    refuses("next_in_line", lambda: entry(own, dr_kim, now, version=version))


def test_a_version_of_an_answer_is_taken_once(trial, episode, dr_kim, now):
    own = begin(episode, dr_kim, now)
    say(own, "goals", {"goals": "Walk"}, dr_kim, now)
    refuses("next_in_line", lambda: entry(own, dr_kim, now))
    entry(own, dr_kim, now, question="function")


def test_an_entry_names_its_question(trial, episode, dr_kim, now):
    own = begin(episode, dr_kim, now)
    refuses("entry_names_its_question", lambda: entry(own, dr_kim, now, question=""))


@pytest.mark.parametrize("model", [ReassessmentEntry, Letter])
def test_what_was_entered_stays(whole, model):
    rows = model.objects.all()
    assert str(rows.first())
    for change in (rows.delete, lambda: rows.update(entered_at="2026-01-01T00:00Z")):
        with pytest.raises(DatabaseError, match=r"Cannot (delete|update)"), transaction.atomic():
            change()


def test_a_sign_without_an_answer_keeps_it_open(trial, episode, dr_kim, now):
    own = answer_all(begin(episode, dr_kim, now), dr_kim, now)
    SignSeen.objects.filter(sign__key="progressive-disc-change").update(confirmed=None)
    done = {"finished_at": now, "finished_by": dr_kim}
    everything = Reassessment.objects.filter(pk=own.pk)
    refuses("reassessment_finished_signs_answered", lambda: everything.update(**done))
    SignSeen.objects.update(confirmed=False)
    everything.update(**done)


@pytest.mark.parametrize("held_on", ["2026-03-04", "2199-01-01"])
def test_it_was_not_held_after_it_was_finished(trial, episode, dr_kim, now, held_on):
    own = answer_all(begin(episode, dr_kim, now), dr_kim, now)
    done = {"finished_at": now, "finished_by": dr_kim, "held_on": held_on}
    rows = Reassessment.objects.filter(pk=own.pk)
    refuses("reassessment_held_before_finished", lambda: rows.update(**done))


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Reassessment, {"goals": "Other"}),
        (Reassessment, {"held_on": "2026-01-01"}),
        (Reassessment, {"finished_at": "2026-03-03T00:00Z"}),
        (SignSeen, {"confirmed": True}),
        (SignSeen, {"basis": "other numbers"}),
        (OptionWeighed, {"note": "other words"}),
    ],
)
def test_finished_it_is_fixed_in_all_its_parts(whole, model, fields):
    refuses("reassessment_finished_is_fixed", lambda: model.objects.update(**fields))


def test_finished_it_takes_no_further_answer(whole, dr_kim, now):
    more = {"version": 2, "said": {"goals": "y"}}
    refuses("reassessment_finished_is_fixed", lambda: entry(whole, dr_kim, now, **more))


def test_finished_it_can_still_be_withdrawn(whole, dr_kim, now):
    Reassessment.objects.update(withdrawn_at=now, withdrawn_by=dr_kim)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"version": 1}, "next_in_line"),
        ({"version": 3}, "next_in_line"),
        ({"kind": "note", "version": 1}, "letter_kind_known"),
        ({"text": ""}, "letter_has_words"),
        ({"state": "sent"}, "letter_withdrawn_with_reason"),
        ({"state": "withdrawn"}, "letter_withdrawn_with_reason"),
        ({"reason": "why"}, "letter_withdrawn_with_reason"),
        ({"state": "final"}, "letter_final_is_addressed"),
        (
            {"state": "final", "addressee": "Dr. Roe", "text": "a [[ gap ]]"},
            "letter_final_has_no_gap",
        ),
    ],
)
def test_a_letter_is_whole_or_refused(whole, dr_kim, now, fields, name):
    refuses(name, lambda: letter(whole, dr_kim, now, **fields))


def test_a_letter_to_the_patient_needs_no_address(whole, dr_kim, now):
    assert letter(whole, dr_kim, now, kind="patient", version=1, state="final").is_final


def test_one_visit_is_asked_for_by_a_reassessment(whole, episode, dr_kim, now):
    asked = {
        "episode": episode, "reassessment": whole, "purpose": "review", "due_on": "2026-03-09",
        "requested_at": now, "requested_by": dr_kim,
    }  # fmt: skip
    episode.visit_requests.create(**asked)
    refuses("reassessment_id", lambda: episode.visit_requests.create(**asked))
