"""Nobody guesses their way into records that are not theirs; a dead Redis keeps nobody out."""

from uuid import uuid4

import pytest
import redis
from django.core.cache import caches
from django.urls import reverse

from patients.care_team.actions.care_team import set_care_team_only
from patients.models import BreakGlass
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_search_yet(settings):
    """Keys of our own: other tests run beside this one in the same Redis."""
    own = {"KEY_PREFIX": uuid4().hex}
    settings.CACHES = {name: cache | own for name, cache in settings.CACHES.items()}


@pytest.fixture
def desk(northside, sign_in):
    set_care_team_only(clinic=northside, on=True)
    return sign_in(StaffFactory(clinic=northside, role="clinician", name="Dr. Lee"))


def search(desk, patient, born="1971-05-04", **more):
    sent = {"number": patient.number, "birth_date": born, **more}
    return desk.post(reverse("emergency"), sent)


def guess(desk, patient, times):
    return [search(desk, patient, born=f"1970-01-{day + 1:02}").status_code for day in range(times)]


def test_after_ten_misses_searching_rests_for_an_hour(maria, desk, now):
    assert guess(desk, maria, 11) == [422] * 10 + [429]
    right = search(desk, maria, reason="On call")
    assert right.status_code == 429
    page = right.content.decode()
    assert "Too many searches found nobody" in page
    assert "Maria Ortiz" not in page
    assert desk.get(reverse("emergency")).status_code == 200
    assert not BreakGlass.objects.exists()


def test_what_finds_somebody_is_not_counted(maria, desk, now):
    for _ in range(12):
        assert "Maria Ortiz" in search(desk, maria).content.decode()
    assert search(desk, maria, reason="On call").status_code == 302


def test_a_colleague_is_not_held_up(maria, desk, dr_kim, sign_in, now):
    guess(desk, maria, 11)
    assert "Maria Ortiz" in search(sign_in(dr_kim), maria).content.decode()


def test_without_redis_the_record_still_opens(maria, desk, settings, now):
    settings.CACHES = {
        name: {**cache, "LOCATION": "redis://127.0.0.1:1/0"}
        for name, cache in settings.CACHES.items()
    }
    with pytest.raises(redis.ConnectionError):
        caches["redis"].get("anything")
    assert search(desk, maria, born="1970-01-01").status_code == 422
    assert search(desk, maria, reason="On call").status_code == 302
