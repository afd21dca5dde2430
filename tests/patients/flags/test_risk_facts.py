"""What stands for years: it raises nothing, makes a new symptom more urgent, and can be told anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.flags.risk_facts import keep_risk_facts
from patients.models import AccessLog, Flag, RiskFactAnswer, SafetyAdvice
from tests.pages import drawn
from tests.patients.safety_desk.stories import say_yes

pytestmark = pytest.mark.django_db

CANCER, IMMUNE, BONES = "past-cancer", "weak-immune-system", "thin-bones"
DAY = timedelta(days=1)


@pytest.fixture
def tell(maria, protocol):
    """These are true, and the others that were asked are not."""

    def told(*true, at, asked=None, by=None):
        facts = protocol.risk_facts.in_order()
        facts = facts.filter(key__in=asked) if asked else facts
        return keep_risk_facts(
            patient=maria, asked=list(facts), true=true, by=by or maria.user, now=at
        )

    return told


def is_true():
    return set(RiskFactAnswer.objects.filter(is_true=True).values_list("key", flat=True))


@pytest.mark.parametrize(
    ("facts", "symptom", "levels"),
    [
        ([], "fever", ["urgent"]),
        ([IMMUNE], "fever", ["emergency"]),
        ([CANCER], "fever", ["urgent"]),
        ([], "new-pain", []),
        ([CANCER], "new-pain", ["urgent"]),
        ([BONES], "new-pain", []),
        ([BONES], "sudden-pain", ["urgent"]),
    ],
)
def test_a_fact_counts_beside_the_symptoms_that_name_it(facts, symptom, levels, tell, episode, now):
    tell(*facts, at=now)
    say_yes(episode, now, symptom)
    assert list(SafetyAdvice.objects.values_list("level", flat=True)) == levels
    assert Flag.objects.exists() is bool(levels)


def test_a_fact_that_is_no_longer_true_counts_no_more(tell, episode, now):
    tell(IMMUNE, at=now - DAY)
    tell(at=now)
    say_yes(episode, now, "fever")
    assert SafetyAdvice.objects.get().level == "urgent"


def test_another_patients_fact_does_not_count(tell, episode, stella, protocol, now):
    asked = list(protocol.risk_facts.all())
    keep_risk_facts(patient=stella, asked=asked, true=[IMMUNE], by=stella.user, now=now)
    say_yes(episode, now, "fever")
    assert SafetyAdvice.objects.get().level == "urgent"


def test_by_itself_it_raises_nothing(tell, episode, now):
    assert tell(CANCER, IMMUNE, at=now) == 9
    assert not Flag.objects.exists()


def test_told_again_only_what_changed_is_written(tell, now, dr_kim):
    tell(CANCER, at=now)
    assert tell(CANCER, at=now + DAY) == 0
    assert tell(CANCER, BONES, at=now + 2 * DAY, by=dr_kim) == 1
    bones = RiskFactAnswer.objects.get(key=BONES)
    assert (bones.told_at, bones.told_by) == (now + 2 * DAY, dr_kim)
    assert [each.is_true for each in bones.events.order_by("pgh_id")] == [False, True]
    assert RiskFactAnswer.objects.get(key=CANCER).told_at == now
    assert str(bones) == "I have thin or weak bones. yes"


def test_what_was_not_asked_stays_as_it_was(tell, now):
    tell(CANCER, at=now)
    tell(BONES, at=now + DAY, asked=[BONES])
    assert is_true() == {CANCER, BONES}


class TestPages:
    def test_what_was_never_asked_is_no_no(self, maria, dr_kim, sign_in):
        page = drawn(sign_in(dr_kim).get(reverse("risk_facts", args=[maria.pk])))
        assert "Never asked. That is not a no." in page

    def test_dr_kim_reads_who_told_what_and_when_and_changes_it(
        self, tell, maria, dr_kim, sign_in, now
    ):
        tell(CANCER, at=now - 30 * DAY)
        desk, place = sign_in(dr_kim), reverse("risk_facts", args=[maria.pk])
        page = drawn(desk.post(place, {"facts": [BONES]}, follow=True))
        assert "Saved. What stood there before stays to be read." in page
        assert is_true() == {BONES}
        told = page[page.index("I have had cancer.") :].split("</li>")[0]
        assert "<strong>No</strong>, Mar 2, 2026, Dr. Kim" in told
        assert "(before: yes, Jan 31, 2026, Maria Ortiz)" in told
        assert AccessLog.objects.filter(patient=maria, user=dr_kim, page="risk_facts").exists()

    def test_what_is_ticked_is_what_was_told_last(self, tell, maria, dr_kim, sign_in, now):
        tell(CANCER, at=now)
        for browser, place in (
            (sign_in(maria.user), reverse("my_risk_facts")),
            (sign_in(dr_kim), reverse("risk_facts", args=[maria.pk])),
        ):
            page = drawn(browser.get(place))
            assert [key for key in (CANCER, IMMUNE, BONES) if is_ticked(page, key)] == [CANCER]

    def test_maria_tells_it_anew_and_unticks_what_is_over(self, tell, maria, sign_in, now):
        tell(CANCER, IMMUNE, at=now - DAY)
        answer = sign_in(maria.user).post(reverse("my_risk_facts"), {"facts": [CANCER]})
        assert answer.url == reverse("my_data")
        assert is_true() == {CANCER}
        assert RiskFactAnswer.objects.get(key=IMMUNE).told_by == maria.user

    def test_a_fact_that_nobody_asked_keeps_nothing_and_the_ticks_stay(self, maria, sign_in):
        sent = {"facts": [BONES, "invented"]}
        answer = sign_in(maria.user).post(reverse("my_risk_facts"), sent)
        assert answer.status_code == 422
        assert is_ticked(drawn(answer), BONES)
        assert not RiskFactAnswer.objects.exists()

    def test_strangers_find_nothing(self, tell, maria, dr_strand, sam, sign_in, now):
        tell(CANCER, at=now)
        place = reverse("risk_facts", args=[maria.pk])
        assert sign_in(dr_strand).get(place).status_code == 404
        assert sign_in(dr_strand).post(place, {"facts": []}).status_code == 404
        assert sign_in(sam).get(place).status_code == 403
        assert is_true() == {CANCER}

    def test_in_spanish_she_reads_her_own_language(self, maria, sign_in):
        type(maria).objects.update(language="es")
        page = drawn(sign_in(maria.user).get(reverse("my_risk_facts")))
        assert "He tenido cáncer." in page
        assert "I have had cancer." not in page

    def test_and_dr_kim_reads_english_whatever_language_it_was_told_in(
        self, maria, dr_kim, sign_in
    ):
        type(maria).objects.update(language="es")
        sign_in(maria.user).post(reverse("my_risk_facts"), {"facts": [CANCER]})
        page = drawn(sign_in(dr_kim).get(reverse("risk_facts", args=[maria.pk])))
        assert "I have had cancer. <strong>Yes</strong>" in page
        assert "He tenido" not in page


def is_ticked(page, key):
    return "checked" in page.split(f'value="{key}"')[1].split(">")[0]
