"""From a list to a flag, on to the next one, and back to the same list after deciding."""

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Flag
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db

TIER_2 = "tier=2"


@pytest.fixture
def three(northside, dr_kim, protocol, now):
    """Three requests in the order of the list; the one in the middle is of another tier."""
    flags = []
    for name, level in (("Ann", 2), ("Ben", 3), ("Cleo", 2)):
        episode = EpisodeFactory(
            patient=PatientFactory(clinic=northside, by=dr_kim, name=name), by=dr_kim
        )
        TrialFactory(episode=episode, by=dr_kim, level=level)
        flags.append(request_review(episode=episode, reason="", protocol=protocol, now=now))
    return flags


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def page(desk, url, **asked):
    return drawn(desk.get(url, asked))


def following(desk, flag, **asked):
    return desk.get(reverse("next_flag", args=[flag.pk]), asked)


def at(flag):
    return reverse("flag", args=[flag.pk])


def test_the_row_the_page_and_the_next_flag_keep_the_list(three, desk):
    ann, ben, cleo = three
    assert f'href="{at(ann)}?back=tier%3D2"' in page(desk, reverse("worklist"), tier="2")
    shown = page(desk, at(ann), back=TIER_2)
    assert f'href="{reverse("worklist")}?{TIER_2}"' in shown
    assert f'href="{reverse("next_flag", args=[ann.pk])}?back=tier%3D2" rel="next"' in shown
    assert following(desk, ann, back=TIER_2).url == f"{at(cleo)}?back=tier%3D2"
    assert following(desk, ann).url == at(ben)
    last = following(desk, cleo, back=TIER_2)
    assert last.url == f"{reverse('worklist')}?{TIER_2}"
    assert "That was the last flag on this list." in page(desk, last.url)


def test_after_deciding_the_same_list_is_there(three, desk):
    answers = {"kind": "reassess", "reason": "other", "back": TIER_2}
    url = reverse("decide", args=[three[0].pk])
    assert f'name="back" value="{TIER_2}"' in desk.post(url, answers).content.decode()
    answer = desk.post(url, {**answers, "patient_sentence": "We will call you."})
    assert answer.url == f"{reverse('worklist')}?{TIER_2}"
    assert Flag.objects.open().count() == 2


def test_who_was_second_reads_the_first_and_still_finds_back(three, desk, dr_kim, now):
    choice = Choice(kind="reassess", reason="other")
    decide(flag=three[0], choice=choice, by=dr_kim, now=now)
    answers = {"kind": "reassess", "reason": "other", "back": TIER_2, "patient_sentence": "Hello."}
    answer = desk.post(reverse("decide", args=[three[0].pk]), answers)
    assert answer.url == f"{at(three[0])}?back=tier%3D2"


def test_the_page_says_age_and_day_as_the_list_does(three, desk):
    shown = page(desk, at(three[0]))
    assert "54 years, Female" in shown
    assert "day 56" in shown
    assert "No visit booked" in shown
