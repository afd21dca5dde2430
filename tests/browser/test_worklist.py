"""Monday morning: a clinician clears twenty flags of all kinds without touching the mouse.

The decisions are made on the pages as they are; what each of them did is looked up in the database.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pathway.models import Protocol
from patients.flags.actions import Found, open_or_fold, request_review
from patients.flags.safety_answers import answer_safety
from patients.models import (
    TRAITS,
    Decision,
    Flag,
    Kind,
    SafetyOutcome,
    TierTrial,
    TrialReview,
    VisitRequest,
)
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import discuss
from tests.browser.conftest import CONTRAST, RULES
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes]

DESK = {"viewport": {"width": 1280, "height": 800}}
OF_RULES = (Kind.PLATEAU, Kind.WORSENING, Kind.RELAPSE, Kind.WINDOW_COMPLETE, Kind.SILENT)
# What is pressed after `kind`: the field that it needs; weeks are chosen by arrows, a tier is typed.
ANSWERS = {"next_check_on": "14", "extension_days": "14", "to_level": "1"}
WEEKS = {"next_check_on": "next_check_in", "extension_days": "extension_days"}
DECISIONS = [
    (kind, {traits.asks: "3" if kind == "step_up" else ANSWERS[traits.asks]} if traits.asks else {})
    for kind, traits in TRAITS.items()
    if kind != "undone"
]


@pytest.fixture
def clinic(transactional_db):
    publish()
    return ClinicAtNoonFactory(name="Northside Spine Clinic")


@pytest.fixture
def dr_kim(clinic):
    return StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")


@pytest.fixture
def twenty(clinic, dr_kim):
    """Twenty patients in tier 2, each with a flag; every kind that there is."""
    return [flagged(clinic, dr_kim, number) for number in range(20)]


def flagged(clinic, by, number):
    episode = EpisodeFactory(
        patient=PatientFactory(clinic=clinic, by=by, name=f"Patient {number:02d}"), by=by
    )
    trial = TrialFactory(episode=episode, by=by)
    kinds = (*OF_RULES, Kind.REVIEW_REQUESTED, Kind.SAFETY)
    return raised(trial, kinds[number % len(kinds)])


def raised(trial, kind):
    now, protocol, episode = timezone.now(), Protocol.objects.current(), trial.episode
    if kind == Kind.SAFETY:
        question = protocol.safety_questions.filter(on_every_log=True)[0]
        asked = {"yes_to": [question], "submission_id": uuid4(), "by": episode.patient.user}
        answer_safety(episode=episode, now=now, **asked)
        return Flag.objects.get(episode=episode)
    if kind == Kind.REVIEW_REQUESTED:
        return request_review(episode=episode, reason="", protocol=protocol, now=now)
    severity = 1 if kind == Kind.SILENT else 2
    found = Found(
        episode=episode.pk, trial=trial.pk, kind=kind, severity=severity,
        sentence="6.0 → 6.0 in 8 weeks", rule=kind, protocol=protocol,
        since=now.date(), as_of=now.date(),
    )  # fmt: skip
    return open_or_fold(findings=[found], now=now)[0]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


HAS_FOCUS = "each => each.isConnected ? each === document.activeElement : 'gone'"


def tab_to(page, target, most=150):
    """As a person does who has no mouse: Tab until it is there.

    It is looked for once, and again when the page has put another in its place: a look for a role reads
    the whole page.
    """
    wanted = target.element_handle()
    for _ in range(most):
        match wanted.evaluate(HAS_FOCUS):
            case "gone":
                wanted = target.element_handle()
            case False:
                page.keyboard.press("Tab")
            case True:
                return
    raise AssertionError(f"no Tab leads to {target}")


def tab_into(page, name, value):
    """A group of radios is one stop; inside it, arrows choose."""
    for _ in range(150):
        if page.evaluate("document.activeElement.name") == name:
            break
        page.keyboard.press("Tab")
    for _ in range(20):
        # With nothing chosen, the space bar takes the first.
        if page.evaluate("document.activeElement.checked && document.activeElement.value") == value:
            return
        checked = page.evaluate("document.activeElement.checked")
        page.keyboard.press("ArrowDown" if checked else "Space")
    raise AssertionError(f"no arrow leads to {value}")


def turn_keys_on(page):
    tab_to(page, page.get_by_role("button", name="Keys"))
    press(page, "Enter")
    tab_to(page, page.locator("#keys-on"))
    press(page, "Space", "Escape")


def decide(page, kind, fields):
    """On the evidence page: kind, what it needs, reason; then the look over it; then recorded."""
    tab_into(page, "kind", kind)
    for name, words in fields.items():
        if name in WEEKS:
            tab_into(page, WEEKS[name], words)
        else:
            tab_to(page, page.locator(f"[name={name}]"))
            page.keyboard.type(words)
    tab_to(page, page.locator("[name=reason]"))
    page.keyboard.type("Other")
    tab_to(page, page.get_by_role("button", name="Look over the decision"))
    press(page, "Enter")
    record = page.get_by_role("button", name=re.compile("^Record (decision|anyway)$"))
    expect(record).to_be_visible()
    tab_to(page, record)
    press(page, "Enter")
    expect(page.locator("#status")).to_contain_text("Recorded:")
    return kind


def settle(page):
    """At the safety desk: what came of the answer, and what was found."""
    tab_into(page, "outcome-kind", "examined")
    tab_to(page, page.locator("[name=outcome-note]"))
    page.keyboard.type("Seen today, no deficit.")
    tab_to(page, page.get_by_role("button", name="Record the outcome"))
    press(page, "Enter")
    expect(page.locator("#status")).to_contain_text("The answer no longer waits")
    return "settled"


def test_twenty_flags_are_cleared_by_keyboard_alone(
    twenty, dr_kim, at_work, as_person, is_accessible
):
    page = as_person(dr_kim, **DESK)
    page.goto("/worklist/")
    is_accessible(page)
    turn_keys_on(page)
    done = {}
    for number in range(len(twenty)):
        page.goto("/worklist/")
        press(page, "j")
        name = page.evaluate("document.activeElement.textContent")
        flag = Flag.objects.open().get(episode__patient__name=name)
        kind, fields = DECISIONS[number % len(DECISIONS)]
        press(page, "a")
        expect(page.locator("#status")).to_contain_text("You own this.")
        expect(page.locator(f"#open-{flag.pk}")).to_be_focused()
        assert Flag.objects.get(pk=flag.pk).owner == dr_kim
        press(page, "Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        done[flag.pk] = settle(page) if flag.kind == Kind.SAFETY else decide(page, kind, fields)
    page.goto("/worklist/?list=closed")
    is_accessible(page)
    # The worker goes on meanwhile, and misses the diaries of those who were decided about.
    assert set(done) == {flag.pk for flag in twenty}
    for pk, kind in done.items():
        took_effect(Flag.objects.get(pk=pk), kind, dr_kim)


def took_effect(flag, kind, by):
    if kind == "settled":
        outcome = SafetyOutcome.objects.get(episode=flag.episode)
        assert (outcome.kind, outcome.recorded_by, flag.closing) == ("examined", by, "safety")
        return
    decision = Decision.objects.get(flag=flag)
    assert (decision.kind, decision.decided_by, flag.closing) == (kind, by, "decided")
    check = timezone.now().date() + timedelta(days=14)
    running = set(
        TierTrial.objects.active().filter(episode=flag.episode).values_list("level", flat=True)
    )
    assert running == {{"step_up": 3, "step_down": 1}.get(kind, 2)}, kind
    wants_visit = VisitRequest.objects.filter(decision=decision).exists()
    assert wants_visit is (kind in {"step_up", "reassess"})
    review = TrialReview.objects.get(trial=flag.trial)
    if kind in {"continue", "change"}:
        assert abs((review.quiet_until - check).days) <= 1
    if kind == "extend":
        assert TierTrial.objects.get(pk=flag.trial_id).extension_days == 14
    if kind == "not_relevant":
        assert (review.quiet_until - check).days in range(12, 16)


@pytest.fixture
def flag(clinic, dr_kim):
    return flagged(clinic, dr_kim, 0)


@pytest.fixture
def keyed(flag, dr_kim, as_person):
    """The list with one flag; keys are on, and the row has the focus."""
    page = as_person(dr_kim, **DESK)
    page.goto("/worklist/")
    press(page, "j", "a")
    assert Flag.objects.get(pk=flag.pk).owner is None, "off until somebody turns them on"
    turn_keys_on(page)
    page.reload()
    press(page, "j")
    return page


def says(page, words):
    expect(page.locator("#status")).to_contain_text(words)


def has_focus(page, name="Patient 00", role="link"):
    expect(page.get_by_role(role, name=name, exact=True)).to_be_focused()


def test_without_the_mouse_a_flag_sleeps_and_wakes(keyed, flag):
    press(keyed, "s")
    has_focus(keyed, "Snooze Patient 00", "heading")
    press(keyed, "Escape")
    has_focus(keyed)
    press(keyed, "s")
    has_focus(keyed, "Snooze Patient 00", "heading")
    tab_into(keyed, "days", "3")
    tab_to(keyed, keyed.locator("[name=reason]"))
    keyed.keyboard.type("Visit on Thursday")
    press(keyed, "Enter")
    says(keyed, "Snoozed Patient 00 until")
    assert Flag.objects.get(pk=flag.pk).snooze_reason == "Visit on Thursday"
    tab_to(keyed, keyed.get_by_role("button", name="Wake now Patient 00"))
    press(keyed, "Enter")
    says(keyed, "The flag is awake again.")
    has_focus(keyed)
    assert Flag.objects.get(pk=flag.pk).snoozed_until is None


def test_without_the_mouse_a_flag_is_kept_to_discuss_and_given_away(keyed, flag, clinic, dr_kim):
    StaffFactory(clinic=clinic, role="clinician", name="Dr. Lee")
    press(keyed, "d")
    has_focus(keyed, "Discuss Patient 00", "heading")
    tab_to(keyed, keyed.get_by_role("button", name="Add to the meeting list"))
    press(keyed, "Enter")
    says(keyed, "on the list of the weekly meeting")
    has_focus(keyed)
    press(keyed, "g")
    has_focus(keyed, "Assign Patient 00", "heading")
    tab_to(keyed, keyed.locator("[name=to]"))
    keyed.keyboard.type("Dr. Lee")
    tab_to(keyed, keyed.get_by_role("button", name="Assign", exact=True))
    press(keyed, "Enter")
    says(keyed, "1 flag is now assigned to Dr. Lee.")
    has_focus(keyed)
    press(keyed, "/")
    expect(keyed.locator("#q")).to_be_focused()
    kept = Flag.objects.get(pk=flag.pk)
    assert (kept.owner.name, kept.discuss_by) == ("Dr. Lee", dr_kim)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_rarely_done_is_in_a_menu(flag, dr_kim, as_person, script):
    page = as_person(dr_kim, java_script_enabled=script, **DESK)
    page.goto("/worklist/")
    snooze = page.get_by_role("link", name="Snooze…")
    expect(snooze).not_to_be_visible()

    page.locator(".menu > summary").click()

    expect(snooze).to_be_visible()
    if script:
        page.locator("#q").click()
        expect(snooze).not_to_be_visible()
    else:
        snooze.click()
        expect(page.get_by_role("heading", name="Snooze Patient 00")).to_be_visible()


def test_a_dozen_rows_are_in_sight(clinic, dr_kim, as_person):
    """At 1280 x 800 without a call that waits; on a phone a row is a hand's breadth."""
    for number in range(14):
        flagged(clinic, dr_kim, 7 * number)
    page = as_person(dr_kim, **DESK)
    page.goto("/worklist/")
    rows = [row.bounding_box() for row in page.locator("[data-row]").all()]
    assert all(56 <= row["height"] <= 64 for row in rows)
    assert sum(row["y"] + row["height"] <= 800 for row in rows) >= 12

    page.set_viewport_size({"width": 390, "height": 844})
    assert all(row.bounding_box()["height"] <= 120 for row in page.locator("[data-row]").all())


def test_two_clinicians_at_once_see_what_the_other_did(flag, clinic, dr_kim, as_person):
    dr_lee = StaffFactory(clinic=clinic, role="clinician", name="Dr. Lee")
    kim, lee = as_person(dr_kim, **DESK), as_person(dr_lee, **DESK)
    for page in (kim, lee):
        page.goto("/worklist/")
    kim.get_by_role("button", name="Acknowledge Patient 00").click()
    expect(kim.locator("#status")).to_contain_text("You own this.")
    lee.get_by_role("link", name="Refresh").click()
    expect(lee.locator(f"#flag-{flag.pk}")).to_contain_text("Dr. Kim")
    choice = Choice(kind="reassess", reason="other", note="Come in on Friday")
    decide_action(flag=flag, choice=choice, by=dr_kim, now=timezone.now())
    lee.locator(".menu > summary").click()
    lee.get_by_role("button", name="Take over Patient 00").click()
    expect(lee.locator("#status")).to_contain_text("Somebody has decided about this flag.")
    expect(lee.locator("main")).to_contain_text("Come in on Friday")
    assert Flag.objects.get(pk=flag.pk).owner == dr_kim


def test_a_list_that_could_not_refresh_says_since_when(flag, dr_kim, as_person):
    page = as_person(dr_kim, **DESK)
    page.goto("/worklist/")
    page.route("**/worklist/**", lambda route: route.fulfill(status=503, body="later"))
    poll = "htmx.ajax('GET', '/worklist/', {source: '#worklist', target: '#worklist', swap: 'outerHTML'})"
    page.evaluate(poll)
    expect(page.locator("#stale")).to_contain_text(re.compile(r"Last updated \d\d:\d\d"))
    expect(page.locator("#stale")).to_contain_text("Could not refresh. Try again.")
    expect(page.get_by_role("link", name="Patient 00", exact=True)).to_be_visible()
    page.unroute("**/worklist/**")
    page.evaluate(poll)
    expect(page.locator("#stale > p")).to_be_hidden()


def test_every_list_is_accessible_and_fits(flag, clinic, dr_kim, as_person, is_accessible):
    patient = flag.episode.patient_id
    discuss(flag=flag, note="Second opinion?", by=dr_kim, now=timezone.now())
    ada = administrator(clinic)
    lists = [f"/worklist/?list={which}" for which in ("team", "mine", "discuss", "closed")]
    others = [f"/{path}/" for path in ("worklist/meeting", "patients", "away", "emergency")]
    of_one = [f"/flags/{flag.pk}/{act}/" for act in ("snooze", "assign", "discuss")]
    days = [f"/patients/{patient}/timeline/{asked}" for asked in ("", "?kind=imaging")]
    desk = [*lists, *others, *of_one, *days, f"/flags/{flag.pk}/", "/flag-outcomes/"]
    office = ["/care-teams/", f"/patients/{patient}/team/"]
    for user, addresses in ((dr_kim, desk), (ada, office)):
        page = as_person(user)
        for address in addresses:
            fits(page, address, is_accessible)


def fits(page, address, is_accessible):
    """At three widths, by day and night: all of axe where something is laid out anew, else its contrasts."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    for folded in page.locator("details").all():
        folded.evaluate("each => each.open = true")
    for width, scheme, rules in (
        (1280, "light", RULES), (768, "dark", CONTRAST), (320, "light", RULES), (320, "dark", CONTRAST)
    ):  # fmt: skip
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        is_accessible(page, rules)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} wide at {width}"
    page.emulate_media(color_scheme="light")


def administrator(clinic):
    return StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")
