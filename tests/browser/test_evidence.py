"""The evidence of a flag at a desk: what is in sight, how few presses decide, and on to the next by keys."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Decision, Kind
from tests.browser.test_worklist import DESK, clinic, dr_kim, raised, turn_keys_on  # noqa: F401
from tests.conftest import publish
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def plateaus(clinic, dr_kim):  # noqa: F811
    publish()
    flags = []
    for name in ("Ann Able", "Bo Baker"):
        patient = PatientFactory(clinic=clinic, by=dr_kim, name=name)
        trial = TrialFactory(episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim)
        keep_diary(trial.episode, [6] * 50, timezone.now().date())
        flags.append(raised(trial, Kind.PLATEAU))
    return flags


@pytest.fixture
def desk(plateaus, dr_kim, as_person):  # noqa: F811
    return as_person(dr_kim, **DESK)


def test_the_chart_is_in_sight_and_the_numbers_in_two_rows(desk, plateaus, is_accessible):
    desk.goto(f"/flags/{plateaus[0].pk}/")
    plot = desk.locator("[data-plot=pain]").bounding_box()
    assert plot["y"] + plot["height"] <= 800
    is_accessible(desk)
    desk.set_viewport_size({"width": 320, "height": 640})
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_plateau_is_decided_in_five_presses_and_leads_to_the_next(desk, plateaus):
    """Counted from the evidence page: kind, weeks, reason, look over it, record."""
    desk.goto(f"/flags/{plateaus[0].pk}/")
    presses = [
        lambda: desk.get_by_label("Continue", exact=True).check(),
        lambda: desk.get_by_role("radio", name="4 weeks").check(force=True),
        lambda: desk.get_by_label("Main reason").select_option("other"),
        lambda: desk.get_by_role("button", name="Look over the decision").click(),
        lambda: desk.get_by_role("button", name="then the next flag").click(),
    ]
    for press in presses:
        press()

    expect(desk.get_by_role("heading", level=1)).to_have_text("Bo Baker")
    assert Decision.objects.get().next_check_on == timezone.now().date() + timedelta(weeks=4)


def test_only_what_the_kind_needs_is_asked(desk, plateaus):
    desk.goto(f"/flags/{plateaus[0].pk}/")
    fields = {
        "Continue": "Next check", "Extend": "More time for this trial", "Step up": "To tier", "Reassess": None,
    }  # fmt: skip
    for kind, wanted in fields.items():
        desk.get_by_label(kind, exact=True).check()
        for name in filter(None, fields.values()):
            shown = desk.get_by_text(name, exact=False).locator("visible=true")
            expect(shown).to_have_count(1 if name == wanted else 0)
    desk.get_by_label("Continue", exact=True).check()
    expect(desk.get_by_label("Day of the next check")).not_to_be_visible()
    desk.get_by_label("On a day").check(force=True)
    expect(desk.get_by_label("Day of the next check")).to_be_visible()


def test_the_list_stands_beside_on_a_wide_screen_and_keys_move_on_it(desk, plateaus, is_accessible):
    desk.goto("/worklist/")
    turn_keys_on(desk)
    desk.goto(f"/flags/{plateaus[0].pk}/")
    beside = desk.locator("#beside")
    expect(beside.get_by_role("link", name="Ann Able")).to_have_attribute("aria-current", "page")
    is_accessible(desk)

    desk.keyboard.press("j")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Bo Baker")
    expect(beside.get_by_role("link", name="Bo Baker")).to_have_attribute("aria-current", "page")
    desk.keyboard.press("d")
    expect(desk.get_by_label("Continue", exact=True)).to_be_focused()
    desk.keyboard.press("k")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Ann Able")

    desk.set_viewport_size({"width": 1000, "height": 800})
    desk.reload()
    expect(beside).not_to_be_visible()
