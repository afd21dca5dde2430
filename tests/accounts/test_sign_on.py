"""Northside's people come by the hospital's own sign-on: against a real OpenID Connect server on the loopback."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.actions import sign_on
from accounts.duties import held_by
from accounts.models import Membership, Notice, SignOnLink, SignOnProvider, User
from accounts.sign_on.claims import Claims
from tests.accounts.codes import sign_in_by_code
from tests.accounts.identity_provider import CLIENT, OTHER_KEY, SECRET, IdentityProvider
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

WORK = "/worklist/"


@pytest.fixture(autouse=True)
def no_limits(request, settings):
    settings.ACCOUNT_RATE_LIMITS = {"sign_on": "2/m/ip"} if "limit" in request.node.name else False


@pytest.fixture(scope="module")
def hospital_server():
    server = IdentityProvider()
    yield server
    server.close()


@pytest.fixture
def hospital(hospital_server):
    fresh = {
        "sub": "k-1",
        "email": "kim@hospital.example",
        "email_verified": True,
        "amr": ["pwd", "otp"],
    }
    hospital_server.person, hospital_server.wrong = fresh, {}
    hospital_server.says_of_itself = {}
    return hospital_server


def set_up(clinic, by, now, hospital, **details):
    said = {"name": "Hospital account", "issuer": hospital.issuer, "client_id": CLIENT,
            "second_step": "theirs", "acr_values": "", **details}  # fmt: skip
    row = sign_on.set_up_sign_on(clinic=clinic, by=by, now=now, secret=SECRET, **said)
    sign_on.note_tried(provider=row, by=by, now=now)
    sign_on.open_sign_on(clinic=clinic, by=by, now=now)
    return SignOnProvider.objects.get(pk=row.pk)


@pytest.fixture
def ours(northside, ada, hospital, now):
    return set_up(northside, ada, now, hospital)


def someone(subject="k-1", email="", *, verified=False):
    return Claims(subject, email, verified, frozenset(), "")


@pytest.fixture
def linked(ours, dr_kim, now):
    return sign_on.link(provider=ours, user=dr_kim, claims=someone(), now=now)


def start_of(row):
    return reverse("openid_connect_login", args=[row.key])


def comes_back(browser, hospital, start):
    """There and back; the answer of our page."""
    away = browser.get(start)
    assert away.status_code == 302, away.content.decode()
    return browser.get(hospital.approve(away.url))


def comes_by(browser, row, hospital):
    return comes_back(browser, hospital, start_of(row))


def is_in(browser):
    return "_auth_user_id" in browser.session


def test_dr_kim_comes_by_her_hospital_account(linked, ours, hospital, client):
    assert comes_by(client, ours, hospital).url == reverse("start")
    assert client.get(WORK).status_code == 200


def test_who_was_going_somewhere_arrives_there(linked, ours, hospital, client):
    assert comes_back(client, hospital, f"{start_of(ours)}?next={WORK}").url == WORK
    away = comes_back(Client(), hospital, f"{start_of(ours)}?next=https://evil.example/")
    assert away.url == reverse("start")


def test_nobody_is_found_by_an_email(ours, dr_kim, hospital, client):
    """The sign-on says that somebody has Dr. Kim's address. That links nothing."""
    hospital.person["email"] = dr_kim.email
    answer = comes_by(client, ours, hospital)
    assert answer.status_code == 424
    assert b"has linked that account" in answer.content
    assert not is_in(client)
    assert not SignOnLink.objects.exists()


WRONG = {
    "another issuer": {"iss": "https://other.example"},
    "for somebody else": {"aud": "another client"},
    "for several, not from us": {"aud": [CLIENT, "x"], "azp": "x"},
    "the answer to another question": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "too old": {"exp": 1_000_000_000},
    "for ever": {"exp": None},
    "from the future": {"iat": 4_000_000_000},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_not_for_us_now_lets_nobody_in(wrong, linked, ours, hospital, client):
    hospital.wrong = wrong
    answer = comes_by(client, ours, hospital)
    assert answer.status_code == 424
    assert b"did not pass our checks" in answer.content
    assert not is_in(client)


def test_another_signature_lets_nobody_in(linked, ours, hospital, client, monkeypatch):
    monkeypatch.setattr(hospital, "key", OTHER_KEY)
    assert comes_by(client, ours, hospital).status_code == 424
    assert not is_in(client)


def test_a_server_that_calls_itself_another_is_not_asked(linked, ours, hospital, client):
    hospital.says_of_itself = {"issuer": "https://other.example"}
    assert b"did not pass our checks" in client.get(start_of(ours)).content


def test_an_answer_counts_once_and_in_its_own_browser(linked, ours, hospital, client):
    back = hospital.approve(client.get(start_of(ours)).url)
    assert not is_in(thief := Client())
    assert b"Begin once more" in thief.get(back).content
    assert client.get(back).status_code == 302
    client.logout()
    assert b"Begin once more" in client.get(back).content
    assert not is_in(client)


def test_who_stops_there_reads_what_to_do(ours, client):
    back = reverse("openid_connect_callback", args=[ours.key])
    answer = client.get(f"{back}?error=access_denied&state=none")
    assert answer.status_code == 424
    assert b"Other ways to sign in" in answer.content


def test_a_sign_on_that_is_away_says_so(linked, ours, client):
    SignOnProvider.objects.filter(pk=ours.pk).update(issuer="http://127.0.0.1:9")
    answer = client.get(start_of(ours))
    assert answer.status_code == 424
    assert b"does not answer just now" in answer.content


def test_a_wrong_secret_lets_nobody_in(linked, ours, northside, ada, hospital, client, now):
    said = {
        name: getattr(ours, name)
        for name in ("name", "issuer", "client_id", "second_step", "acr_values")
    }
    sign_on.set_up_sign_on(clinic=northside, by=ada, now=now, secret="another", **said)
    assert b"does not answer" in comes_by(client, ours, hospital).content


class TestSecondStep:
    def test_one_step_there_is_not_enough(self, linked, ours, hospital, client):
        hospital.person["amr"] = ["pwd"]
        assert b"we saw one" in comes_by(client, ours, hospital).content
        assert not is_in(client)

    @pytest.mark.parametrize(
        ("ways", "level", "counted", "has_both"),
        [
            (["mfa"], "", [], True),
            (["pwd", "otp"], "", [], True),
            (["face", "hwk"], "", [], True),
            (["otp", "sms"], "", [], False),
            (["pwd"], "", [], False),
            ([], "urn:two", ["urn:two"], True),
            ([], "urn:one", ["urn:two"], False),
            ([], "", [""], False),
        ],
    )
    def test_what_counts_as_two(self, ways, level, counted, has_both):
        said = Claims("k-1", "", False, frozenset(ways), level)
        assert said.shows_two_steps(counted) is has_both

    def test_where_the_clinic_keeps_ours_it_is_asked_for(
        self, northside, ada, dr_kim, hospital, client, now
    ):
        row = set_up(northside, ada, now, hospital, second_step="ours")
        sign_on.link(provider=row, user=dr_kim, claims=someone(), now=now)
        assert comes_by(client, row, hospital).url == reverse("mfa_authenticate")
        assert not is_in(client)


class TestInvited:
    @pytest.fixture
    def letter(self, northside, ada, now):
        asked = {"email": "lee@hospital.example", "name": "Sara Lee", "role": "clinician"}
        one = actions.invite(clinic=northside, by=ada, now=now, **asked)
        return Notice.objects.get(key=f"invitation:{one.pk}").path

    def joins(self, browser, hospital, letter, **says):
        hospital.person |= {"sub": "lee-7", "email": "Lee@hospital.example", **says}
        page = browser.get(letter).content.decode()
        assert "Join with Hospital account" in page
        return comes_back(
            browser, hospital, reverse("join_by_sign_on", args=[letter.split("/")[-2]])
        )

    def test_joins_with_the_link_and_the_account_in_one(self, letter, ours, hospital, client):
        assert self.joins(client, hospital, letter).url == reverse("start")
        assert client.get(WORK).status_code == 200
        client.logout()
        assert comes_by(client, ours, hospital).status_code == 302
        assert is_in(client)

    @pytest.mark.parametrize(
        "says",
        [{"email_verified": False}, {"email_verified": "yes"}, {"email": "kim@hospital.example"}],
    )
    def test_an_address_that_is_not_vouched_for_links_nothing(
        self, says, letter, ours, hospital, client
    ):
        answer = self.joins(client, hospital, letter, **says)
        assert b"does not say for sure" in answer.content
        assert not User.objects.filter(email="lee@hospital.example").exists()
        assert not SignOnLink.objects.exists()

    def test_who_was_here_before_shows_it_by_a_code(
        self, letter, ours, southside, hospital, client, now
    ):
        lee = StaffFactory(clinic=southside, role="clinician", email="lee@hospital.example")
        User.objects.filter(pk=lee.pk).update(last_login=now)
        assert self.joins(client, hospital, letter).url == reverse("account_request_login_code")
        assert not SignOnLink.objects.exists()

    def test_a_patient_is_not_asked_by_it(self, ours, northside, dr_kim, client, now):
        one = actions.invite(
            clinic=northside, by=dr_kim, now=now, email="p@mail.example", name="Pat", role="patient"
        )
        letter = Notice.objects.get(key=f"invitation:{one.pk}").path
        assert b"Hospital account" not in client.get(letter).content
        assert client.get(reverse("join_by_sign_on", args=[letter.split("/")[-2]])).url == letter


class TestLinking:
    def test_signed_in_she_links_the_two_herself(self, ours, dr_kim, hospital, sign_in, client):
        desk = sign_in(dr_kim)
        page = reverse("link_sign_on", args=[ours.key])
        assert desk.get(page).url.startswith(reverse("mfa_reauthenticate"))
        fresh(desk)
        assert comes_back(desk, hospital, page).url == reverse("start")
        assert comes_by(client, ours, hospital).status_code == 302
        assert is_in(client)

    def test_an_account_there_is_one_persons(self, linked, ours, hospital, sam, sign_in):
        desk = sign_in(sam)
        fresh(desk)
        answer = comes_back(desk, hospital, reverse("link_sign_on", args=[ours.key]))
        assert b"linked to someone else here" in answer.content
        assert SignOnLink.objects.get().user_id != sam.pk

    def test_the_clinics_own_word_is_no_right_to_change_how_one_signs_in(
        self, linked, ours, hospital, client
    ):
        comes_by(client, ours, hospital)
        for page in ("mfa_add_webauthn", "account_set_password", "account_email"):
            assert client.get(reverse(page)).status_code == 302

    def test_without_a_second_step_of_hers_the_sign_on_has_to_vouch(
        self, ours, northside, hospital, sign_in
    ):
        lee = StaffFactory(clinic=northside, role="clinician", second_factor=False)
        desk = sign_in(lee)
        fresh(desk)
        page = reverse("link_sign_on", args=[ours.key])
        assert b"does not say for sure" in comes_back(desk, hospital, page).content
        hospital.person["email"] = lee.email
        assert comes_back(desk, hospital, page).status_code == 302
        assert desk.get(WORK).status_code == 200


def fresh(browser):
    """As if the person had just shown the second step."""
    session = browser.session
    user = User.objects.get(pk=session["_auth_user_id"])
    record_authentication(SimpleNamespace(session=session), user, "mfa")
    session.save()


class TestOtherClinic:
    @pytest.fixture
    def toni(self, linked, dr_kim, southside, now):
        """Dr. Kim works in Southside as well, and is a patient there."""
        Membership.objects.create(user=dr_kim, clinic=southside, role="clinician", started_at=now)
        return dr_kim

    def test_the_sign_on_of_one_never_opens_the_other(
        self, toni, ours, southside, hospital, client
    ):
        comes_by(client, ours, hospital)
        client.post(
            reverse("change_clinic"), {"membership": toni.memberships.get(clinic=southside).pk}
        )
        page = client.get(reverse("our_clinic")).content
        assert b"Northside" in page
        assert b"Southside" not in page

    def test_nor_what_one_has_as_a_patient(self, linked, ours, maria, dr_kim, hospital, client):
        type(maria).objects.filter(pk=maria.pk).update(user=dr_kim)
        comes_by(client, ours, hospital)
        assert client.get("/home/").url == reverse("sign_on_needed")
        assert b"Maria Ortiz" not in client.get(reverse("choose_home"), follow=True).content

    def test_the_same_account_there_is_nobody_here(
        self, linked, southside, ann, hospital, client, now
    ):
        theirs = set_up(southside, ann, now, hospital)
        assert b"has linked that account" in comes_by(client, theirs, hospital).content

    def test_an_answer_for_one_is_none_for_the_other(
        self, linked, ours, southside, ann, hospital, client, now
    ):
        theirs = set_up(southside, ann, now, hospital)
        back = hospital.approve(client.get(start_of(ours)).url)
        assert b"Begin once more" in client.get(back.replace(ours.key, theirs.key)).content
        assert not is_in(client)

    def test_another_issuer_is_another_sign_on(self, linked, ours, northside, ada, client, now):
        said = {"name": "New", "issuer": "http://127.0.0.1:9", "client_id": CLIENT,
                "second_step": "theirs", "acr_values": ""}  # fmt: skip
        new = sign_on.set_up_sign_on(clinic=northside, by=ada, now=now, secret="s", **said)
        assert new.key != ours.key
        assert SignOnLink.objects.get().ended_by == ada
        assert b"no sign-on of its own any more" in client.get(start_of(ours)).content


class TestAskedFor:
    @pytest.fixture
    def bound(self, linked, ours, northside):
        sign_on.ask_for_sign_on(clinic=northside, roles=["clinician"])

    def test_clinicians_have_to_come_by_it(self, bound, dr_kim, ours, hospital, sign_in):
        desk = sign_in(dr_kim)
        assert desk.get(WORK).url == reverse("sign_on_needed")
        assert b"Go to Hospital account" in desk.get(reverse("sign_on_needed")).content
        comes_by(desk, ours, hospital)
        assert desk.get(WORK).status_code == 200

    def test_others_do_not(self, bound, sam, ada, sign_in):
        assert sign_in(sam).get(reverse("board")).status_code == 200
        assert sign_in(ada).get(reverse("people")).status_code == 200

    def test_administrators_never_have_to(self, linked, northside):
        with pytest.raises(Exception, match="sign_on_roles"):
            sign_on.ask_for_sign_on(clinic=northside, roles=["administrator"])

    def test_nobody_is_asked_for_what_is_not_open(self, northside, ada, hospital, now):
        with pytest.raises(sign_on.NotTried):
            sign_on.open_sign_on(clinic=northside, by=ada, now=now)
        with pytest.raises(sign_on.NotOpen):
            sign_on.ask_for_sign_on(clinic=northside, roles=["clinician"])

    def test_when_it_ends_nobody_is_locked_out(self, bound, dr_kim, northside, ada, sign_in, now):
        sign_on.end_sign_on(clinic=northside, by=ada, now=now)
        assert sign_in(User.objects.get(pk=dr_kim.pk)).get(WORK).status_code == 200


class TestEnding:
    def test_who_leaves_loses_running_sessions_and_the_way_in(
        self, linked, ours, dr_kim, ada, hospital, client, now
    ):
        comes_by(client, ours, hospital)
        assert client.get(WORK).status_code == 200
        later = now + timedelta(minutes=1)
        other = StaffFactory(clinic=ours.clinic, role="clinician").membership_as()
        membership = dr_kim.memberships.get()
        hand_to = {held.key: other for held in held_by(membership, later)}
        actions.end_membership(membership=membership, hand_to=hand_to, by=ada, now=later)
        assert client.get(WORK).url.startswith(reverse("account_login"))
        assert b"has linked that account" in comes_by(Client(), ours, hospital).content

    def test_a_link_is_ended_by_the_administrator(
        self, linked, ours, dr_kim, ada, hospital, client, sign_in
    ):
        comes_by(client, ours, hospital)
        member = dr_kim.memberships.get()
        desk = sign_in(ada)
        assert b"End the link" in desk.get(reverse("member", args=[member.pk])).content
        desk.post(reverse("end_sign_on_link", args=[member.pk]))
        assert client.get(WORK).url.startswith(reverse("account_login"))
        assert SignOnLink.objects.get().ended_by == ada


class TestTheDatabaseRefuses:
    """Whoever writes past the actions."""

    @pytest.mark.parametrize(
        ("wrong", "by"),
        [
            ({"tested_at": None, "tested_by": None}, "sign_on_tested_before_opened"),
            ({"tested_by": None}, "sign_on_tested_at_with_by"),
            ({"opened_by": None}, "sign_on_opened_at_with_by"),
            ({"ended_at": "2026-03-02T14:00Z"}, "sign_on_ended_at_with_by"),
            ({"second_step": "none"}, "sign_on_second_step_known"),
        ],
    )
    def test_half_a_sign_on(self, wrong, by, ours):
        with pytest.raises(IntegrityError, match=by):
            SignOnProvider.objects.filter(pk=ours.pk).update(**wrong)

    def test_a_second_sign_on_of_a_clinic(self, ours):
        ours.pk, ours.key = None, "another"
        with pytest.raises(IntegrityError, match="one_sign_on_a_clinic"):
            ours.save()

    @pytest.mark.parametrize(
        ("change", "by"),
        [
            ({"subject": "k-2"}, "one_subject_a_person"),
            ({"user": "sam"}, "one_person_a_subject"),
            ({"ended_at": "2026-03-02T14:00Z", "subject": "k-3"}, "sign_on_link_ended_at_with_by"),
        ],
    )
    def test_two_links_for_one(self, change, by, linked, sam):
        linked.pk = None
        for name, value in change.items():
            setattr(linked, name, sam if value == "sam" else value)
        with pytest.raises(IntegrityError, match=by):
            linked.save()


class TestSettings:
    def said(self, hospital, **more):
        return {"name": "Hospital account", "issuer": hospital.issuer, "client_id": CLIENT,
                "secret": SECRET, "second_step": "theirs", "acr_values": "", **more}  # fmt: skip

    def test_ada_sets_it_up_tries_it_and_opens_it(self, ada, hospital, sign_in, client, northside):
        desk = sign_in(ada)
        page = reverse("our_sign_on")
        assert desk.post(page, self.said(hospital)).status_code == 302
        row = SignOnProvider.objects.get()
        assert SECRET not in row.sealed_secret
        assert SECRET not in desk.get(page).content.decode()
        desk.post(reverse("open_sign_on"))
        assert b"Hospital account" not in client.get(reverse("sign_ons")).content
        assert not SignOnProvider.objects.get().is_open
        seen = comes_back(desk, hospital, reverse("try_sign_on")).content.decode()
        assert "passed every check" in seen
        assert "kim@hospital.example" in seen
        assert not SignOnLink.objects.exists()
        desk.post(reverse("open_sign_on"))
        assert "Northside" in client.get(reverse("sign_ons")).content.decode()
        desk.post(reverse("ask_for_sign_on"), {"roles": ["scheduler"]})
        northside.refresh_from_db()
        assert northside.sign_on_roles == ["scheduler"]
        assert "Have to come by the clinic" in desk.get(reverse("our_clinic")).content.decode()

    def test_what_went_wrong_is_told_to_who_tries_it(self, ada, hospital, sign_in):
        desk = sign_in(ada)
        desk.post(reverse("our_sign_on"), self.said(hospital))
        hospital.wrong = {"nonce": "replayed"}
        seen = comes_back(desk, hospital, reverse("try_sign_on")).content.decode()
        assert "The check that failed: nonce." in seen
        assert "That did not work" in seen

    def test_the_secret_of_one_is_never_sent_to_another(self, ours, ada, hospital, sign_in):
        moved = self.said(hospital, issuer="http://127.0.0.1:9", secret="")
        answer = sign_in(ada).post(reverse("our_sign_on"), moved)
        assert b"Give the client secret" in answer.content
        kept = self.said(hospital, secret="", name="Renamed")
        assert sign_in(ada).post(reverse("our_sign_on"), kept).status_code == 302
        assert SignOnProvider.objects.get().name == "Renamed"

    @pytest.mark.parametrize(
        "address",
        ["http://hospital.example", "https://127.0.0.1", "https://10.0.0.7/adfs", "https://[::1]/", "ftp://x.example",
         "https://169.254.169.254/latest", "nonsense"],
    )  # fmt: skip
    def test_this_server_asks_nobody_inside(self, address, ada, hospital, sign_in):
        answer = sign_in(ada).post(reverse("our_sign_on"), self.said(hospital, issuer=address))
        assert answer.status_code == 422
        assert b"does not ask that address" in answer.content

    def test_the_history_keeps_no_secret(self, ours):
        event = SignOnProvider.pgh_event_model
        assert "sealed_secret" not in {field.name for field in event._meta.fields}


def test_a_flood_is_held_back_by_a_limit(linked, ours, client):
    cache.clear()
    assert [client.get(start_of(ours)).status_code for _turn in range(3)] == [302, 302, 424]


def test_a_code_still_lets_in_where_nobody_is_bound(linked, dr_kim):
    browser = sign_in_by_code(dr_kim.email)
    assert browser.get(reverse("mfa_authenticate")).status_code == 200
