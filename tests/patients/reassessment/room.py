"""A reassessment answered through its actions."""

from patients.reassessment.actions.answers import answer
from patients.reassessment.actions.reassessment import begin_reassessment, finish_reassessment
from patients.reassessment.questions import questions_of
from tests.pages import drawn

SAID = {
    "imaging": {"imaging_reviewed": "yes", "imaging_note": "As before"},
    "function": {"function_note": "Walks 20 minutes"},
    "goals": {"goals": "Garden again"},
    "interest": {"interest_disclosed": "The clinic offers none of them."},
    "decision": {"shared_decision": "Go on with exercise, look again in June."},
    "outcome": {"outcome": "continue-conservative-care"},
    "option-continue-conservative-care": {"considered": "yes", "note": "Her wish"},
}


def begin(episode, by, now):
    return begin_reassessment(episode=episode, by=by, now=now)


def say(reassessment, key, said, by, now, seen=0):
    question = questions_of(reassessment)[key]
    return answer(question=question, said=said, seen=seen, by=by, now=now)


def answer_all(reassessment, by, now):
    """Every question; every sign refused."""
    for key, said in SAID.items():
        say(reassessment, key, said, by, now)
    for key in questions_of(reassessment):
        if key.startswith("sign-"):
            say(reassessment, key, {"confirmed": "no"}, by, now)
    reassessment.refresh_from_db()
    return reassessment


def finished(episode, by, now):
    whole = answer_all(begin(episode, by, now), by, now)
    return finish_reassessment(reassessment=whole, by=by, now=now)


def read(answer):
    return drawn(answer)
