"""Two colleagues at one moment, each on a connection of their own: one is first, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from patients.models import Letter, Reassessment, ReassessmentEntry
from patients.reassessment.actions.answers import AlreadyFinished, AnsweredByColleague
from patients.reassessment.actions.letters import Words, WrittenByColleague, write_letter
from patients.reassessment.actions.reassessment import finish_reassessment
from tests.patients.reassessment.room import answer_all, begin, finished, say

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(6)


def at_once(*deeds):
    """What came of each; exceptions are results."""
    barrier = Barrier(len(deeds))

    def do(deed):
        try:
            connection.ensure_connection()
            barrier.wait()
            return deed()
        except Exception as refused:  # noqa: BLE001 - it is what the test looks at
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def refusals(results):
    return [type(each) for each in results if isinstance(each, Exception)]


def test_of_two_texts_for_one_question_one_is_refused_and_none_is_lost(trial, episode, dr_kim, now):
    own = begin(episode, dr_kim, now)
    for seen in ROUNDS:
        results = at_once(
            lambda seen=seen: say(own, "goals", {"goals": f"Walk {seen}"}, dr_kim, now, seen=seen),
            lambda seen=seen: say(own, "goals", {"goals": f"Swim {seen}"}, dr_kim, now, seen=seen),
        )
        assert refusals(results) == [AnsweredByColleague]
        own.refresh_from_db()
        newest = ReassessmentEntry.objects.latest("version")
        assert (newest.version, newest.said["goals"]) == (seen + 1, own.goals)


def test_two_who_begin_get_the_same_one(trial, episode, dr_kim, now):
    first, second = at_once(*[lambda: begin(episode, dr_kim, now)] * 2)
    assert first == second
    assert Reassessment.objects.count() == 1


def test_finishing_and_writing_never_pass_each_other(trial, episode, dr_kim, now):
    own = answer_all(begin(episode, dr_kim, now), dr_kim, now)
    results = at_once(
        lambda: finish_reassessment(reassessment=own, by=dr_kim, now=now),
        lambda: say(own, "goals", {"goals": "Swim"}, dr_kim, now, seen=1),
    )
    own.refresh_from_db()
    assert own.finished_at == now
    wrote = AlreadyFinished not in refusals(results)
    assert own.goals == ("Swim" if wrote else "Garden again")


def test_two_who_finish_finish_once(trial, episode, dr_kim, now):
    own = answer_all(begin(episode, dr_kim, now), dr_kim, now)
    done = lambda: finish_reassessment(reassessment=own, by=dr_kim, now=now)  # noqa: E731
    assert refusals(at_once(done, done)) == [AlreadyFinished]
    assert ReassessmentEntry.objects.filter(question="finished").count() == 1


def test_of_two_versions_of_a_letter_one_is_refused(trial, episode, dr_kim, now):
    own = finished(episode, dr_kim, now)
    given = {"reassessment": own, "kind": "gp", "by": dr_kim, "now": now}
    for seen in ROUNDS:
        results = at_once(
            lambda seen=seen: write_letter(words=Words(f"A {seen}", "en"), seen=seen, **given),
            lambda seen=seen: write_letter(words=Words(f"B {seen}", "en"), seen=seen, **given),
        )
        assert refusals(results) == [WrittenByColleague]
    assert Letter.objects.count() == len(ROUNDS)
