"""The daily log in a real browser: by keyboard alone, without a network, twice, after a pause.

Whatever happens on the way, each form is saved once and no answer is lost.
"""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from patients.models import SymptomLog
from tests.browser.patient import SMALL, maria_in_care

pytestmark = [pytest.mark.browser, pytest.mark.processes]

STILL_HERE = "Your answers are still on this page."
SAVED = re.compile("Your log for .* is saved")


@pytest.fixture
def episode(transactional_db):
    return maria_in_care()


@pytest.fixture
def phone(as_person, episode):
    page = as_person(episode.patient.user, **SMALL)
    page.goto("/log/")
    return page


def answer(page, pain=4):
    page.locator(f"#id_average_pain_{pain}").check(force=True)
    page.get_by_label("Some", exact=True).check()


def save(page):
    page.get_by_role("button", name="Save today's log").first.click()


def expect_saved_once(page):
    expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)
    assert SymptomLog.objects.count() == 1


def widest(page):
    return page.evaluate("document.documentElement.scrollWidth")


FOCUSED = """
(() => {
  const here = document.activeElement;
  return here.name || here.getAttribute('aria-label') || here.textContent.trim();
})()
"""


def tab_to(page, name):
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            return
    pytest.fail(f"Tab never came to {name}")


def test_by_keyboard_alone_at_320_pixels(phone):
    """Tab, arrows, space and Enter: pain, exercises, a place on the map, saved."""
    press = phone.keyboard.press

    tab_to(phone, "average_pain")
    press("Space")
    for _step in range(4):
        press("ArrowRight")
    expect(phone.locator("#id_average_pain_4")).to_be_checked()
    tab_to(phone, "programme")
    press("Space")
    tab_to(phone, "Add more, or a note (optional)")
    press("Enter")
    tab_to(phone, "Neck, front")
    press("Enter")
    press("Space")
    expect(phone.locator("#id_neck_pain_0")).to_be_checked()
    assert widest(phone) <= 320
    tab_to(phone, "Save today's log")
    press("Enter")

    expect_saved_once(phone)
    log = SymptomLog.objects.get()
    assert (log.average_pain, log.neck_pain, log.programme) == (4, 0, "done")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
    assert widest(phone) <= 320


@pytest.mark.parametrize("size", [(320, 640), (390, 844)])
def test_two_taps_and_save_without_scrolling(as_person, episode, size):
    """Pain, exercises, Save: the whole of it in sight from the first moment."""
    width, height = size
    page = as_person(episode.patient.user, viewport={"width": width, "height": height})
    page.goto("/log/")
    taps = [
        page.locator(".tile", has_text="4").first,
        page.locator(".segments label", has_text="Some"),
        page.get_by_role("button", name="Save today's log"),
    ]

    for tap in taps:
        box = tap.bounding_box()
        assert box["y"] + box["height"] <= 640
        tap.click()

    expect_saved_once(page)
    log = SymptomLog.objects.get()
    assert (log.average_pain, log.programme, log.nothing_new) == (4, "some", False)


@pytest.mark.parametrize("script", [True, False])
def test_the_safety_questions_come_with_a_yes(as_person, episode, script):
    page = as_person(episode.patient.user, java_script_enabled=script, **SMALL)
    page.goto("/log/")
    question = page.get_by_label("Do you have new trouble passing urine")
    expect(question).not_to_be_visible()

    page.locator("#id_anything_new_1").check(force=True)
    question.check()
    page.locator("#id_anything_new_0").check(force=True)
    expect(question).to_be_visible()  # a tick is never hidden, nor outweighed by a No
    answer(page)
    save(page)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Get emergency care now")
    assert not SymptomLog.objects.get().nothing_new


def test_every_tile_is_large_enough_for_a_thumb(phone):
    phone.locator("details.more > summary").first.click()
    phone.get_by_role("link", name="Legs, back").click()

    for tile in phone.locator(".tile:visible").all():
        box = tile.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    for place in phone.locator(".body-map .hit").all():
        assert min(place.bounding_box()["width"], place.bounding_box()["height"]) >= 44


def test_the_map_opens_the_list_and_shows_what_has_a_number(phone):
    phone.locator("details.more > summary").first.click()
    phone.get_by_role("link", name="Back", exact=True).last.click()

    expect(phone.locator("#id_back_pain_0")).to_be_focused()
    fills = (
        "[...document.querySelectorAll('.part-back')].map((part) => getComputedStyle(part).fill)"
    )
    before = phone.evaluate(fills)
    phone.locator("#id_back_pain_6").check(force=True)
    assert phone.evaluate(fills) != before


def test_without_script_the_list_alone_is_enough(as_person, episode):
    page = as_person(episode.patient.user, java_script_enabled=False, **SMALL)
    page.goto("/log/")
    answer(page)
    page.locator("details.more > summary").first.click()
    page.locator("details.region > summary", has_text="Arm").click()
    page.locator("#id_arm_pain_3").check(force=True)
    save(page)

    expect_saved_once(page)
    assert SymptomLog.objects.get().arm_pain == 3


class TestOnceAndOnlyOnce:
    def test_a_double_tap(self, phone):
        answer(phone)
        phone.get_by_role("button", name="Save today's log").dblclick()

        expect_saved_once(phone)

    def test_the_back_button_shows_what_was_saved(self, phone):
        answer(phone)
        save(phone)
        expect_saved_once(phone)

        phone.go_back()

        expect(
            phone.get_by_text("You already logged today. Here is what you saved.")
        ).to_be_visible()
        assert SymptomLog.objects.count() == 1

    def test_two_tabs_are_two_logs_and_each_is_saved_once(self, phone):
        other = phone.context.new_page()
        other.goto("/log/")
        for page, pain in ((phone, 4), (other, 7)):
            answer(page, pain)
            save(page)
            expect(page.get_by_role("heading", level=1)).to_have_text(SAVED)

        assert sorted(log.average_pain for log in SymptomLog.objects.all()) == [4, 7]

    def test_a_reload_of_the_saved_page_saves_nothing_more(self, phone):
        answer(phone)
        save(phone)
        expect_saved_once(phone)

        phone.reload()

        expect_saved_once(phone)


class TestTheNetworkDrops:
    def test_the_answers_stay_it_says_so_and_sends_them_when_it_is_back(self, phone):
        answer(phone)
        phone.context.set_offline(True)

        save(phone)

        expect(phone.get_by_text(STILL_HERE)).to_be_visible()
        expect(phone.locator("#id_average_pain_4")).to_be_checked()
        assert not SymptomLog.objects.exists()
        phone.context.set_offline(False)
        expect_saved_once(phone)

    def test_an_answer_that_got_lost_on_its_way_back_is_not_a_second_log(self, phone):
        """The server has saved the log, the phone has not heard of it."""
        lost = []

        def lose(route):
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch(max_redirects=0))
                route.abort("connectionreset")
            else:
                route.continue_()

        phone.route("**/log/**", lose)
        answer(phone)
        save(phone)
        expect(phone.get_by_text("We could not save that.")).to_be_visible()
        expect(phone.locator("#id_average_pain_4")).to_be_checked()
        assert SymptomLog.objects.count() == 1

        phone.evaluate("dispatchEvent(new Event('online'))")

        expect_saved_once(phone)

    def test_it_tries_again_by_itself(self, phone):
        refused = []

        def refuse_once(route):
            if route.request.method == "POST" and not refused:
                refused.append(route.abort())
            else:
                route.continue_()

        phone.clock.install()
        phone.route("**/log/**", refuse_once)
        answer(phone)
        save(phone)
        expect(phone.get_by_text("We could not save that.")).to_be_visible()

        phone.clock.fast_forward(11_000)

        expect_saved_once(phone)

    def test_a_change_waits_as_well(self, phone):
        answer(phone)
        save(phone)
        expect_saved_once(phone)
        phone.get_by_role("link", name="Change your answers").click()
        phone.locator("#id_average_pain_2").check(force=True)
        phone.context.set_offline(True)
        phone.get_by_role("button", name="Save").click()
        expect(phone.get_by_text(STILL_HERE)).to_be_visible()

        phone.context.set_offline(False)

        expect(phone.get_by_text("Pain 2").first).to_be_visible()
        assert SymptomLog.objects.get().average_pain == 2


class TestTheSessionEnds:
    def sign_in_again(self, page, user, site):
        """As the code of an e-mail would: in a new session."""
        name = settings.SESSION_COOKIE_NAME
        client = Client()
        client.force_login(user)
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    def test_she_signs_in_and_finds_her_answers(self, phone, episode, site):
        answer(phone)
        Session.objects.all().delete()
        save(phone)
        expect(phone.get_by_text("For your privacy we signed you out.")).to_be_visible()

        self.sign_in_again(phone, episode.patient.user, site)
        phone.goto("/log/")

        expect(
            phone.get_by_text("Your answers are still here. Press Save to go on.")
        ).to_be_visible()
        expect(phone.locator("#id_average_pain_4")).to_be_checked()
        save(phone)
        expect_saved_once(phone)

    def test_signed_in_anew_in_another_tab_the_old_form_leads_back_to_its_answers(
        self, phone, episode, site
    ):
        """Its token is older than the session: the server keeps the answers and says where they are."""
        answer(phone)
        self.sign_in_again(phone, episode.patient.user, site)
        phone.context.clear_cookies(name="csrftoken")
        save(phone)

        phone.get_by_role("link", name="Go back to your answers").click()

        expect(phone.locator("#id_average_pain_4")).to_be_checked()
        save(phone)
        expect_saved_once(phone)
