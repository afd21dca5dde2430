"""A log without a network: kept on the phone until the server has it, never called saved before, never twice."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import SafetyAnswer, SymptomLog
from patients.record.actions.language import choose_language
from tests.browser.patient import SMALL, maria_in_care

pytestmark = [pytest.mark.browser, pytest.mark.processes]

READY = "navigator.serviceWorker.ready.then(() => new Promise((go) => navigator.serviceWorker.controller ? go(true) : navigator.serviceWorker.addEventListener('controllerchange', () => go(true))))"
# What lies in the store, as it could be read by a script: names of entries, and what of each is no key and no bytes.
STORE = """
new Promise((go) => {
  const request = indexedDB.open('spinecare-unsent', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('kept');
  request.onsuccess = () => {
    const rows = request.result.transaction('kept').objectStore('kept').getAll();
    rows.onsuccess = () => { request.result.close(); go(rows.result.map((row) => ({
      ...row, key: row.key && row.key.extractable, iv: undefined, locked: row.locked && new TextDecoder().decode(row.locked),
    }))); };
  };
})
"""
AGE = """
(days) => new Promise((go) => {
  const request = indexedDB.open('spinecare-unsent', 1);
  request.onsuccess = () => {
    const change = request.result.transaction('kept', 'readwrite');
    const rows = change.objectStore('kept');
    rows.openCursor().onsuccess = ({ target: { result: row } }) => {
      if (!row) return;
      if (row.value.at) row.update({ ...row.value, at: row.value.at - days * 86400000 });
      row.continue();
    };
    change.oncomplete = () => { request.result.close(); go(true); };
  };
})
"""


@pytest.fixture
def episode(transactional_db):
    return maria_in_care()


@pytest.fixture
def phone(as_person, episode):
    page = as_person(episode.patient.user, **SMALL)
    page.goto("/home/")
    page.evaluate(READY)
    return page


def store(page):
    return page.evaluate(STORE)


def waiting(page):
    return [row for row in store(page) if row.get("locked")]


def log_offline(page, pain=4, alarm=None):
    page.context.set_offline(True)
    page.goto("/log/")
    expect(page.get_by_role("button", name="Keep it on this device")).to_be_visible()
    page.locator(f"#id_average_pain_{pain}").check(force=True)
    page.get_by_label("Some", exact=True).check(force=True)
    if alarm:
        page.locator("#id_anything_new_1").check(force=True)
        page.get_by_label(alarm).check()
    page.get_by_role("button", name="Keep it on this device").click()
    expect(page.locator("#unsent")).to_be_visible()


def expect_waiting(page):
    expect(page.locator("#unsent")).to_contain_text("Waiting to send: your log for")
    expect(page.get_by_text(re.compile("saved", re.IGNORECASE))).to_have_count(0)
    assert not SymptomLog.objects.exists()


def test_in_airplane_mode_the_log_opens_and_is_sent_when_the_network_is_back(
    phone, episode, is_accessible
):
    log_offline(phone)
    expect_waiting(phone)
    is_accessible(phone)
    expect(phone.get_by_text("Maria")).to_have_count(0)

    phone.context.set_offline(False)

    phone.wait_for_url("**/home/")
    expect(phone.locator("#unsent")).to_contain_text("Sent. Your log is saved:")
    log = SymptomLog.objects.get()
    assert (log.average_pain, log.programme, log.episode) == (4, "some", episode)
    assert not waiting(phone)
    phone.reload()
    expect(phone.get_by_text("You logged today. Thank you.")).to_be_visible()
    assert SymptomLog.objects.count() == 1


def test_a_page_that_was_missed_comes_by_itself_when_the_network_is_back(phone):
    phone.context.set_offline(True)
    phone.goto("/progress/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are offline")

    phone.context.set_offline(False)

    expect(phone.get_by_role("heading", level=1)).to_have_text("My progress")


def test_what_lies_on_the_phone_cannot_be_read(phone):
    log_offline(phone, pain=9)

    [row] = waiting(phone)
    assert row["key"] is False, "a script cannot take the key away"
    assert "average_pain" not in row["locked"]
    assert set(row) >= {"id", "day", "at", "to"}
    assert "Maria" not in str(store(phone))


def test_a_reload_and_a_closed_tab_lose_nothing_and_it_can_be_changed(phone):
    log_offline(phone)
    phone.reload()
    expect_waiting(phone)
    tab = phone.context.new_page()
    phone.close()
    tab.goto("/log/")
    expect_waiting(tab)

    tab.get_by_role("button", name="Change your answers").click()
    expect(tab.locator("#id_average_pain_4")).to_be_checked()
    tab.locator("#id_average_pain_7").check(force=True)
    tab.get_by_role("button", name="Keep it on this device").click()
    assert len(waiting(tab)) == 1
    tab.context.set_offline(False)

    expect(tab.locator("#unsent")).to_contain_text("Sent.")
    assert [log.average_pain for log in SymptomLog.objects.all()] == [7]


def test_the_session_has_ended_meanwhile(phone, as_person, episode):
    log_offline(phone)
    Session.objects.all().delete()
    phone.context.set_offline(False)

    phone.wait_for_url("**/account/login/**")
    assert not SymptomLog.objects.exists()
    assert len(waiting(phone)) == 1
    again = as_person(episode.patient.user).context.cookies()
    phone.context.add_cookies(again)
    phone.goto("/home/")

    expect(phone.locator("#unsent")).to_contain_text("Sent.")
    assert SymptomLog.objects.count() == 1


def test_the_day_has_closed_meanwhile(phone):
    """The page that answers says that it is not saved, and shows what was said."""
    phone.clock.set_fixed_time(timezone.now() - timedelta(days=4))
    log_offline(phone)
    phone.clock.set_fixed_time(timezone.now() - timedelta(days=2))
    phone.context.set_offline(False)

    expect(phone.get_by_role("heading", level=1)).to_have_text("That day is closed")
    expect(phone.get_by_text("was not saved, because that day is closed now")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("Pain 4")
    assert not SymptomLog.objects.exists()
    phone.wait_for_function(f"{STORE}.then((rows) => !rows.some((row) => row.locked))")


def test_after_three_days_it_is_gone_and_the_page_says_so(phone):
    log_offline(phone)
    phone.evaluate(AGE, 3)
    phone.context.set_offline(False)

    expect(phone.locator("#unsent")).to_contain_text("could not be sent within three days")
    assert not waiting(phone)
    assert not SymptomLog.objects.exists()


def test_a_yes_is_answered_at_once_and_heard_when_it_is_sent(phone, episode):
    log_offline(phone, alarm="Do you have new trouble passing urine")

    advice = phone.get_by_role("heading", name="Get emergency care now")
    expect(advice).to_be_focused()
    expect(phone.get_by_role("link", name="Call 911")).to_be_visible()
    phone.reload()
    expect(advice).to_be_visible()
    phone.context.set_offline(False)

    expect(phone.get_by_role("heading", level=1)).to_contain_text("Get emergency care now")
    assert SafetyAnswer.objects.filter(episode=episode, answer=True).count() == 1
    assert SymptomLog.objects.count() == 1


def test_a_yes_on_the_log_page_whose_network_drops_is_answered_at_once(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_4").check(force=True)
    phone.locator("#id_anything_new_1").check(force=True)
    phone.get_by_label("Do you have new fever").check()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save today's log").first.click()

    expect(phone.get_by_role("heading", name="Call your clinic today")).to_be_focused()
    expect(phone.get_by_role("link", name=re.compile("Call 555"))).to_be_visible()
    expect_waiting(phone)


def test_a_log_page_that_is_closed_without_a_network_is_sent_from_home(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_6").check(force=True)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save today's log").first.click()
    expect(phone.get_by_text("Your answers are still on this page.")).to_be_visible()
    other = phone.context.new_page()
    phone.close()
    other.context.set_offline(False)
    other.goto("/home/")

    expect(other.locator("#unsent")).to_contain_text("Sent.")
    assert [log.average_pain for log in SymptomLog.objects.all()] == [6]


def test_what_was_saved_with_a_network_leaves_nothing_behind(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_6").check(force=True)
    phone.get_by_role("button", name="Save today's log").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("is saved")

    phone.wait_for_function(f"{STORE}.then((rows) => !rows.some((row) => row.locked))")
    assert SymptomLog.objects.count() == 1


def test_signing_out_says_what_is_lost_and_then_wipes_it(phone):
    log_offline(phone)
    phone.route("**/log/", lambda route: route.abort())
    phone.context.set_offline(False)
    phone.wait_for_url("**/home/")
    expect_waiting(phone)

    phone.get_by_role("button", name="Sign out").click()
    expect(phone.locator("#unsent")).to_contain_text("Signing out deletes it.")
    phone.get_by_role("button", name="Sign out").click()

    phone.wait_for_url(lambda url: not url.endswith("/home/"))
    phone.wait_for_load_state()
    assert store(phone) == []
    assert not SymptomLog.objects.exists()


def test_where_nothing_can_be_kept_it_says_so_before(phone):
    phone.add_init_script("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {})")
    phone.context.set_offline(True)
    phone.goto("/log/")

    expect(phone.locator("#unsent")).to_contain_text("This browser cannot keep a log.")
    expect(phone.get_by_role("button", name="Keep it on this device")).not_to_be_visible()


def test_a_phone_that_knows_nobody_keeps_nothing(phone):
    phone.get_by_role("button", name="Sign out").click()
    phone.wait_for_url(lambda url: not url.endswith("/home/"))
    phone.wait_for_load_state()
    phone.evaluate(READY)
    phone.context.set_offline(True)
    phone.goto("/log/")

    expect(phone.locator("#unsent")).to_contain_text("This device does not know you yet.")


def test_a_half_filled_log_is_not_kept(phone):
    phone.context.set_offline(True)
    phone.goto("/log/")
    phone.get_by_role("button", name="Keep it on this device").click()

    expect(phone.get_by_text("Choose a number from 0 to 10")).to_be_visible()
    assert not waiting(phone)


def test_in_spanish(phone, episode):
    choose_language(user=episode.patient.user, language="es")
    phone.goto("/home/")
    phone.wait_for_function(f"{STORE}.then((rows) => rows.some((row) => row.lang === 'es'))")
    phone.context.set_offline(True)
    phone.goto("/log/")

    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.get_by_role("button", name="Guardar en este dispositivo")).to_be_visible()
