"""The question for the next visit: hers to change until it has been talked about."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.models import VisitQuestion
from patients.portal.actions.visit_question import ask_for_visit, mark_discussed

pytestmark = pytest.mark.django_db


def test_she_may_change_it_until_it_is_talked_about(episode, dr_kim, now):
    first = ask_for_visit(episode=episode, question="Can I lift?", now=now)
    later = now + timedelta(days=1)
    changed = ask_for_visit(episode=episode, question="Can I swim?", now=later)

    assert VisitQuestion.objects.get() == first == changed
    assert (changed.question, changed.asked_at) == ("Can I swim?", later)

    mark_discussed(question=changed, by=dr_kim, now=later)
    ask_for_visit(episode=episode, question="Can I run?", now=later)

    asked = VisitQuestion.objects.order_by("pk")
    assert [(one.question, one.discussed_by) for one in asked] == [
        ("Can I swim?", dr_kim),
        ("Can I run?", None),
    ]


def test_the_same_words_again_change_nothing(episode, now):
    for hours in range(2):
        ask_for_visit(episode=episode, question="Can I lift?", now=now + timedelta(hours=hours))

    assert VisitQuestion.objects.get().asked_at == now
    assert str(VisitQuestion.objects.get()) == "Can I lift?"


def test_the_first_tick_stands(episode, dr_kim, ada, now):
    asked = ask_for_visit(episode=episode, question="Can I lift?", now=now)
    for by in (dr_kim, ada):
        ticked = mark_discussed(question=asked, by=by, now=now)

    assert ticked.discussed_by == dr_kim


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"question": ""}, "visit_question_has_words"),
        ({"question": "Why?", "discussed": True}, "visit_question_discussed_at_with_by"),
        ({"question": "Why?"}, "one_question_for_the_next_visit"),
    ],
)
def test_the_database_refuses_what_cannot_be(episode, now, given, name):
    ask_for_visit(episode=episode, question="Can I lift?", now=now)
    discussed = now if given.pop("discussed", False) else None

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VisitQuestion.objects.create(episode=episode, asked_at=now, discussed_at=discussed, **given)
