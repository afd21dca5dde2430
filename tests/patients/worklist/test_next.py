"""From one flag to the next: beside the evidence, after a decision, and what each kind asks for."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Decision
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory
from tests.pages import drawn


@pytest.fixture
def desk(sign_in, dr_kim):
    return sign_in(dr_kim)


@pytest.fixture
def three(northside, dr_kim, protocol, now):
    flags = []
    for place, name in enumerate(("Ann", "Bo", "Cy")):
        patient = PatientFactory(clinic=northside, by=dr_kim, name=name)
        trial = TrialFactory(episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim)
        asked = now + timedelta(minutes=place)
        flags.append(request_review(episode=trial.episode, reason="", protocol=protocol, now=asked))
    return flags


def sent(**more):
    return {"kind": "continue", "reason": "other", "patient_sentence": "", **more}


class TestTheNext:
    def test_recorded_and_on_to_the_next_of_the_list_she_came_from(self, three, desk):
        _ann, bo, cy = three
        decide = reverse("decide", args=[bo.pk])
        answer = desk.post(decide, sent(next_check_in="14", then="next", back="tier=2"))

        assert answer.url == f"{reverse('flag', args=[cy.pk])}?back=tier%3D2"
        assert "Recorded:" in drawn(desk.get(answer.url))
        assert Decision.objects.get().flag == bo

    def test_the_last_one_leads_back_to_the_list(self, three, desk):
        answer = desk.post(
            reverse("decide", args=[three[2].pk]), sent(next_check_in="14", then="next")
        )

        assert answer.url == reverse("worklist")
        assert "That was the last flag on this list." in drawn(desk.get(answer.url))

    def test_without_asking_for_it_one_comes_back_to_the_list(self, three, desk):
        answer = desk.post(reverse("decide", args=[three[0].pk]), sent(next_check_in="14"))
        assert answer.url == reverse("worklist")

    def test_the_list_stands_beside_with_the_present_one_marked(self, three, desk):
        page = drawn(desk.get(reverse("worklist_beside", args=[three[1].pk]), {"back": "tier=2"}))

        at = [reverse("flag", args=[flag.pk]) for flag in three]
        assert [page.index(url) for url in at] == sorted(page.index(url) for url in at)
        assert f'href="{at[1]}?back=tier%3D2" data-beside aria-current="page"' in page
        assert page.count("aria-current") == 1

    def test_not_for_strangers(self, three, sign_in, dr_strand):
        assert (
            sign_in(dr_strand).get(reverse("worklist_beside", args=[three[0].pk])).status_code
            == 404
        )


class TestWeeks:
    @pytest.mark.parametrize("weeks", [2, 4, 6])
    def test_two_four_and_six_weeks_are_one_press(self, three, desk, now, weeks):
        desk.post(reverse("decide", args=[three[0].pk]), sent(next_check_in=str(7 * weeks)))
        assert Decision.objects.get().next_check_on == now.date() + timedelta(weeks=weeks)

    def test_another_day_can_be_given(self, three, desk):
        on = {"next_check_in": "0", "next_check_on": "2026-03-20"}
        desk.post(reverse("decide", args=[three[0].pk]), sent(**on))
        assert str(Decision.objects.get().next_check_on) == "2026-03-20"

    @pytest.mark.parametrize("said", [{}, {"next_check_in": "0"}, {"next_check_in": "3"}])
    def test_no_time_at_all_is_asked_for(self, three, desk, said):
        page = desk.post(reverse("decide", args=[three[0].pk]), sent(**said))
        assert page.status_code == 422
        assert not Decision.objects.exists()

    def test_weeks_outweigh_a_day_that_was_typed_wrongly_before(self, three, desk, now):
        on = {"next_check_in": "28", "next_check_on": "2016-03-20"}
        desk.post(reverse("decide", args=[three[0].pk]), sent(**on))
        assert Decision.objects.get().next_check_on == now.date() + timedelta(weeks=4)
