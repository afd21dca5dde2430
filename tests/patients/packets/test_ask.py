"""From step 4 on, the evidence page says quietly how much of what payers ask is documented."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Flag
from patients.packets.panels import payers_ask
from patients.packets.selectors.proof import proof_page, proof_pages
from tests.factories import TrialFactory
from tests.patients.record_data import an_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag_at(episode, dr_kim, protocol, now):
    def made(level):
        TrialFactory(episode=episode, by=dr_kim, level=level)
        return request_review(episode=episode, reason="", protocol=protocol, now=now)

    return made


def test_at_step_4_each_payer_is_one_line_that_leads_on(flag_at, desk, sets, episode, dr_kim, now):
    an_image(episode, dr_kim, now)
    page = desk.get(reverse("flag", args=[flag_at(4).pk])).content.decode()
    asked = sets["medicare-esi-first"]
    proof = proof_page(episode, asked, now.date())
    said = " ".join(page.split())
    assert f"{proof.met} of {len(proof.lines)} documented; open:" in said
    assert all(line.criterion.title in said for line in proof.not_documented)
    assert reverse("proof", args=[episode.pk, asked.key]) in page
    assert "A plan decides" in said


def test_below_step_4_nothing_is_said(flag_at, desk, sets):
    page = desk.get(reverse("flag", args=[flag_at(2).pk])).content.decode()
    assert "What payers ask" not in page


def test_an_expired_set_is_not_counted(flag_at, sets, now):
    flag = flag_at(4)
    last = max(asked.expires_on for asked in sets.values())
    assert payers_ask(flag)["pages"]
    with time_machine.travel(datetime.combine(last, time(12), UTC) + timedelta(days=1)):
        assert payers_ask(flag)["pages"] == []


def test_all_sets_at_once_answer_as_each_alone(episode, trial, sets, dr_kim, now):
    an_image(episode, dr_kim, now)
    today = now.date()
    alone = [proof_page(episode, one, today) for one in sets.values()]
    assert proof_pages(episode, list(sets.values()), today) == alone
    assert proof_pages(episode, [], today) == []


def test_however_many_sets_the_record_is_read_once(flag_at, sets, django_assert_max_num_queries):
    flag = Flag.objects.select_related("episode__patient__clinic", "trial").get(pk=flag_at(4).pk)
    with django_assert_max_num_queries(25):
        assert len(payers_ask(flag)["pages"]) >= 4
